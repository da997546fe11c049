using System.Globalization;
using System.Text.RegularExpressions;
using IncidentBot.Incidents;
using IncidentBot.Rooms;
using IncidentBot.Storage;
using IncidentBot.Support;
using IncidentBot.Words;

namespace IncidentBot.Line;

/// <summary>Compares what the rooms show with what was accepted, and counts what is there more than once.</summary>
internal sealed partial class Aftermath(Vendors vendors, IReadOnlyList<IncidentDetail> incidents)
{
    private readonly Dictionary<Room, ILookup<long, ShownMessage>> _roots = [];

    public int Incidents => incidents.Count;

    /// <summary>What is wrong, one line each.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Messages and replies that are there again, by room and incident.</summary>
    public List<(Room Room, long Incident, SendKinds Kind)> Duplicates { get; } = [];

    /// <summary>Messages by kind of room, without replies.</summary>
    public Dictionary<string, int> Messages { get; } = new(StringComparer.Ordinal);

    /// <summary>Lines of history in threads, by kind of room.</summary>
    public Dictionary<string, int> Lines { get; } = new(StringComparer.Ordinal);

    /// <param name="everyChange">
    /// Every change was told. Alertmanager tells a group as it is when it flushes, so that what resolved in between is not known,
    /// and a group that fired and resolved unheard is never told.
    /// </param>
    public void Compare(IEnumerable<AlertGroup> groups, bool everyChange = true)
    {
        var byGroup = incidents.ToLookup(detail => detail.Incident.Key.GroupLabels["group"], StringComparer.Ordinal);
        foreach (var group in groups)
        {
            var found = byGroup[group.Name].ToList();
            var expected = group.InTheEnd();
            if (!everyChange && found.Count == 0 && !expected.Fires)
            {
                continue;
            }

            if (found.Count != 1)
            {
                Complaints.Add($"{group.Name} was accepted {group.Accepted} times and is {found.Count} incidents");
                continue;
            }

            var (incident, timeline) = (found[0].Incident, found[0].Timeline);
            expected = everyChange ? expected : expected with { Resolved = incident.ResolvedCount };
            var stored = new Expected(incident.Status == IncidentStatus.Firing, incident.FiringCount, incident.ResolvedCount);
            if (stored != expected)
            {
                Complaints.Add($"#{incident.Number} ({group.Name}) is stored as {stored} and should be {expected}");
            }

            foreach (var room in Vendors.Rooms(group.Team))
            {
                Compare(room, incident.Number, expected, timeline);
            }
        }
    }

    private void Compare(Room room, long number, Expected expected, IReadOnlyList<TimelineEntry> timeline)
    {
        var roots = Roots(room)[number].ToList();
        var what = $"#{number} in {room}";
        Add(Messages, room, roots.Count);
        if (roots.Count == 0)
        {
            Complaints.Add($"{what} is not shown; its history is {string.Join(", ", timeline.Select(line => line.Change.Kind))}");
            return;
        }

        Duplicates.AddRange(roots.Skip(1).Select(_ => (room, number, SendKinds.Create)));
        var root = roots[^1];
        if (!Shows(root.Text, expected))
        {
            Complaints.Add($"{what} should show {expected} and shows: {root.Text.ReplaceLineEndings(" / ")}");
        }

        CompareThread(room, number, what, roots, timeline);
    }

    private const string Over = "✅ RESOLVED after";

    private static readonly string[] Signs = ["🛑", "⚠️", "ℹ️", "❔", "✅"];

