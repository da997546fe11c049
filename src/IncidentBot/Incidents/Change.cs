namespace IncidentBot.Incidents;

/// <summary>What happened to an incident. The number is stored: add at the end, never renumber.</summary>
internal enum ChangeKind
{
    /// <summary>It began.</summary>
    Opened = 1,

    /// <summary>More alerts fire in it.</summary>
    Joined = 2,

    /// <summary>Some alerts ended while others still fire.</summary>
    AlertResolved = 3,

    /// <summary>The worst firing severity became worse.</summary>
    SeverityRaised = 4,

    /// <summary>Nothing fires any more.</summary>
    Resolved = 5,

    /// <summary>It fires again soon after it had ended.</summary>
    Reopened = 6,

    /// <summary>Nobody has spoken of it for so long that it can no longer be believed.</summary>
    Stale = 7,

    /// <summary>It was stale and is being spoken of again.</summary>
    HeardAgain = 8,

    /// <summary>Only what is shown changed (an annotation, a count): the post is edited, history has no line.</summary>
    Updated = 9,

    /// <summary>Its end was heard of without its beginning: kept so that a late beginning cannot open it.</summary>
    ResolvedUnseen = 10,

    /// <summary>Alertmanager's own list lacks some alerts, so they are taken as resolved; what that means follows.</summary>
    Gone = 11,

    /// <summary>Alerts that fire are silenced now.</summary>
    Silenced = 12,

    /// <summary>Alerts that fire are inhibited by another one now.</summary>
    Inhibited = 13,

    /// <summary>Alerts that fire are muted by the time of the day or week now.</summary>
    Muted = 14,

    /// <summary>Alerts that fire are neither silenced, inhibited nor muted any more.</summary>
    Unsuppressed = 15,

    /// <summary>It moved to a more urgent lane.</summary>
    LaneRaised = 16,

    /// <summary>Somebody has taken it on; the detail begins with the name.</summary>
    Acknowledged = 20,

    /// <summary>Nobody has it on any more: it was given back, came back or became worse.</summary>
    Unacknowledged = 21,

    /// <summary>Nobody acknowledged in time, so others are called.</summary>
    Escalated = 22,

    /// <summary>Nobody has acknowledged yet, so those who were called are called again.</summary>
    Reminded = 23,

    /// <summary>It comes and goes too often to be announced each time.</summary>
    FlappingBegan = 25,

    /// <summary>It has stayed as it is for long enough.</summary>
    FlappingEnded = 26,

    /// <summary>Other incidents explain all that fires in it; the detail names them.</summary>
    InhibitedBy = 28,

    /// <summary>Nothing explains it any more, and it still fires.</summary>
    Uninhibited = 29,

    /// <summary>What its services need is down, which is probably why; the detail names the incident.</summary>
    CausedBy = 30,

    /// <summary>What its services need works again, and it still fires.</summary>
    CauseOver = 31,

    /// <summary>A room that should show it refuses everything, so people are called in the others; the detail says which and why.</summary>
    Unreached = 32,

    /// <summary>Somebody wrote it into the history; the detail begins with the name.</summary>
    Noted = 33,

    /// <summary>The silence that hides all that fires in it ends within minutes.</summary>
    SilenceEnds = 34,
}

/// <summary>One change with its reason: a line in the incident's history.</summary>
/// <param name="At">When IncidentBot learned of it.</param>
/// <param name="Detail">Which alerts or what exactly, in plain text made of labels: hostile, escape it. May be empty.</param>
/// <param name="Count">How many alerts it is about; 0 when it is about the incident.</param>
internal sealed record Change(ChangeKind Kind, DateTimeOffset At, string Detail = "", int Count = 0)
{
    /// <summary>A line for the page only: the thread is not told of it.</summary>
    public bool Quiet { get; init; }

    /// <summary>
    /// All of the incident is heard of again after nothing of it was, so that people have to be called anew where it is urgent.
    /// </summary>
    public bool Calls { get; init; }
}

/// <summary>What sets kinds of change apart.</summary>
internal static class ChangeKinds
{
    /// <summary>Whether a change is a line in a post's thread; the beginning is told by the post itself.</summary>
    public static bool IsToldInThread(this Change change) =>
        !change.Quiet && change.Kind is not (ChangeKind.Opened or ChangeKind.Updated or ChangeKind.ResolvedUnseen);
}
