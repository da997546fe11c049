using IncidentBot.Alerts;
using IncidentBot.Channels;

namespace IncidentBot.Lanes;

/// <summary>A rule for how urgently an incident is shown, and where.</summary>
/// <param name="Rank">0 is the most urgent: the order in the configuration.</param>
/// <param name="Match">Labels that an alert must have with these values; empty matches every alert.</param>
/// <param name="Rooms">Where its incidents are shown, beside the web page.</param>
/// <param name="Everyone">The first announcement calls everyone in the room.</param>
/// <param name="Mention">Who else is called, by room kind and id.</param>
/// <param name="Quiet">Without sound, where the channel knows that.</param>
internal sealed record Lane(
    string Name,
    int Rank,
    IReadOnlyDictionary<string, string> Match,
    IReadOnlyList<Room> Rooms,
    bool Everyone,
    IReadOnlyList<Room> Mention,
    bool Quiet)
{
    /// <summary>What is not in any lane comes after all of them and is shown on the web page only.</summary>
    public static readonly Lane None = new("none", int.MaxValue, new Dictionary<string, string>(StringComparer.Ordinal), [], false, [], false);

    public bool Takes(LabelSet labels)
    {
        foreach (var (name, value) in Match)
        {
            // As in Alertmanager, a label that is absent equals the empty value.
            if (!string.Equals(labels[name] ?? "", value, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