    private void CompareThread(Room room, long number, string what, List<ShownMessage> roots, IReadOnlyList<TimelineEntry> timeline)
    {
        var replies = roots.SelectMany(root => vendors.Of(room).Replies(root)).Select(reply => WithoutHeadline(reply.Text)).ToList();
        if (room.Kind == "telegram")
        {
            // Nothing marks a reply there; what the next one says again, maybe with newer lines, is taken for the same reply.
            var once = replies.Where((text, index) => index + 1 == replies.Count || !IsSaidAgain(text, replies[index + 1])).ToList();
            Duplicates.AddRange(Enumerable.Repeat((room, number, SendKinds.Reply), replies.Count - once.Count));
            replies = once;
        }

        var shown = replies.SelectMany(LinesOf).ToList();
        var history = timeline.Where(line => line.Change.IsToldInThread()).ToList();
        var missing = history.Count - shown.Count;
        Add(Lines, room, shown.Count);
        if (missing < 0 || shown.Where((line, index) => !Tells(line, history[index + missing].Change)).Any())
        {
            Complaints.Add($"{what} tells [{string.Join(" | ", shown)}] in its thread, and its history is "
                + $"[{string.Join(" | ", history.Select(line => ChangeWords.InFull(line.Change)))}]");
            return;
        }

        // What happened before the message was made stands in the message.
        Complaints.AddRange(history.Take(missing).Where(line => line.Change.At > roots[^1].At)
            .Select(line => $"{what} never tells: {ChangeWords.InFull(line.Change)}"));
    }

    /// <summary>
    /// A reply's history alone: what calls people begins with a headline, which tells of the moment it is sent at and so differs when
    /// the same lines are sent again. The end of an incident is told by its headline alone; here the sign stands in the place of its line, the last one.
    /// </summary>
    private static string WithoutHeadline(string reply)
    {
        var lines = reply.Split('\n');
        var history = lines.Where(line => !Array.Exists(Signs, sign => line.StartsWith(sign, StringComparison.Ordinal)));
        return string.Join('\n', Array.Exists(lines, line => line.StartsWith(Over, StringComparison.Ordinal)) ? history.Append(Over) : history);
    }

    /// <summary>Whether a reply is said again by the next one, maybe with newer lines, of which the end may be one by then.</summary>
    private static bool IsSaidAgain(string reply, string next)
    {
        if (!reply.EndsWith(Over, StringComparison.Ordinal))
        {
            return (next + "\n").StartsWith(reply + "\n", StringComparison.Ordinal);
        }

        var before = reply[..^Over.Length];
        return next.StartsWith(before, StringComparison.Ordinal)
            && (next[before.Length..].StartsWith(Over, StringComparison.Ordinal) || next[before.Length..].StartsWith("Resolved", StringComparison.Ordinal));
    }

    /// <param name="line">Null for one that is only counted.</param>
    private static bool Tells(string? line, Change change) => line switch
    {
        null => true,
        Over => change.Kind is ChangeKind.Resolved or ChangeKind.ResolvedUnseen,
        _ => line == ChangeWords.InFull(change),
    };

    /// <summary>The lines of a reply without their times; null for each that it only counts.</summary>
    private static IEnumerable<string?> LinesOf(string reply)
    {
        foreach (var line in reply.Split('\n'))
        {
            if (Earlier().Match(line) is { Success: true } hidden)
            {
                foreach (var _ in Enumerable.Range(0, int.Parse(hidden.Groups["count"].Value, CultureInfo.InvariantCulture)))
                {
                    yield return null;
                }
            }
            else
            {
                yield return Time().Replace(line, "");
            }
        }
    }

    private static bool Shows(string text, Expected expected)
    {
        if (!expected.Fires)
        {
            return text.Contains("RESOLVED", StringComparison.Ordinal)
                && text.Contains(expected.Resolved == 1 ? "1 alert ·" : $"{expected.Resolved} alerts ·", StringComparison.Ordinal);
        }

        var resolved = expected.Resolved == 0 ? "" : $", {expected.Resolved} resolved";
        return text.Contains($"{expected.Firing} firing{resolved} · since", StringComparison.Ordinal);
    }

    private ILookup<long, ShownMessage> Roots(Room room)
    {
        if (!_roots.TryGetValue(room, out var roots))
        {
            _roots[room] = roots = vendors.Of(room).Messages(room.Id)
                .ToLookup(message => long.Parse(Number().Match(message.Versions[0].ToJsonString()).Groups["number"].Value, CultureInfo.InvariantCulture));
        }

        return roots;
    }

    private static void Add(Dictionary<string, int> counts, Room room, int count) => counts[room.Kind] = counts.GetValueOrDefault(room.Kind) + count;

    [GeneratedRegex("incidents/(?<number>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();

    [GeneratedRegex("^… (?<count>[0-9]+) earlier$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Earlier();

    [GeneratedRegex("^[0-9]{2}:[0-9]{2} UTC ", RegexOptions.None, 1000)]
    private static partial Regex Time();
}
