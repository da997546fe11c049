using System.Collections.Concurrent;
using IncidentBot.Incidents;
using IncidentBot.Loops;
using IncidentBot.Settings;
using IncidentBot.Storage;

namespace IncidentBot.Sources;

/// <summary>
/// Reads Alertmanager's own list of every source, at the start and regularly, and applies what differs from the store: what
/// fired while nobody listened, what is gone, what is silenced, inhibited or muted.
/// </summary>
internal sealed partial class Reconciler(
    AlertmanagerApi api, HeardSources heard, ReconcileRules rules, CurrentSettings settings, IIncidentStore store,
        SourceMetrics metrics, LoopBook book)
    : Loop("reconcile", book, LongestWait)
{
    /// <summary>A receiver that has not posted for so long is not taken for one of ours.</summary>
    private static readonly TimeSpan ReceiversWithin = TimeSpan.FromDays(30);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);

    /// <summary>However much is in doubt, nobody is asked more often.</summary>
    private static readonly TimeSpan InDoubtEvery = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, DateTimeOffset> _readAt = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Source, Uri Peer), string> _failing = new();

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        heard.InDoubt += Wake;
        return base.StartAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        heard.InDoubt -= Wake;
        return base.StopAsync(cancellationToken);
    }

    /// <summary>A source that cannot be compared takes no other with it, and stays due.</summary>
    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        var due = Due(now).ConvertAll(source => (source.Source, Done: TryAsync(source, stoppingToken)));
        try
        {
            await Task.WhenAll(due.Select(one => one.Done));
        }
        finally
        {
            due.Where(one => !one.Done.IsCompletedSuccessfully).ToList().ForEach(failed => _readAt.Remove(failed.Source));
        }

        return Next(Clock.GetUtcNow());
    }

    /// <summary>Reads and compares one source once.</summary>
    internal async Task ReconcileAsync(AlertmanagerOptions source, CancellationToken cancellationToken)
    {
        var ignored = settings.Value.Incidents.Ignored;
        var beganAt = Clock.GetUtcNow();
        var answers = await Task.WhenAll(source.Urls.Select(peer => AskAsync(source, peer, cancellationToken)));
        var peers = answers.OfType<PeerAnswer>().ToList();
        if (peers.Count == 0)
        {
            return;
        }

        Read(source.Source);
        var listing = PeerListing.Of(peers, beganAt, ignored, rules.TrustAfter);
        var words = settings.Value.Incidents.Words;
        listing = listing with
        {
            Alerts =
            [
                .. listing.Alerts.Where(alert => !HeardSources.IsNoFault(source, alert.Report.Labels))
                    .Select(alert => alert with { Report = words.Name(alert.Report) }),
            ],
        };
        var receivers = await ReceiversAsync(source, cancellationToken);
        var open = await store.OpenAlertsAsync(source.Source, cancellationToken);
        foreach (var finding in Compare(source.Source, open, listing, receivers))
        {
            if (await store.ReconcileAsync(finding, cancellationToken))
            {
                Log(source.Source, finding);
            }
        }
    }

    private void Read(string source)
    {
        var heardSource = heard.Of(source);
        lock (heardSource)
        {
            (heardSource.ReadAt, heardSource.IsInDoubt) = (Clock.GetUtcNow(), false);
        }
    }

    private IReadOnlyList<Finding> Compare(string source, IReadOnlyList<OpenAlert> open, Listing listing, HashSet<string> receivers)
    {
        var heardSource = heard.Of(source);
        lock (heardSource)
        {
            var now = Clock.GetUtcNow();
            return heardSource.Comparison.Compare(open, listing, source, receivers, heardSource.Doubts.Now(now), now);
        }
    }

    private async Task TryAsync(AlertmanagerOptions source, CancellationToken cancellationToken)
    {
        try
        {
            await ReconcileAsync(source, cancellationToken);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or TransientException))
        {
            throw new InvalidOperationException($"Alertmanager {source.Source} cannot be compared with", failure);
        }
    }

    private async Task<PeerAnswer?> AskAsync(AlertmanagerOptions source, Uri peer, CancellationToken cancellationToken)
    {
        var (answer, reason) = await api.ReadAsync(source, peer, cancellationToken);
        metrics.Asked(source.Source, answer is not null);
        var was = _failing.GetValueOrDefault((source.Source, peer), "");
        if (!string.Equals(reason, was, StringComparison.Ordinal))
        {
            _failing[(source.Source, peer)] = reason;
            var (index, address) = (source.Urls.IndexOf(peer), peer.GetLeftPart(UriPartial.Authority));
            if (reason.Length > 0)
            {
                LogUnreadable(source.Source, index, address, reason);
            }
            else
            {
                LogReadable(source.Source, index, address);
            }
        }

        return answer;
    }

    /// <summary>The receivers that are ours: as configured, or those whose webhooks came here.</summary>
    private async Task<HashSet<string>> ReceiversAsync(AlertmanagerOptions source, CancellationToken cancellationToken)
    {
        if (source.Receivers.Count > 0)
        {
            return source.Receivers.ToHashSet(StringComparer.Ordinal);
        }

        var heardSource = heard.Of(source.Source);
        var stored = heardSource.ReceiversRead ? []
            : await store.ReceiversAsync(source.Source, Clock.GetUtcNow() - ReceiversWithin, cancellationToken);
        lock (heardSource)
        {
            heardSource.ReceiversRead = true;
            heardSource.Receivers.UnionWith(stored);
            return heardSource.Receivers.ToHashSet(StringComparer.Ordinal);
        }
    }

    private List<AlertmanagerOptions> Due(DateTimeOffset now)
    {
        var due = settings.Value.Alertmanagers.Where(source => source.Urls.Count > 0
            && (!_readAt.TryGetValue(source.Source, out var last) || now - last >= Pause(source) || now < last)).ToList();
        due.ForEach(source => _readAt[source.Source] = now);
        return due;
    }

    private TimeSpan Pause(AlertmanagerOptions source)
    {
        var heardSource = heard.Of(source.Source);
        lock (heardSource)
        {
            return heardSource.IsInDoubt && InDoubtEvery < source.ReconcileEvery ? InDoubtEvery : source.ReconcileEvery;
        }
    }

    /// <summary>When the first source is due; not in a long time, because a reload may name another.</summary>
    private DateTimeOffset Next(DateTimeOffset now)
    {
        var next = settings.Value.Alertmanagers.Where(source => source.Urls.Count > 0 && _readAt.ContainsKey(source.Source))
            .Select(source => _readAt[source.Source] + Pause(source)).Append(now + LongestWait).Min();
        return next > now + ShortestWait ? next : now + ShortestWait;
    }

    private void Log(string source, Finding finding)
    {
        switch (finding)
        {
            case Finding.Fires fires:
                LogFires(source, fires.Notification.Alerts.Count, fires.Notification.Receiver);
                break;
            case Finding.Gone gone:
                LogGone(source, gone.Alerts.Count, gone.Incident);
                break;
            case Finding.Marked marked:
                LogMarked(source, marked.Marks.Count, marked.Incident);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Alertmanager {Source} lists {Count} alerts of {Receiver} that were not known to fire")]
    private partial void LogFires(string source, int count, string receiver);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Alertmanager {Source} does not list {Count} alerts of incident {Incident} any more: taken as resolved")]
    private partial void LogGone(string source, int count, long incident);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Alertmanager {Source} keeps quiet about {Count} alerts of incident {Incident}, or no more")]
    private partial void LogMarked(string source, int count, long incident);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The API of Alertmanager {Source} cannot be read at urls[{Index}] ({Address}): {Reason}")]
    private partial void LogUnreadable(string source, int index, string address, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The API of Alertmanager {Source} is read again at urls[{Index}] ({Address})")]
    private partial void LogReadable(string source, int index, string address);
}
