using IncidentBot.Telemetry;

namespace IncidentBot.Channels;

/// <summary>Whether each channel is heard, how much came, and what was refused at the door.</summary>
internal sealed class ListeningMetrics(Listening listening, AnswerLoop answers) : IMetricSource
{
    /// <summary>By it <c>send-test --buttons</c> learns of the press from the program that runs.</summary>
    public const string TestPress = "incidentbot_chat_test_press_timestamp_seconds";

    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        var states = listening.States;
        text.Family("incidentbot_chat_listening", "gauge", "Whether commands and buttons of a channel can come in: 1 heard, 0 deaf.");
        foreach (var (channel, heard, _) in states)
        {
            text.Sample("incidentbot_chat_listening", heard ? 1 : 0, ("channel", channel));
        }

        text.Family("incidentbot_chat_received_total", "counter", "Commands, presses and reactions that came from a channel.");
        foreach (var (channel, _, received) in states)
        {
            text.Sample("incidentbot_chat_received_total", received, ("channel", channel));
        }

        text.Family("incidentbot_chat_door_refusals_total", "counter", "What came from a channel, or claimed to, and was not handed on.");
        foreach (var (channel, reason, count) in listening.Refusals)
        {
            text.Sample("incidentbot_chat_door_refusals_total", count, ("channel", channel), ("reason", Word(reason)));
        }

        text.Family(TestPress, "gauge", "When the button of send-test --buttons was last pressed and heard, as Unix time.");
        foreach (var (channel, at) in listening.Tests)
        {
            text.Sample(TestPress, at.ToUnixTimeMilliseconds() / 1000.0, ("channel", channel));
        }

        text.Family("incidentbot_chat_answers_total", "counter", "Answers to commands and presses, by how telling them ended.");
        foreach (var (channel, result, count) in answers.Told)
        {
            text.Sample("incidentbot_chat_answers_total", count, ("channel", channel), ("result", result));
        }

        return ValueTask.CompletedTask;
    }

    private static string Word(DoorRefusal reason) => reason switch
    {
        DoorRefusal.Unsigned => "unsigned",
        DoorRefusal.Replayed => "replayed",
        DoorRefusal.WrongSecret => "wrong_secret",
        DoorRefusal.TooLarge => "too_large",
        DoorRefusal.Unreadable => "unreadable",
        DoorRefusal.Edited => "edited",
        DoorRefusal.Overload => "overload",
        _ => "invitation",
    };
}
