using IncidentBot.Loops;
using IncidentBot.Probes;
using IncidentBot.Settings;
using IncidentBot.Storage;

namespace IncidentBot.ProbeRuns;

/// <summary>
/// Makes the groups in the Pushgateway what they should be - those of the configured probes with their newest values, and none of probes
/// that
/// are gone - and tells Uptime Kuma's monitors of each run. What fails is tried again, and is on the probe's page until then.
/// </summary>
internal sealed partial class ProbePushing : Loop
{
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(5);

    private readonly ProbeBook _probes;
    private readonly Pushgateway _gateway;
    private readonly UptimeKuma _kuma;
    private readonly IIncidentStore _store;
    private readonly CurrentSettings _settings;
    private Dictionary<string, PushedGroup>? _groups;
    private DateTimeOffset _deleteNotBefore;
    private int _deleteFailures;
    private long _pushed;
    private long _failed;

    public ProbePushing(ProbeBook probes, Pushgateway gateway, UptimeKuma kuma, IIncidentStore store, CurrentSettings settings,
        LoopBook book)
        : base("probe_pushes", book, TimeSpan.FromHours(1))
    {
        (_probes, _gateway, _kuma, _store, _settings) = (probes, gateway, kuma, store, settings);
        _probes.Changed += Wake;
        _settings.Changed += _ => Wake();
    }

    /// <summary>Pushes since the start that the Pushgateway took.</summary>
    public long Pushed => Interlocked.Read(ref _pushed);

    /// <summary>Pushes and deletions since the start that it did not.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        var next = DateTimeOffset.MaxValue;
        if (_settings.Value.Probes?.Pushgateway is { Url: { } url } gateway)
        {
            _groups ??= (await _store.Probes.GroupsAsync(stoppingToken))
                .ToDictionary(group => group.Gateway + group.Path, StringComparer.Ordinal);
            next = await PushAllAsync(gateway, url.AbsoluteUri, stoppingToken);
            next = Earlier(next, await DeleteAsync(gateway, url.AbsoluteUri, stoppingToken));
        }

        next = Earlier(next, await TellKumaAsync(stoppingToken));
        return next == DateTimeOffset.MaxValue ? null : next;
    }

    /// <summary>Whether the group of a probe is one that is pushed.</summary>
    private static bool Pushes(WatchedProbe probe) => probe.Probe.Options.Metrics.Push;

    private async Task<DateTimeOffset> PushAllAsync(PushgatewayOptions gateway, string url, CancellationToken stoppingToken)
    {
        var next = DateTimeOffset.MaxValue;
        foreach (var probe in _probes.All.Where(Pushes))
        {
            var state = probe.State;
            if (state.Last is not { } last || string.Equals(probe.Pushed.Run, last.Id, StringComparison.Ordinal))
            {
                continue;
            }

            if (probe.Pushed.NotBefore <= Clock.GetUtcNow())
            {
                await PushAsync(gateway, url, probe, state, last, stoppingToken);
            }

            if (probe.Pushed.Failure is not null)
            {
                next = Earlier(next, probe.Pushed.NotBefore);
            }
        }

        return next;
    }

    private async Task PushAsync(PushgatewayOptions gateway, string url, WatchedProbe probe, ProbeState state, ProbeRun last,
        CancellationToken stoppingToken)
    {
        var path = Pushgateway.Path(probe.Probe.Group);
        var group = new PushedGroup(url, path, probe.Name);
        if (!_groups!.TryGetValue(url + path, out var known) || known != group)
        {
            // Remembered before it is there, so that it can always be deleted.
            await _store.Probes.KeepGroupAsync(group, deleted: false, stoppingToken);
            _groups[url + path] = group;
        }

        var failure = await _gateway.PushAsync(gateway, path, RunMetrics.Of(probe.Probe, state), stoppingToken);
        Count(failure);
        if (failure is null)
        {
            probe.Pushed.Succeeded(last.Id, Clock.GetUtcNow());
        }
        else
        {
            if (probe.Pushed.Failures == 0)
            {
                LogNotPushed(probe.Name, failure);
            }

            probe.Pushed.Failed(failure, Clock.GetUtcNow() + Backoff(probe.Pushed.Failures));
        }
    }

    /// <summary>Deletes the groups of probes that are gone, that have another group now, or that are not pushed any more.</summary>
    private async Task<DateTimeOffset> DeleteAsync(PushgatewayOptions gateway, string url, CancellationToken stoppingToken)
    {
        // Before the configuration has been taken over, every group would look as if nobody owned it.
        if (!_probes.IsTakenOver)
        {
            return DateTimeOffset.MaxValue;
        }

        var wanted = _probes.All.Where(Pushes).Select(probe => url + Pushgateway.Path(probe.Probe.Group)).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, group) in _groups!.Where(group => !wanted.Contains(group.Key)).ToList())
        {
            var elsewhere = !string.Equals(group.Gateway, url, StringComparison.Ordinal);
            if (!elsewhere && _deleteNotBefore > Clock.GetUtcNow())
            {
                return _deleteNotBefore;
            }

            var failure = elsewhere ? null : await _gateway.DeleteAsync(gateway, group.Path, stoppingToken);
            if (failure is not null)
            {
                Count(failure);
                LogNotDeleted(group.Path, failure);
                _deleteNotBefore = Clock.GetUtcNow() + Backoff(_deleteFailures++);
                return _deleteNotBefore;
            }

            _deleteFailures = 0;
            await _store.Probes.KeepGroupAsync(group, deleted: true, stoppingToken);
            _groups!.Remove(key);
            if (elsewhere)
            {
                LogLeft(group.Path, group.Gateway);
            }
            else
            {
                LogDeleted(group.Path, group.Probe);
            }
        }

        return DateTimeOffset.MaxValue;
    }

    private async Task<DateTimeOffset> TellKumaAsync(CancellationToken stoppingToken)
    {
        var next = DateTimeOffset.MaxValue;
        foreach (var probe in _probes.All)
        {
            if (probe.Probe.Options.UptimeKumaUrl is not { } monitor || probe.State.Last is not { } last
                || last.Outcome == RunOutcome.Unknown || string.Equals(probe.Kuma.Run, last.Id, StringComparison.Ordinal))
            {
                continue;
            }

            if (probe.Kuma.NotBefore <= Clock.GetUtcNow())
            {
                if (await _kuma.TellAsync(monitor, last, stoppingToken) is not { } failure)
                {
                    probe.Kuma.Succeeded(last.Id, Clock.GetUtcNow());
                    continue;
                }

                probe.Kuma.Failed(failure, Clock.GetUtcNow() + Backoff(probe.Kuma.Failures));
            }

            next = Earlier(next, probe.Kuma.NotBefore);
        }

        return next;
    }

    private void Count(string? failure)
    {
        if (failure is null)
        {
            Interlocked.Increment(ref _pushed);
        }
        else
        {
            Interlocked.Increment(ref _failed);
        }
    }

    private static TimeSpan Backoff(int failures) => Doubling.Pause(FirstBackoff, LongestBackoff, failures);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The results of the probe {Probe} are not pushed, and tried again: {Reason}")]
    private partial void LogNotPushed(string probe, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted {Group} from the Pushgateway: the probe {Probe} is gone or has another group")]
    private partial void LogDeleted(string group, string probe);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Group} is not deleted from the Pushgateway, and tried again: {Reason}")]
    private partial void LogNotDeleted(string group, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Group} stays in {Gateway}, which is not the configured Pushgateway any more: delete it there by hand")]
    private partial void LogLeft(string group, string gateway);
}
