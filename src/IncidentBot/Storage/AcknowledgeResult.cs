namespace IncidentBot.Storage;

/// <summary>What became of taking an incident on, or of giving it back.</summary>
internal enum AcknowledgeResult
{
    Done = 1,

    /// <summary>It was so before.</summary>
    AlreadySo = 2,

    /// <summary>There is no incident of this number.</summary>
    Unknown = 3,

    /// <summary>The incident is resolved.</summary>
    Over = 4,
}
