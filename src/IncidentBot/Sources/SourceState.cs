namespace IncidentBot.Sources;

/// <summary>When a source was last heard (by a webhook) or read (its API), and whether that is recent enough to believe in peace.</summary>
/// <param name="HeardAt">Null when no webhook has come since the start.</param>
/// <param name="ReadAt">Null when its API was not read since the start, or is not asked.</param>
/// <param name="Asked">Its API is asked, so that silence does not have to be believed.</param>
/// <param name="Lately">It was heard or read lately.</param>
internal sealed record SourceState(string Source, DateTimeOffset? HeardAt, DateTimeOffset? ReadAt, bool Asked, bool Lately)
{
    /// <summary>A source that is only listened to says nothing while nothing happens; after so long nobody knows why.</summary>
    public static readonly TimeSpan HeardWithin = TimeSpan.FromHours(1);

    /// <summary>Readings that may fail one after another before its list counts as unread.</summary>
    private const int Readings = 3;

    private static readonly TimeSpan ShortestReadWithin = TimeSpan.FromMinutes(2);

    /// <summary>The later of both; null when neither was.</summary>
    public DateTimeOffset? Last => HeardAt > ReadAt || ReadAt is null ? HeardAt : ReadAt;

    public static SourceState Of(string name, AlertmanagerOptions? options, DateTimeOffset? heardAt, DateTimeOffset? readAt,
        DateTimeOffset now)
    {
        var asked = options is { Urls.Count: > 0 };
        var readWithin = asked ? Readings * options!.ReconcileEvery : TimeSpan.Zero;
        readWithin = readWithin > ShortestReadWithin ? readWithin : ShortestReadWithin;
        return new SourceState(name, heardAt, asked ? readAt : null, asked,
            now - heardAt <= HeardWithin || (asked && now - readAt <= readWithin));
    }
}
