namespace IncidentBot.Lanes;

/// <summary>
/// When a lane's digests are due: at round times of the clock on the wall, every hour on the hour, every day at midnight.
/// </summary>
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
