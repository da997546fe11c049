using IncidentBot.Probes;

namespace IncidentBot.ProbeRuns;

/// <summary>One configured probe with what is known of it. Several may ask at once; one at a time lets it run.</summary>
internal sealed class WatchedProbe(Probe probe, ProbeState state, IEnumerable<ProbeRun> recent)
{
    /// <summary>Runs that are held in memory: what the page draws, and an alert may look back at.</summary>
    public const int MostRecent = AlertAfter.Most;

    private readonly Lock _lock = new();
    private readonly Queue<ProbeRun> _recent = new(recent.TakeLast(MostRecent));
    private ProbeState _state = state;
    private Task? _abandoned;
    private DateTimeOffset? _runningSince;

    /// <summary>Its kind and options; others after a reload, while what is known of it stays.</summary>
    public Probe Probe { get; set; } = probe;

    public string Name => Probe.Name;

    /// <summary>What became of pushing its results.</summary>
    public PushStatus Pushed { get; } = new();

    /// <summary>What became of asking Uptime Kuma's monitor.</summary>
    public PushStatus Kuma { get; } = new();

    public ProbeState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    /// <summary>Its newest runs, oldest first.</summary>
    public IReadOnlyList<ProbeRun> Recent
    {
        get
        {
            lock (_lock)
            {
                return [.. _recent];
            }
        }
    }

    /// <summary>Since when it runs; null while it does not.</summary>
    public DateTimeOffset? RunningSince
    {
        get
        {
            lock (_lock)
            {
                return _runningSince;
            }
        }
    }

    /// <summary>When it runs next by its schedule; null when that is not known.</summary>
    public DateTimeOffset? Next { get; set; }

    /// <summary>Whether a run that was given up has not ended yet: until then no other begins.</summary>
    public bool Hangs
    {
        get
        {
            lock (_lock)
            {
                return _abandoned is { IsCompleted: false };
            }
        }
    }

    /// <summary>False when it runs already.</summary>
    public bool TryBegin(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_runningSince is not null)
            {
                return false;
            }

            _runningSince = now;
            return true;
        }
    }

    public void Ended()
    {
        lock (_lock)
        {
            _runningSince = null;
        }
    }

    public void Abandon(Task look)
    {
        lock (_lock)
        {
            _abandoned = look;
        }

        // Whatever it says when it ends at last, nobody hears it.
        _ = look.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
    }

    public ProbeState Take(ProbeReport report)
    {
        lock (_lock)
        {
            _recent.Enqueue(report.Run);
            while (_recent.Count > MostRecent)
            {
                _recent.Dequeue();
            }

            _state = _state.After(report);
            return _state;
        }
    }

    /// <summary>Changes what is known, and returns it.</summary>
    public ProbeState Change(Func<ProbeState, ProbeState> change)
    {
        lock (_lock)
        {
            _state = change(_state);
            return _state;
        }
    }
}

/// <summary>What became of telling somebody else of a probe's results.</summary>
internal sealed class PushStatus
{
    private readonly Lock _lock = new();
    private (string? Run, DateTimeOffset? At, string? Failure, int Failures, DateTimeOffset NotBefore) _value;

    /// <summary>The run that was told last.</summary>
    public string? Run => Read().Run;

    /// <summary>When it was.</summary>
    public DateTimeOffset? At => Read().At;

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public string? Failure => Read().Failure;

    /// <summary>How many attempts have failed in a row.</summary>
    public int Failures => Read().Failures;

    /// <summary>When the next attempt may be made.</summary>
    public DateTimeOffset NotBefore => Read().NotBefore;

    public void Succeeded(string run, DateTimeOffset now)
    {
        lock (_lock)
        {
            _value = (run, now, null, 0, now);
        }
    }

    public void Failed(string reason, DateTimeOffset notBefore)
    {
        lock (_lock)
        {
            _value = (_value.Run, _value.At, reason, _value.Failures + 1, notBefore);
        }
    }

    private (string? Run, DateTimeOffset? At, string? Failure, int Failures, DateTimeOffset NotBefore) Read()
    {
        lock (_lock)
        {
            return _value;
        }
    }
}
