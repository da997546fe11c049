using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Delivery;

/// <summary>Who is called by a message: people of its lane when it begins or becomes worse, those of a step when nobody answers.</summary>
/// <param name="lane">The lane by which the room shows the incident.</param>
/// <param name="steps">The steps of the incident's own lane, as far as they were taken.</param>
internal sealed class Callees(Post post, Lane lane, IReadOnlyList<EscalationStep> steps)
{
    /// <summary>By the first announcement in the room; nobody when somebody has taken the incident on already.</summary>
    public Mention? OfAnnouncement(Incident incident) => incident.Escalation.IsTaken ? null
        : post.Step == 0 ? Mention(lane.Everyone, lane.Mention)
        : post.Step <= steps.Count ? Of(steps[post.Step - 1]) : null;

    /// <summary>
    /// By lines of history; nobody when somebody has all of it by now or it is over. A room that a step has brought in is not called by
    /// what comes before that step. What joins calls all who were called for the rest.
    /// </summary>
    public Mention? OfHistory(IReadOnlyList<Change> told, Incident incident)
    {
        if (incident.Escalation.IsTaken || incident.Status == IncidentStatus.Resolved)
        {
            return null;
        }

        var everyone = false;
        var people = new List<Person>();
        if (told.Any(change => change.Kind is ChangeKind.Reminded || Joins(change) || IsUnreached(change)))
        {
            foreach (var step in steps)
            {
                Add(step.Everyone, step.Mention);
            }
        }

        foreach (var step in steps.TakeLast(told.Count(change => change.Kind == ChangeKind.Escalated)))
        {
            Add(step.Everyone, step.Mention);
        }

        if (post.Step == 0 && told.Any(change =>
            change.Kind is ChangeKind.SeverityRaised or ChangeKind.LaneRaised or ChangeKind.Reopened or ChangeKind.Reminded
            || IsAlarm(change) || IsUnreached(change)))
        {
            Add(lane.Everyone, lane.Mention);
        }

        return Mention(everyone, people);

        void Add(bool all, IReadOnlyList<Person> who)
        {
            everyone |= all;
            people.AddRange(who);
        }
    }

    /// <summary>Whether lines of history make a sound also where they call nobody by name.</summary>
    public bool Ring(IReadOnlyList<Change> told, Incident incident) => incident.Status == IncidentStatus.Resolved
        ? lane.TellsEndInRoom(incident.Severity) && told.Any(change => change.Kind == ChangeKind.Resolved)
        : !incident.Escalation.IsTaken && told.Any(change => change.Kind is ChangeKind.Escalated or ChangeKind.Reminded
            || IsAlarm(change) || Joins(change) || IsUnreached(change)
            || (post is { Urgent: true, Step: 0 }
                && change.Kind is ChangeKind.SeverityRaised or ChangeKind.LaneRaised or ChangeKind.Reopened));

    /// <summary>Whether another room than this one refuses it: those that hear of it there are called here.</summary>
    private bool IsUnreached(Change change) => change.Kind == ChangeKind.Unreached
        && !change.Detail.StartsWith($"{post.Room} ", StringComparison.Ordinal);

    /// <summary>Whether something urgent has joined: those who were called by steps of escalation hear of it too.</summary>
    private bool Joins(Change change) => change is { Kind: ChangeKind.Joined, Calls: true } && post.Urgent;

    /// <summary>Whether something urgent is heard of again after it was not: those of the lane are called as by its beginning.</summary>
    private bool IsAlarm(Change change) => change.Calls && post.Urgent && post.Step == 0;

    private Mention? Of(EscalationStep step) => Mention(step.Everyone, step.Mention);

    private Mention? Mention(bool everyone, IReadOnlyList<Person> people)
    {
        var ids = people.Where(person => string.Equals(person.Kind, post.Room.Kind, StringComparison.Ordinal)).Select(person => person.Id)
            .Distinct(StringComparer.Ordinal).ToList();
        return everyone || ids.Count > 0 ? new Mention(everyone, ids) : null;
    }
}
