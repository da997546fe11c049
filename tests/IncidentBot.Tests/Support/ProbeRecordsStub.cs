using IncidentBot.Storage;

namespace IncidentBot.Support;

/// <summary>What probes found, in memory.</summary>
internal sealed class ProbeRecordsStub : IProbeRecords
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ProbeRow> _probes = new(StringComparer.Ordinal);
    private readonly List<ProbeRunRow> _runs = [];
    private readonly List<PushedGroup> _groups = [];

    public Task KeepAsync(IReadOnlyList<ProbeRow> probes, IReadOnlyList<ProbeRunRow> runs, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var probe in probes)
            {
                _probes[probe.Name] = probe;
            }

            _runs.AddRange(runs);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ProbeRow>> ProbesAsync(CancellationToken cancellationToken) => Read<IReadOnlyList<ProbeRow>>(() => [.. _probes.Values]);

    public Task<IReadOnlyList<ProbeRunRow>> RunsAsync(string probe, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<ProbeRunRow>>(() => [.. _runs.Where(run => run.Probe == probe).OrderByDescending(run => run.At).Take(limit)]);

    public Task<IReadOnlyList<ProbeHours>> HoursAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<ProbeHours>>(() => [.. _runs.Where(run => run.At > since).GroupBy(run => run.Probe)
            .Select(runs => new ProbeHours(runs.Key, runs.Count(run => run.Outcome == 0), runs.Count(run => run.Outcome == 1), runs.Count(run => run.Outcome == 2)))]);

    public Task PruneAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<PushedGroup>> GroupsAsync(CancellationToken cancellationToken) => Read<IReadOnlyList<PushedGroup>>(() => [.. _groups]);

    public Task KeepGroupAsync(PushedGroup group, bool deleted, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _groups.RemoveAll(one => one.Gateway == group.Gateway && one.Path == group.Path);
            if (!deleted)
            {
                _groups.Add(group);
            }
        }

        return Task.CompletedTask;
    }

    private Task<T> Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            return Task.FromResult(read());
        }
    }
}
