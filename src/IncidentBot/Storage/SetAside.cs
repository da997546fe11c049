using System.Collections.Concurrent;
using IncidentBot.Loops;

namespace IncidentBot.Storage;

/// <summary>Work on one incident met a bug: nothing was changed, and all others can be worked on.</summary>
internal sealed class IncidentFailedException(long number, Exception inner)
    : StoreUnavailableException($"incident {number} met a bug: see the log", inner)
{
    public long Number => number;
}

/// <summary>
/// The incidents that met a bug. Each is left alone until its next try, a minute after the first failure and an hour at the
/// latest, so that it keeps no other from being worked on; then it is tried again. Known to this process alone: after a
/// restart everything is tried once. May be used by many at the same time.
/// </summary>
internal sealed partial class SetAside(TimeProvider clock, ILogger<SetAside> logger)
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<long, Entry> _entries = new();
    private long _failures;

    /// <summary>How often work on an incident has met a bug.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    public int Count => _entries.Count;

    /// <summary>What an operator is told: a line for each incident, without what came from outside.</summary>
    public IReadOnlyList<string> Problems => [.. _entries.OrderBy(entry => entry.Key).Take(20).Select(entry => FormattableString.Invariant(
        $"Incident {entry.Key} could not be worked on {entry.Value.Failures} times since {entry.Value.Since:HH:mm:ss} UTC, next try at {entry.Value.NextTry:HH:mm:ss} UTC: see the log."))];

    /// <summary>Sets an incident aside. Returns false when it is already: then leaving it out has not helped.</summary>
    public bool Add(IncidentFailedException failure)
    {
        var now = clock.GetUtcNow();
        if (Until(failure.Number, now) is not null)
        {
            return false;
        }

        Interlocked.Increment(ref _failures);
        var entry = _entries.AddOrUpdate(failure.Number, _ => new Entry(now, 1, now + First), (_, before) => before.Again(now));
        if (entry.Failures == 1)
        {
            LogSetAside(failure.InnerException!, failure.Number);
        }

        return true;
    }

    /// <summary>When an incident is tried again; null when it may be worked on.</summary>
    public DateTimeOffset? Until(long number, DateTimeOffset now) =>
        _entries.TryGetValue(number, out var entry) && entry.NextTry > now ? entry.NextTry : null;

    /// <summary>The incidents that are left alone for now.</summary>
    public IEnumerable<long> Held(DateTimeOffset now) => _entries.Where(entry => entry.Value.NextTry > now).Select(entry => entry.Key);

    /// <summary>It could be worked on, or is gone.</summary>
    public void Over(long number)
    {
        if (!_entries.IsEmpty && _entries.TryRemove(number, out _))
        {
            LogWorks(number);
        }
    }

    /// <summary>Whoever hears of commits met a bug: no incident is to blame.</summary>
    public void AfterCommit(Exception failure) => LogAfterCommit(failure);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "A bug after a commit: what was committed stays, and whoever hears of commits may have missed this one")]
    private partial void LogAfterCommit(Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "Incident {Number} met a bug and is set aside: it is tried again, and this is logged once until it works")]
    private partial void LogSetAside(Exception failure, long number);

    [LoggerMessage(Level = LogLevel.Information, Message = "Incident {Number} is worked on again")]
    private partial void LogWorks(long number);

    private sealed record Entry(DateTimeOffset Since, int Failures, DateTimeOffset NextTry)
    {
        public Entry Again(DateTimeOffset now) => new(Since, Failures + 1, now + Doubling.Pause(First, Longest, Failures));
    }
}
