using System.Text.Json;

namespace IncidentBot.Channels.Slack;

/// <summary>
/// Takes what comes on a socket: reads it, hands it to the desk, and confirms it on the same socket when it is done. What is not confirmed
/// Slack tells again (events) or shows as failed (commands, presses).
/// </summary>
internal sealed partial class SlackInbox(ChatDoor door, TimeProvider clock, ILogger<SlackInbox> logger)
{
    private const string NotTaken = "It could not be written down, so nothing was done. Say it again in a moment.";

    /// <summary>Does not wait: the next frame is read meanwhile.</summary>
    public void Take(SlackFrame frame, SlackSocket socket, CancellationToken stoppingToken) => _ = TakeAsync(frame, socket, stoppingToken);

    private async Task TakeAsync(SlackFrame frame, SlackSocket socket, CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            if (frame.EnvelopeId is { } envelope && await ReceiptAsync(frame, envelope, stoppingToken) is { } receipt
                && !await socket.ConfirmAsync(receipt, stoppingToken))
            {
                LogNotConfirmed();
            }
        }
        catch (OperationCanceledException)
        {
            // The program stops: what is not confirmed is told again.
        }
    }

    /// <summary>Null when it was not taken and Slack is to tell it again, or to say that it failed.</summary>
    private async Task<SlackReceipt?> ReceiptAsync(SlackFrame frame, string envelope, CancellationToken stoppingToken)
    {
        var receipt = new SlackReceipt(envelope);
        var now = clock.GetUtcNow();
        try
        {
            switch (frame.Type)
            {
                case "slash_commands" when frame.Payload.Deserialize(SlackInboundJson.Default.SlackCommand) is { } command
                    && SlackReader.Read(command, now) is { } request:
                    return await door.TakeAsync(request, command.ResponseUrl ?? "", stoppingToken) != DoorEnd.NotTaken ? receipt
                        : receipt with { Payload = new SlackNotice("ephemeral", NotTaken) };

                case "interactive" when frame.Payload.Deserialize(SlackInboundJson.Default.SlackInteraction) is { } press
                    && SlackReader.Read(press, now) is { } request:
                    return await door.TakeAsync(request, press.ResponseUrl ?? "", stoppingToken) != DoorEnd.NotTaken ? receipt : null;

                case "events_api" when frame.Payload.Deserialize(SlackInboundJson.Default.SlackEventBody) is { } told:
                    return await TakeEventAsync(told, now, stoppingToken) ? receipt : null;

                default:
                    return receipt;
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Told again it would be the same.
            door.Listening.Refused(SlackChannel.Name, DoorRefusal.Unreadable);
            return receipt;
        }
    }

    private async Task<bool> TakeEventAsync(SlackEventBody told, DateTimeOffset now, CancellationToken stoppingToken)
    {
        var request = SlackReader.Read(told, now, out var refused);
        if (refused is { } reason)
        {
            door.Listening.Refused(SlackChannel.Name, reason);
        }

        return request is null || await door.TakeAsync(request, "", stoppingToken) != DoorEnd.NotTaken;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A receipt could not be sent: the socket is gone")]
    private partial void LogNotConfirmed();
}
