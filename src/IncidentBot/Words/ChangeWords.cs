using IncidentBot.Incidents;

namespace IncidentBot.Words;

/// <summary>
/// One change of an incident in a sentence, the same in a thread and on its page. A thread has the detail within the sentence; the
/// page has it in a line of its own. A kind without words does not compile.
/// </summary>
/// <param name="Begins">What happened: <c>Acknowledged</c>.</param>
/// <param name="Between">What leads over to the detail: <c> by </c>.</param>
/// <param name="Ends">What follows the detail. May be empty.</param>
internal readonly record struct ChangeWords(string Begins, string Between = ": ", string Ends = "")
{
    /// <summary>What takes what back: told together they say nothing.</summary>
    private static readonly (ChangeKind Began, ChangeKind Ended)[] TakenBack =
    [
        (ChangeKind.Stale, ChangeKind.HeardAgain), (ChangeKind.FlappingBegan, ChangeKind.FlappingEnded),
        (ChangeKind.InhibitedBy, ChangeKind.Uninhibited),
        (ChangeKind.CausedBy, ChangeKind.CauseOver),
    ];

    public static ChangeWords Of(Change change)
    {
        var alerts = Counts.Alerts(change.Count);
        return change.Kind switch
        {
            ChangeKind.Opened => new($"Opened with {alerts}"),
            ChangeKind.Joined => new($"{alerts} joined"),
            ChangeKind.AlertResolved => new($"{alerts} resolved"),
            ChangeKind.SeverityRaised => new("Severity raised", " "),
            ChangeKind.Resolved => new("Resolved"),
            ChangeKind.Reopened => new("Firing again"),
            ChangeKind.Stale => new("Alertmanager has not mentioned it for long: it may be over"),
            ChangeKind.HeardAgain => new("Mentioned again: it still fires"),
            ChangeKind.Updated => new("Updated"),
            ChangeKind.ResolvedUnseen => new("Its end was heard of, its beginning was not"),
            ChangeKind.Gone => new($"{alerts} gone from Alertmanager, taken as resolved"),
            ChangeKind.Silenced => new($"{alerts} silenced in Alertmanager"),
            ChangeKind.Inhibited => new($"{alerts} inhibited in Alertmanager"),
            ChangeKind.Muted => new($"{alerts} muted in Alertmanager"),
            ChangeKind.Unsuppressed => new($"{alerts} no longer silenced or inhibited"),
            ChangeKind.LaneRaised => new("Moved up", " "),
            ChangeKind.Acknowledged => new("Acknowledged", " by "),
            ChangeKind.Unacknowledged => new("No longer acknowledged"),
            ChangeKind.Escalated => new("Escalated"),
            ChangeKind.Reminded => new("Still waiting"),
            ChangeKind.FlappingBegan => new("Flapping", Ends: "; from now on it is kept up to date quietly"),
            ChangeKind.FlappingEnded => new("Stable again"),
            ChangeKind.InhibitedBy => new("Explained", " by ", ": not announced meanwhile"),
            ChangeKind.Unreached => new("Not shown in", " "),
            ChangeKind.Uninhibited => new("No longer explained", " by ", ", and still firing"),
            ChangeKind.CausedBy => new("Probably caused", " by "),
            ChangeKind.CauseOver => new("Still firing, though its probable cause is over", ": "),
            ChangeKind.Noted => new("Note"),
            ChangeKind.SilenceEnds => new("The silence ends", " "),
        };
    }

    /// <summary>A change in full, with its detail: hostile text.</summary>
    public static string InFull(Change change) => Of(change) is var words && change.Detail.Length == 0
        ? words.Without
        : $"{words.Begins}{words.Between}{change.Detail}{words.Ends}";

    /// <summary>History without what was taken back within it; something always stays.</summary>
    public static IReadOnlyList<Change> Uncancelled(IReadOnlyList<Change> told)
    {
        var left = told.ToList();
        foreach (var (began, ended) in TakenBack)
        {
            while (left.Count > 1 && left.FindIndex(change => change.Kind == began) is var from and >= 0
                && left.FindIndex(from, change => change.Kind == ended) is var to and >= 0)
            {
                left.RemoveAt(to);
                if (left.Count > 1)
                {
                    left.RemoveAt(from);
                }
                else
                {
                    left[0] = told.Last(change => change.Kind == ended);
                }
            }
        }

        return left;
    }

    /// <summary>The sentence without its detail.</summary>
    public string Without => Begins + Ends;
}
