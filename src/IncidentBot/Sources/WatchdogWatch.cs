using IncidentBot.Alerts;
using IncidentBot.Loops;
using IncidentBot.Settings;
using IncidentBot.Storage;

namespace IncidentBot.Sources;

/// <summary>
/// Looks whether the Watchdog of each source has been heard of lately. Its absence is an alert of IncidentBot's own, which goes
/// the way of all alerts: into the store, from there into the rooms of the most urgent lane, and over restarts.
/// </summary>
internal sealed partial class WatchdogWatch(
    HeardSources heard, CurrentSettings settings, IIncidentStore store, LoopBook book) : Loop("watchdog", book, Every)
{
    /// <summary>How often it looks; more often where a shorter silence matters.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>The name of the alert that says that nothing is heard.</summary>
    public const string AlertName = "WatchdogMissing";

    private const string Receiver = "watchdog";

    /// <summary>The sources that are known to be silent.</summary>
    private readonly Dictionary<string, Silence> _silent = new(StringComparer.Ordinal);
    private bool _remembered;

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        await LookAsync(stoppingToken);
        return now + Pause();
    }

    private TimeSpan Pause()
    {
        var shortest = settings.Value.Alertmanagers.Select(source => source.Watchdog?.MissingAfter / 4 ?? Every).Append(Every).Min();
        return shortest > ShortestPause ? shortest : ShortestPause;
    }

    /// <summary>Looks once; what cannot be stored now is tried again at the next look.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!_remembered)
        {
            foreach (var (source, alert) in await OwnAlert.FiringAsync(store, Receiver, cancellationToken))
            {
                _silent[source] = new Silence(alert.StartsAt, Words: 0);
            }

            _remembered = true;
        }

        var watched = settings.Value.Alertmanagers.Where(source => source.Watchdog is not null).ToList();
        foreach (var source in watched)
        {
            var now = Clock.GetUtcNow();
            var (missing, words) = Ask(source, now);
            var begun = _silent.TryGetValue(source.Source, out var silence);

            // A restart or a jump of the clock starts the grace anew, but does not end what is known to be silent: only a word does.
            if (missing || (begun && words == silence!.Words))
            {
                if (!begun)
                {
                    LogMissing(source.Source, Duration.Format(source.Watchdog!.MissingAfter));
                    _silent[source.Source] = silence = new Silence(now, words);
                }

                // Said again at every look: that keeps it from becoming stale, and costs nothing.
                await store.ReceiveAsync(Missing(source.Source, source.Watchdog!, silence!.Since, null), cancellationToken);
            }
            else if (begun)
            {
                await EndAsync(source.Source, silence!.Since, source.Watchdog!, cancellationToken);
            }
        }

        foreach (var (source, silence) in _silent.Where(silent =>
            !watched.Exists(one => string.Equals(one.Source, silent.Key, StringComparison.Ordinal))).ToList())
        {
            await EndAsync(source, silence.Since, new WatchdogOptions(), cancellationToken);
        }
    }

    private (bool Missing, long Words) Ask(AlertmanagerOptions source, DateTimeOffset now)
    {
        var heardSource = heard.Of(source.Source);
        lock (heardSource)
        {
            return (heardSource.Watchdog.IsMissing(source.Watchdog!.MissingAfter, now), heardSource.Watchdog.Words);
        }
    }

    private async Task EndAsync(string source, DateTimeOffset since, WatchdogOptions watchdog, CancellationToken cancellationToken)
    {
        await store.ReceiveAsync(Missing(source, watchdog, since, Clock.GetUtcNow()), cancellationToken);
        _silent.Remove(source);
        LogReturned(source);
    }

    /// <summary>The same words at every look, so that the incident does not change while nothing happens.</summary>
    private static Notification Missing(string source, WatchdogOptions watchdog, DateTimeOffset since, DateTimeOffset? until)
    {
        var annotations = LabelSet.From(
            ("summary", $"No word from Alertmanager {source} for {Duration.Format(watchdog.MissingAfter)}: alerts may be lost"),
            ("description", $"The alert {watchdog.Alertname} always fires and is sent here again and again, so its silence means that alerts do not arrive. "
                + "Look whether Prometheus runs and evaluates its rules, whether Alertmanager runs and what it logs about its webhook, "
                + $"and whether {watchdog.Alertname} has a route to IncidentBot with a repeat_interval well below watchdog.missing_after."));
        return new OwnAlert(Receiver, AlertName, "critical", LabelSet.From(("source", source)), annotations).Says(since, until);
    }

    /// <summary>
    /// That a source is silent. Its end is told by the number of words heard and not by their time, because a clock may be set back.
    /// </summary>
    /// <param name="Words">How often the Watchdog had been heard by then.</param>
    private sealed record Silence(DateTimeOffset Since, long Words);

    [LoggerMessage(Level = LogLevel.Error, Message = "No word from Alertmanager {Source} for {MissingAfter}: alerts may be lost")]
    private partial void LogMissing(string source, string missingAfter);

    [LoggerMessage(Level = LogLevel.Information, Message = "Alertmanager {Source} is heard of again, or not watched any more")]
    private partial void LogReturned(string source);
}
