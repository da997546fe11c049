using System.Collections.Concurrent;
using IncidentBot.Probes;

namespace IncidentBot.ProbeRuns;

/// <summary>
/// The probes that are configured now, with what is known of each, and the runs that are not stored yet. Held in memory and bounded, so
/// that
/// neither a page nor a run waits for the store.
/// </summary>
internal sealed class ProbeBook
{
    /// <summary>Runs that may wait for the store; while it is down for long the oldest are lost, and only for history.</summary>
    private const int MostWaiting = 5000;

    private readonly ConcurrentDictionary<string, WatchedProbe> _probes = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Probe, ProbeRun Run)> _waiting = new();
    private readonly ConcurrentDictionary<string, byte> _changed = new(StringComparer.Ordinal);
    private readonly long[] _runs = new long[3];
    private long _skipped;

    /// <summary>Raised when a run has ended. Handlers return at once.</summary>
    public event Action? Changed;

    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<WatchedProbe> All { get; private set; } = [];

    /// <summary>Whether the configuration has been taken over yet.</summary>
    public bool IsTakenOver { get; private set; }

    /// <summary>Runs that did not begin because the one before had not ended.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    public WatchedProbe? Find(string name) => _probes.GetValueOrDefault(name);

    /// <summary>Runs since the start by how they ended.</summary>
    public long Runs(RunOutcome outcome) => Interlocked.Read(ref _runs[(int)outcome]);

    public void Skip() => Interlocked.Increment(ref _skipped);

    /// <summary>Takes over what is configured now: what is known of a probe stays with its name and kind.</summary>
    /// <param name="known">What was stored of a probe that is new here, with its newest runs, oldest first.</param>
    public async Task TakeOverAsync(
        IEnumerable<Probe> configured, Func<Probe, Task<(ProbeState State, IReadOnlyList<ProbeRun> Runs)>> known)
    {
        var all = new List<WatchedProbe>();
        foreach (var probe in configured)
        {
            if (Find(probe.Name) is { } before && before.Probe.Kind == probe.Kind)
            {
                before.Probe = probe;
                all.Add(before);
            }
            else
            {
                var (state, runs) = await known(probe);
                all.Add(new WatchedProbe(probe, state, runs));
            }
        }

        foreach (var gone in _probes.Keys.Except(all.Select(probe => probe.Name), StringComparer.Ordinal).ToList())
        {
            _probes.TryRemove(gone, out _);
        }

        foreach (var probe in all)
        {
            _probes[probe.Name] = probe;
        }

        All = all;
        IsTakenOver = true;
        Changed?.Invoke();
    }

    /// <summary>A run has ended.</summary>
    public void Take(WatchedProbe probe, ProbeReport report)
    {
        probe.Take(report);
        Interlocked.Increment(ref _runs[(int)report.Run.Outcome]);
        _waiting.Enqueue((probe.Name, report.Run));
        while (_waiting.Count > MostWaiting && _waiting.TryDequeue(out _))
        {
        }

        Touch(probe.Name);
    }

    /// <summary>What is known of a probe has changed and is to be stored.</summary>
    public void Touch(string probe)
    {
        _changed[probe] = 1;
        Changed?.Invoke();
    }

    /// <summary>Takes what is to be stored, at most so many runs; what could not be stored is given back.</summary>
    public (IReadOnlyList<string> Probes, IReadOnlyList<(string Probe, ProbeRun Run)> Runs) ToStore(int most)
    {
        var probes = _changed.Keys.Where(name => _changed.TryRemove(name, out _)).ToList();
        return (probes, [.. _waiting.Take(most)]);
    }

    public void NotStored(IReadOnlyList<string> probes)
    {
        foreach (var probe in probes)
        {
            _changed[probe] = 1;
        }
    }

    public void Stored(IReadOnlyList<(string Probe, ProbeRun Run)> runs)
    {
        foreach (var run in runs)
        {
            // Unless it has been lost meanwhile because too many waited.
            if (_waiting.TryPeek(out var first) && ReferenceEquals(first.Run, run.Run))
            {
                _waiting.TryDequeue(out _);
            }
        }
    }
}
