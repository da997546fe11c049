namespace IncidentBot.Posts;

/// <summary>What a post shows: an incident, the storm of a room, or a digest of a lane, each by its number.</summary>
internal abstract record PostSubject(long Number)
{
    /// <summary>An incident.</summary>
    internal sealed record OfIncident(long Number) : PostSubject(Number);

    /// <summary>The storm of a room, which stands for many incidents.</summary>
    internal sealed record OfStorm(long Number) : PostSubject(Number);

    /// <summary>What happened in a lane within some time.</summary>
    internal sealed record OfDigest(long Number) : PostSubject(Number);
}
