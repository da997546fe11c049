using IncidentBot.Incidents;
using IncidentBot.Settings;

namespace IncidentBot.Lanes;

/// <summary>What is allowed of lanes and hardly meant: alerts that reach no room, and criticals that nobody hears at once.</summary>
internal static class LaneWarnings
{
    private const string Critical = "critical";

    /// <summary>One line for each; of lanes that are all good.</summary>
    public static void Among(IReadOnlyList<LaneOptions> lanes, SeverityWords words, Requirements requirements)
    {
        if (lanes.Count == 0)
        {
            return;
        }

        var matches = lanes.Select(lane => lane.MatchersBy(words)).ToList();
        if (!TakeEverything(matches))
        {
            requirements.Warn("lanes: none takes everything, so what matches none reaches no room and is on the page only; a last lane with match: {} takes the rest");
        }

        for (var i = 0; i < lanes.Count; i++)
        {
            var severity = matches[i].FindAll(IsOfSeverity);
            if (!severity.TrueForAll(matcher => matcher.Matches(Critical)))
            {
                continue;
            }

            if (Muffles(lanes[i]) is { } how)
            {
                requirements.Warn(FormattableString.Invariant(
                    $"lanes[{i}] {Requirements.Quote(lanes[i].Name)}: a critical alert can come here, and {how}; a lane for severity: critical before it would take it"));
            }

            if (severity.Count == matches[i].Count)
            {
                // It takes every critical, so that those behind it decide of none.
                break;
            }
        }
    }

    public static bool IsOfSeverity(Matcher matcher) => string.Equals(matcher.Label, Severity.LabelName, StringComparison.Ordinal);

    /// <summary>Whether one takes everything by itself, or two that ask for the opposite of each other.</summary>
    private static bool TakeEverything(List<List<Matcher>> matches) => matches.Exists(match => match.Count == 0)
        || matches.Exists(one => one.Count == 1 && matches.Exists(other => other.Count == 1 && one[0].IsOppositeOf(other[0])));

    private static string? Muffles(LaneOptions lane) =>
        lane.Digest is not null ? "waits for the digest"
        : lane.QuietHours.Exists(hours => hours.Posts is "held") ? "waits for the end of quiet hours (posts: held)"
        : lane.Quiet ? "makes no sound and calls nobody (quiet: true)"
        : null;
}
