using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>
/// How often Alertmanager repeats an incident while nothing changes, as far as webhooks showed it: its <c>repeat_interval</c>, which
/// nothing else tells. Only then does silence mean something.
/// </summary>
/// <param name="SaidAt">When a webhook last spoke of it, to within <see cref="IncidentRules.HeardWithin"/>.</param>
/// <param name="Longest">The longest time between two words of which the second said nothing new.</param>
/// <param name="Count">How often such a word was heard; one that says by itself that it is a repetition counts as two.</param>
internal sealed record Repeats(DateTimeOffset SaidAt, TimeSpan Longest, int Count)
{
    /// <summary>What Alertmanager says of a notification that is a repetition (<c>notification_reason</c>, since 0.32).</summary>
    public const string Elapsed = "repeat interval elapsed";

    /// <summary>One word may be that of an Alertmanager that was started again and forgot what it had said.</summary>
    public const int Enough = 2;

    /// <summary>A repetition may be missed, and each waits for the next <c>group_interval</c>.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMinutes(15);

    /// <summary>Whether this says how often it is repeated.</summary>
    public bool IsLearnt => Count >= Enough;

    /// <summary>For how long silence says nothing: two repetitions and a little.</summary>
    public TimeSpan Patience => (2 * Longest) + Slack;

    /// <summary>What is known after a webhook; the same object when it was not posted by an Alertmanager.</summary>
    /// <param name="known">Null before the first.</param>
    /// <param name="isNews">It said something of the incident that was not known.</param>
    public static Repeats? After(Repeats? known, Notification said, bool isNews, DateTimeOffset now)
    {
        if (said.Sender.Length == 0)
        {
            return known;
        }

        var reason = said.Reason;
        var pause = now - (known?.SaidAt ?? now);
        var isRepeat = pause >= IncidentRules.HeardWithin && !isNews
            && (reason.Length == 0 || string.Equals(reason, Elapsed, StringComparison.Ordinal));
        if (!isRepeat)
        {
            return new Repeats(now, known?.Longest ?? TimeSpan.Zero, known?.Count ?? 0);
        }

        var count = Math.Min(known!.Count + (reason.Length > 0 ? Enough : 1), Enough);
        return new Repeats(now, pause > known.Longest ? pause : known.Longest, count);
    }
}
