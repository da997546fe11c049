using IncidentBot.Loops;
using IncidentBot.Probes;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Storage;

namespace IncidentBot.ProbeRuns;

/// <summary>
/// Keeps the schedule as the configuration says it, stores what runs found, and says what probes alert of. Runs never wait for it, and it
/// does
/// nothing while no probe is configured.
/// </summary>
internal sealed class ProbeBookkeeping : Loop
{
    /// <summary>How often alerts that fire are said again, which keeps them from becoming stale.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <summary>Results that come together are stored together.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan HistoryKept = TimeSpan.FromDays(31);

    private const int MostRunsKept = 500;
    private const int MostAtOnce = 500;

    private readonly ProbeBook _probes;
    private readonly ProbeSchedule _schedule;
    private readonly ProbeAlerts _alerts;
    private readonly IIncidentStore _store;
    private readonly CurrentSettings _settings;
    private BotOptions? _takenOver;
    private DateTimeOffset _storedAt;
    private DateTimeOffset _saidAt;
    private DateTimeOffset _prunedAt;

    public ProbeBookkeeping(ProbeBook probes, ProbeSchedule schedule, ProbeAlerts alerts, IIncidentStore store, CurrentSettings settings,
        LoopBook book)
        : base("probes", book, TimeSpan.FromHours(1))
    {
        (_probes, _schedule, _alerts, _store, _settings) = (probes, schedule, alerts, store, settings);
        _probes.Changed += Wake;
        _settings.Changed += _ => Wake();
    }

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        var options = _settings.Value;
        if (!ReferenceEquals(options, _takenOver))
        {
            await _probes.TakeOverAsync(options.Probes?.All ?? [], probe => KnownAsync(probe, stoppingToken));
            await _schedule.KeepAsync(_probes.All, options.Server.TimeZone, stoppingToken);
            await _alerts.TakeOverAsync(stoppingToken);
            _takenOver = options;
        }

        if (now < _storedAt + Gathering)
        {
            return _storedAt + Gathering;
        }

        _alerts.Judge(now);
        await StoreAsync(stoppingToken);
        if (now >= _saidAt + Every || _alerts.HasNews)
        {
            await _alerts.SayAsync(now, stoppingToken);
            _saidAt = now;
        }

        await PruneAsync(now, stoppingToken);
        return _probes.All.Count > 0 || _alerts.Any ? now + Every : null;
    }

    protected override async Task EndAsync()
    {
        await _schedule.EndAsync();
        try
        {
            await StoreAsync(CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The last seconds of history are worth no delay of the end.
        }
    }

    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (names, runs) = _probes.ToStore(MostAtOnce);
            if (names.Count == 0 && runs.Count == 0)
            {
                return;
            }

            try
            {
                await _store.Probes.KeepAsync(
                    [.. names.Select(_probes.Find).OfType<WatchedProbe>().Select(probe => new ProbeRow(probe.Name, probe.State.ToJson()))],
                    [.. runs.Select(run => Row(run.Probe, run.Run))], cancellationToken);
            }
            catch
            {
                _probes.NotStored(names);
                throw;
            }

            _probes.Stored(runs);
            _storedAt = Clock.GetUtcNow();
        }
    }

    private async Task PruneAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_probes.All.Count > 0 && now >= _prunedAt + PruneEvery)
        {
            await _store.Probes.PruneAsync(now - HistoryKept, MostRunsKept, cancellationToken);
            _prunedAt = now;
        }
    }

    private async Task<(ProbeState State, IReadOnlyList<ProbeRun> Runs)> KnownAsync(Probe probe, CancellationToken cancellationToken)
    {
        var rows = await _store.Probes.ProbesAsync(cancellationToken);
        if (rows.FirstOrDefault(row => string.Equals(row.Name, probe.Name, StringComparison.Ordinal)) is not { } row)
        {
            return (new ProbeState(), []);
        }

        var runs = await _store.Probes.RunsAsync(probe.Name, WatchedProbe.MostRecent, cancellationToken);
        return (ProbeState.OfJson(row.State), [.. runs.Reverse().Select(Run)]);
    }

    private static ProbeRunRow Row(string probe, ProbeRun run) =>
        new(probe, run.Id, run.At, run.Took, run.Latency, (int)run.Outcome, run.Words);

    internal static ProbeRun Run(ProbeRunRow row) => new(row.Id, row.At, row.Took, row.Latency, (RunOutcome)row.Outcome, row.Words);
}
