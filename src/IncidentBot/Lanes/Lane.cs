using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Rooms;

namespace IncidentBot.Lanes;

/// <summary>A rule for how urgently an incident is shown, and where.</summary>
/// <param name="Rank">0 is the most urgent: the order in the configuration.</param>
/// <param name="Match">What an alert's labels must be; empty matches every alert.</param>
/// <param name="Rooms">Where its incidents are shown, beside the web page.</param>
/// <param name="Everyone">What calls people calls everyone in the room: the first announcement, and what makes it worse or reminds of
/// it.</param>
/// <param name="Mention">Who else is called, by room kind and id.</param>
/// <param name="Quiet">Without sound, where the channel knows that.</param>
internal sealed record Lane(
    string Name,
    int Rank,
    IReadOnlyList<Matcher> Match,
    IReadOnlyList<Room> Rooms,
    bool Everyone,
    IReadOnlyList<Person> Mention,
    bool Quiet)
{
    /// <summary>What is not in any lane comes after all of them and is shown on the web page only.</summary>
    public static readonly Lane None = new("none", int.MaxValue, [], [], false, [], false);

    /// <summary>The lanes after it are tried as well.</summary>
    public bool Continue { get; init; }

    /// <summary>When its posts make no sound, or wait.</summary>
    public IReadOnlyList<QuietHours> QuietHours { get; init; } = [];

    /// <summary>One summary per this time instead of a message for each incident; null for messages.</summary>
    public DigestTimes? Digest { get; init; }

    /// <summary>
    /// What is down upstream keeps its incidents from being announced, and for so long after it works again; null when it does not.
    /// </summary>
    public TimeSpan? HoldsCascades { get; init; }

    /// <summary>Who else is told when nobody acknowledges; null for what <see cref="Steps"/> does by itself.</summary>
    public IReadOnlyList<EscalationStep>? Escalate { get; init; }

    /// <summary>Whether an incident's end is told in the room, or in the thread alone; null for in the room when it was urgent.</summary>
    public bool? TellsEnd { get; init; }

    /// <summary>How often people are called again for as long as nobody acknowledges; null for never.</summary>
    public TimeSpan? RemindEvery { get; init; }

    /// <summary>
    /// Whether what is this bad is urgent here: it waits for no storm and may spend what is kept back of a budget. That is what is
    /// critical,
    /// and whatever the first lane asks for by its labels; what makes no sound or is left to a digest never is.
    /// </summary>
    public bool IsUrgent(Severity severity) => !Quiet && Digest is null
        && (severity.Level >= SeverityLevel.Critical || (Rank == 0 && Match.Count > 0));

    /// <summary>Whether the end of what is this bad makes a sound in the room, as its beginning did.</summary>
    public bool TellsEndInRoom(Severity severity) => !Quiet && (TellsEnd ?? IsUrgent(severity));

    /// <summary>Whether an alert by itself is urgent here.</summary>
    public bool IsUrgent(Alert alert) => Takes(alert.Labels) && IsUrgent(alert.Severity);

    /// <summary>
    /// The steps that are taken one after the other while nobody acknowledges. A lane that says nothing of them, and is neither quiet nor
    /// leaves incidents to a digest, calls its own people once more: for an urgent incident after 5 minutes, for a warning after 30, for
    /// less never.
    /// </summary>
    public IReadOnlyList<EscalationStep> Steps(Incident incident) => Escalate ?? (Quiet || Digest is not null || Rooms.Count == 0 ? []
        : IsUrgent(incident.Severity) ? [new EscalationStep(TimeSpan.FromMinutes(5), [], Everyone, Mention)]
        : incident.Severity.Level >= SeverityLevel.Warning ? [new EscalationStep(TimeSpan.FromMinutes(30), [], Everyone, Mention)]
        : []);

    /// <summary>What it does while nobody acknowledges, as far as time is concerned.</summary>
    public EscalationPlan Plan(Incident incident)
    {
        var steps = Steps(incident);
        return new EscalationPlan([.. steps.Select(step => step.After)], RemindEvery)
        {
            IsUrgent = IsUrgent,
            RoomsFromStep = steps.TakeWhile(step => step.Rooms.Count == 0).Count() + 1,
            Heard = (since, time) => Lanes.QuietHours.Outside(QuietHours, since, time),
        };
    }

    public bool Takes(LabelSet labels)
    {
        foreach (var matcher in Match)
        {
            if (!matcher.Matches(labels[matcher.Label]))
            {
                return false;
            }
        }

        return true;
    }
}
