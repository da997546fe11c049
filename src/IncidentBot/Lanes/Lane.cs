using IncidentBot.Alerts;
using IncidentBot.Channels;
using IncidentBot.Incidents;

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

    /// <summary>Who else is told when nobody acknowledges; null for what <see cref="Steps"/> does by itself.</summary>
    public IReadOnlyList<EscalationStep>? Escalate { get; init; }

    /// <summary>How often people are called again for as long as nobody acknowledges; null for never.</summary>
    public TimeSpan? RemindEvery { get; init; }

    /// <summary>
    /// The steps that are taken one after the other while nobody acknowledges. A lane that says nothing of them, and is not quiet,
    /// calls its own people once more: for a critical incident after 5 minutes, for a warning after 30, for less never.
    /// </summary>
    public IReadOnlyList<EscalationStep> Steps(Incident incident) => Escalate ?? (Quiet || Rooms.Count == 0 ? [] : incident.Severity.Rank switch
    {
        >= 3 => [new EscalationStep(TimeSpan.FromMinutes(5), [], Everyone, Mention)],
        2 => [new EscalationStep(TimeSpan.FromMinutes(30), [], Everyone, Mention)],
        _ => [],
    });

    /// <summary>What it does while nobody acknowledges, as far as time is concerned.</summary>
    public CallPlan Plan(Incident incident) => new([.. Steps(incident).Select(step => step.After)], RemindEvery);

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
