namespace IncidentBot.Incidents;

/// <summary>Somebody has taken an incident on.</summary>
/// <param name="By">The name that they gave or that their chat knows: hostile text.</param>
internal sealed record Acknowledgement(string By, DateTimeOffset At);

/// <summary>What a lane does for as long as nobody acknowledges.</summary>
/// <param name="Steps">How long an incident may call before each step is taken; every one is longer than the one before.</param>
/// <param name="RemindEvery">How often those who were called are called again; null for never.</param>
internal sealed record EscalationPlan(IReadOnlyList<TimeSpan> Steps, TimeSpan? RemindEvery)
{
    public static readonly EscalationPlan Nothing = new([], null);

    /// <summary>The first step, counted from 1, that brings in rooms of its own: they hear of it at any hour. Default none.</summary>
    public int RoomsFromStep { get; init; } = int.MaxValue;

    /// <summary>Whether people are called for an alert by itself, as soon as it joins. Default for what is critical.</summary>
    public Func<Alert, bool> IsUrgent { get; init; } = alert => alert.Severity.Level >= SeverityLevel.Critical;

    /// <summary>An alert that fires again so soon after its end is the same, and no news. Default 15 minutes.</summary>
    public TimeSpan ReturnsWithin { get; init; } = IncidentRules.Default.ReopenWithin;

    /// <summary>Whether anybody is called while nobody acknowledges.</summary>
    public bool Calls => Steps.Count > 0 || RemindEvery is not null;

    /// <summary>When so much time has passed since a moment, as far as the lane's own people hear of it: without its quiet hours.</summary>
    public Func<DateTimeOffset, TimeSpan, DateTimeOffset> Heard { get; init; } = (since, time) => since + time;

    /// <summary>When so much time has passed since a moment for those who hear of it after so many steps.</summary>
    public Func<DateTimeOffset, TimeSpan, DateTimeOffset> Elapsed(int steps) => steps >= RoomsFromStep ? (since, time) => since + time
        : Heard;
}

/// <summary>Whether an incident's lane became more or less urgent by a change.</summary>
internal enum LaneMove
{
    None = 0,
    Up = 1,
    Down = 2,
}

/// <summary>
/// How people are called about an incident: since when, who has answered, and what follows when nobody does. It is apart from
/// whether the incident fires: what is acknowledged burns on.
/// </summary>
internal sealed record Escalation
{
    public static readonly Escalation None = new();

    /// <summary>Since when it calls people; null before anything has fired in it.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Who has taken it on; null while nobody has. It outlives the end of the incident, as the answer to who did it.</summary>
    public Acknowledgement? Acknowledged { get; init; }

    /// <summary>
    /// What joined after it was taken on and is nobody's: <c>PostgresDown</c>. Hostile text; empty when somebody has all of it or nobody
    /// has any.
    /// </summary>
    public string Untaken { get; init; } = "";

    /// <summary>Somebody has all of it.</summary>
    public bool IsTaken => Acknowledged is not null && Untaken.Length == 0;

    /// <summary>How many of the lane's steps were taken since <see cref="Since"/>.</summary>
    public int Escalated { get; init; }

    /// <summary>When the last step was taken.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>When people were last called again.</summary>
    public DateTimeOffset? RemindedAt { get; init; }

    /// <summary>When the next step is taken unless somebody acknowledges; null when none is to come as things stand.</summary>
    public DateTimeOffset? EscalatesAt { get; init; }

    /// <summary>When people are called again; null when they are not, as things stand.</summary>
    public DateTimeOffset? RemindsAt { get; init; }
}
