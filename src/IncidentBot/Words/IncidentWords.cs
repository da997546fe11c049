using IncidentBot.Incidents;

namespace IncidentBot.Words;

/// <summary>
/// What there is to say about an incident beside its alerts: who has it on, what happens while nobody has, what explains it.
/// </summary>
internal static class IncidentWords
{
    /// <summary>The state in a word: <c>critical</c>, <c>resolved</c>, <c>stale</c>. An unknown severity's word is hostile text.</summary>
    public static string State(IncidentStatus status, Severity severity) => status switch
    {
        IncidentStatus.Resolved => "resolved",
        IncidentStatus.Stale => "stale",
        IncidentStatus.Firing => severity.Level == SeverityLevel.None ? "firing" : severity.Word,
    };

    /// <summary>The field's word for why Alertmanager keeps quiet.</summary>
    public static string State(SuppressionKind kind) => kind switch
    {
        SuppressionKind.Silenced => "silenced",
        SuppressionKind.Inhibited => "inhibited",
        SuppressionKind.Muted => "muted",
    };

    /// <summary>Who has what of it on, or that others were called because nobody has; null when neither is so.</summary>
    public static Sentence? Taken(Incident incident) => incident.Escalation switch
    {
        { Acknowledged: { } by, IsTaken: false } call => Shared(by.By, call.Untaken, incident),
        { Acknowledged: { } taken } => $"Acknowledged by {new Foreign(taken.By)} at {taken.At}",
        { EscalatedAt: { } then } => $"Escalated at {then}: nobody has acknowledged it",
        _ => null,
    };

    /// <summary>Who has a part, and what is nobody's: <c>Ada is on it: KubePodCrashLooping; PostgresDown is nobody's</c>.</summary>
    private static Sentence Shared(string by, string untaken, Incident incident)
    {
        var covered = incident.Alerts.Values.Where(alert => alert is { Firing: true, UntakenSince: null }).ToList();
        var are = incident.Untaken.Count() > 1 ? "are" : "is";
        return covered.Count == 0 ? (Sentence)$"What {new Foreign(by)} took is over; {new Foreign(untaken)} {new Foreign(are)} nobody's"
            : $"{new Foreign(by)} is on it: {new Foreign(Headline.Names(covered, incident))}; {new Foreign(untaken)} {new Foreign(are)} nobody's";
    }

    /// <summary>When others are called if nobody takes it on; null when nobody would be.</summary>
    public static Sentence? Escalates(Escalation escalation, DateTimeOffset now) => escalation.EscalatesAt switch
    {
        { } due when due > now => $"Escalates at {due} (in {due - now}) unless acknowledged",
        _ => Escalates(escalation),
    };

    /// <summary>The same in a text that no clock brings up to date.</summary>
    public static Sentence? Escalates(Escalation escalation) =>
        escalation.EscalatesAt is { } due ? $"Escalates at {due} unless acknowledged" : (Sentence?)null;

    /// <summary>Which other incidents explain it; null when none does.</summary>
    public static Sentence? Explained(Incident incident) => incident.Inhibition switch
    {
        null => null,
        { Kind: InhibitionKind.Rule } inhibition => $"Explained by {new Foreign(inhibition.Cause)}",
        { } inhibition => $"Probably caused by {new Foreign(inhibition.Cause)}",
    };

    /// <summary>Which other incidents it explains; null when there are none.</summary>
    public static Sentence? Explains(Incident incident) =>
        incident.Inhibits.Length > 0 ? $"Also burning because of this: {new Foreign(incident.Inhibits)}" : (Sentence?)null;

    /// <summary>That nothing is known of it any more; null while something is.</summary>
    public static Sentence? Stale(Incident incident) => incident.Status == IncidentStatus.Stale
        ? $"Alertmanager has not mentioned it since {incident.HeardAt}: it may be over, or Alertmanager may not reach IncidentBot"
        : (Sentence?)null;

    /// <summary>How often it came back, and whether that is too often to be announced each time; null when it never did.</summary>
    public static string? Returns(Incident incident, Func<DateTimeOffset, string> clock)
    {
        var times = incident.Flaps == 0 ? "" : Counts.Returns(incident.Flaps);
        return incident.Flapping is { } flapping
            ? $"Flapping since {clock(flapping.Since)}: {times}{(times.Length > 0 ? ", " : "")}updated quietly until it is stable"
            : times.Length > 0 ? Capital(times)
            : null;
    }

    /// <summary>Why Alertmanager keeps quiet about an alert: <c>silenced by ops until 14:00 UTC: new disks</c>.</summary>
    public static Sentence Quiet(Suppression suppression)
    {
        Sentence quiet = $"";
        quiet.AppendLiteral(State(suppression.Kind));
        if (suppression.By.Length > 0)
        {
            quiet.AppendFormatted($" by {new Foreign(suppression.By)}");
        }

        if (suppression.Until is { } end)
        {
            quiet.AppendFormatted($" until {end}");
        }

        if (suppression.Comment.Length > 0)
        {
            quiet.AppendFormatted($": {new Foreign(suppression.Comment)}");
        }

        return quiet;
    }

    /// <summary>A text with a large first letter.</summary>
    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
