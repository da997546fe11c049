using IncidentBot.Channels;
using IncidentBot.Delivery;
using IncidentBot.Lanes;
using IncidentBot.Rooms;

namespace IncidentBot.Cli;

/// <summary>Sends one message to every room of a lane and says for each how it went: the first thing to try after configuring.</summary>
internal static class TestMessage
{
    public static async Task<int> SendAsync(
        DeliveryParts parts, (string Lane, bool Buttons) test, TimeProvider clock, CliConsole console, CancellationToken cancellationToken)
    {
        var name = test.Lane;
        var lane = parts.Lanes.Named(name);
        if (lane == Lane.None)
        {
            var known = string.Join(", ", parts.Lanes.Lanes.Select(known => known.Name));
            await console.Error.WriteLineAsync($"incidentbot: there is no lane \"{name}\"; the lanes are: {known}");
            return ExitCode.Failure;
        }

        if (lane.Rooms.Count == 0)
        {
            await console.Output.WriteLineAsync($"lane {name} has no rooms: its incidents are on the web page only");
            return ExitCode.Success;
        }

        var failures = 0;
        foreach (var room in lane.Rooms)
        {
            var result = parts.Channel(room) is { } channel
                ? await channel.SendAsync(Attempt(room, test, clock), cancellationToken)
                : new SendResult.Refused($"no channel \"{room.Kind}\" is configured", WholeRoom: true);
            failures += result is SendResult.Delivered ? 0 : 1;
            await console.Output.WriteLineAsync($"{room}: {Words(result)}");
        }

        return failures == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static CreateAttempt Attempt(Room room, (string Lane, bool Buttons) test, TimeProvider clock)
    {
        var message = new Message
        {
            State = MessageState.Info,
            StateWord = "test",
            Title = "Test message from IncidentBot",
            Place = $"lane={test.Lane}",
            Status = "Nothing is wrong: this only shows that messages arrive",
            Buttons = test.Buttons ? [new Button { Label = "Test: press me", Press = new ButtonPress(ButtonAction.Test),
                Style = ButtonStyle.Primary }] : [],
        };
        return new CreateAttempt(room, $"test-{clock.GetUtcNow().UtcTicks}", Silent: true, message);
    }

    private static string Words(SendResult result) => result switch
    {
        SendResult.Delivered => "delivered",
        SendResult.TryAgain later => $"failed: {later.Reason}; it may work later",
        SendResult.Refused refused => $"refused: {refused.Reason}",
        SendResult.Gone gone => $"refused: {gone.Reason}",
        SendResult.Moved moved => $"the room has moved: configure {moved.To}",
        _ => "unknown",
    };
}
