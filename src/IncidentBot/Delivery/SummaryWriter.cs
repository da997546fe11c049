using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Posts;
using IncidentBot.Words;

namespace IncidentBot.Delivery;

/// <summary>Puts a storm into words: how much of what burns, and in its thread each incident by name.</summary>
/// <param name="pages">The address of the pages, with a slash at the end.</param>
/// <param name="clock">Writes a time of day as all messages do.</param>
internal sealed class SummaryWriter(Uri pages, Func<DateTimeOffset, DateTimeOffset, string> clock)
{
    public Message Write(SummaryView view, DateTimeOffset now)
    {
        var (summary, counts) = (view.Summary, view.Counts);
        var (open, resolved) = (counts.Sum(count => count.Open), counts.Sum(count => count.Resolved));
        var worst = counts.FirstOrDefault(count => count.Open > 0)?.Severity;
        return new Message
        {
            State = worst is { } severity ? MessageWriter.State(severity)
                : summary.Phase == StormPhase.Calm ? MessageState.Resolved : MessageState.Info,
            StateWord = summary.Phase switch { StormPhase.Storm => "storm", StormPhase.CatchingUp => "calming down", _ => "storm over" },
            Title = Title(counts, open),
            Status = (counts.Count == 0 ? "No new incident"
                : $"{Counts.Of(open + resolved, "incident")}: {open} open, {resolved} resolved") + $" · since {clock(summary.BeganAt, now)}"
                + (summary.EndedAt is { } end ? $" to {clock(end, now)}" : ""),
            Notes = Notes(view),
            Alerts = [.. counts.Select(Line)],
            Links = [new MessageLink("What fires now", new Uri(pages, "?status=firing"))],
        };
    }

    /// <summary>How much is open, and how much of that is critical: the sign of success stands only where nothing is.</summary>
    private static string Title(IReadOnlyList<SummaryCount> counts, int open)
    {
        var critical = counts.Where(count => count.Severity.Level >= SeverityLevel.Critical).Sum(count => count.Open);
        return open == 0 ? "Alert storm, nothing open"
            : $"Alert storm, {Counts.Number(open)} open{(critical > 0 ? $", {Counts.Number(critical)} critical" : "")}";
    }

    /// <summary>Names incidents in a reply.</summary>
    public static ThreadReply Name(IReadOnlyList<SummaryMember> members) => new([.. members.Select(Name)], null);

    private static List<string> Notes(SummaryView view)
    {
        if (view.Summary.Phase == StormPhase.Calm)
        {
            return view.Counts.Sum(count => count.Open) == 0 ? ["What was over before it had its own message is only listed here and in the thread"]
                : ["What was still open has its own message; what was over by then is only listed here and in the thread"];
        }

        var notes = new List<string>(2);
        if (view.Summary.Phase == StormPhase.Storm)
        {
            notes.Add("More alerts than this room can show: critical ones come on their own, all are listed here and by name in the thread");
        }
        else if (view.ToAnnounce > 0)
        {
            notes.Add($"Little new comes: {Counts.Of(view.ToAnnounce, "incident")} still open get their own message now");
        }

        if (view.Outdated > 0)
        {
            notes.Add($"{(view.Outdated == 1 ? "" : "About ")}{Counts.Of(view.Outdated, "message")} in this room still show an older state; the page has the newest");
        }

        return notes;
    }

    private static MessageAlert Line(SummaryCount count) => new(
        count.Open > 0 ? MessageWriter.State(count.Severity) : MessageState.Resolved,
        $"{count.Title} ({count.Severity})",
        "",
        count.Open == 0 ? $"{count.Resolved} resolved" : count.Resolved == 0 ? $"{count.Open} open"
            : $"{count.Open} open, {count.Resolved} resolved");

    private static string Name(SummaryMember member)
    {
        var name = PlainText.Line($"{member.Title} {member.Place}".TrimEnd(), SummaryMember.NameLength);
        return $"#{member.Incident} {name} · {PlainText.Line(member.Severity.Word, SummaryMember.SeverityLength)}";
    }
}
