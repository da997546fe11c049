namespace IncidentBot.Posts;

/// <summary>How a room shows incidents. The number is stored: add at the end, never renumber.</summary>
internal enum StormPhase
{
    /// <summary>One by one.</summary>
    Calm = 0,

    /// <summary>Critical ones one by one, all others in the summary.</summary>
    Storm = 1,

    /// <summary>Little new comes: what is still open and was not shown is announced now, as fast as the vendor allows.</summary>
    CatchingUp = 2,
}
