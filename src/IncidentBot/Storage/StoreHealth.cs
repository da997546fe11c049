namespace IncidentBot.Storage;

/// <summary>Why nothing can be made durable, and since when that is known.</summary>
internal sealed record StoreProblem(string Reason, DateTimeOffset Since);

/// <summary>
/// Whether changes can be made durable, as the last attempts showed: a disk that is full can still be read, so that pages look well
/// while every webhook is answered 503.
/// </summary>
internal sealed class StoreHealth
{
    private volatile StoreProblem? _problem;
    private long _wroteAt;

    /// <summary>Null when the last change was made durable.</summary>
    public StoreProblem? Problem => _problem;

    /// <summary>When a change was last made durable.</summary>
    public DateTimeOffset WroteAt => new(Interlocked.Read(ref _wroteAt), TimeSpan.Zero);

    public void Wrote(DateTimeOffset now)
    {
        Interlocked.Exchange(ref _wroteAt, now.UtcTicks);
        _problem = null;
    }

    public void Failed(string reason, DateTimeOffset now) => _problem = new StoreProblem(reason, _problem?.Since ?? now);
}
