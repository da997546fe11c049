using IncidentBot.Incidents;

namespace IncidentBot.Posts;

/// <summary>What happened in a lane within some time, for a room that shows that in one message.</summary>
/// <param name="Lane">The lane's name.</param>
/// <param name="From">After this.</param>
/// <param name="To">Until this.</param>
internal sealed record Digest(string Lane, DateTimeOffset From, DateTimeOffset To)
{
    public bool Has(DateTimeOffset? time) => time > From && time <= To;
}

/// <summary>One incident of a digest.</summary>
/// <param name="Title">The alert's name: hostile text.</param>
/// <param name="OpenedAt">When it last began for this lane.</param>
/// <param name="ResolvedAt">Null while it burns.</param>
internal sealed record DigestLine(
    long Incident, string Title, string Place, Severity Severity, bool Stale, DateTimeOffset OpenedAt, DateTimeOffset? ResolvedAt);
