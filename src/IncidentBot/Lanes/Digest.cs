using IncidentBot.Incidents;

namespace IncidentBot.Lanes;

/// <summary>When a lane's digests are due: at round times of the clock on the wall, every hour on the hour, every day at midnight.</summary>
/// <param name="Every">The time between two of them.</param>
/// <param name="Zone">Whose clock on the wall.</param>
internal sealed record DigestTimes(TimeSpan Every, TimeZoneInfo Zone)
{
    /// <summary>The latest time, not after <paramref name="now"/>, at which a digest was due.</summary>
    public DateTimeOffset Last(DateTimeOffset now)
    {
        var onTheWall = TimeZoneInfo.ConvertTime(now, Zone);
        var round = new DateTime(onTheWall.Ticks - (onTheWall.Ticks % Every.Ticks), DateTimeKind.Unspecified);
        var last = new DateTimeOffset(round, Zone.GetUtcOffset(round)).ToUniversalTime();
        return last <= now ? last : new DateTimeOffset(round, onTheWall.Offset).ToUniversalTime();
    }
}

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
