using IncidentBot.Incidents;
using IncidentBot.Loops;
using IncidentBot.Storage;

namespace IncidentBot.Sources;

/// <summary>
/// Looks after silences while time passes: extends those that hold until their incident is resolved, expires them after, finds out about
/// those whose making was cut off, and tells threads shortly before a silence ends.
/// </summary>
internal sealed partial class SilenceWatch(Silencing silencing, IIncidentStore store, LoopBook book) : Loop("silences", book, Every)
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How far ahead the end of a silence is that holds until its incident is resolved: so long it holds when the bot is gone.
    /// </summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromHours(1);

    /// <summary>How long before its end a silence is spoken of.</summary>
    public static readonly TimeSpan ToldBefore = TimeSpan.FromMinutes(10);

    private const int MostIncidents = 500;
    private static readonly TimeSpan ExtendedBefore = Ahead / 2;
    private static readonly TimeSpan AttemptsLast = TimeSpan.FromMinutes(1);

    protected override TimeSpan FirstPause => TimeSpan.FromSeconds(2);

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        if (silencing.Sources.Count > 0)
        {
            await LookAsync(now, stoppingToken);
        }

        return now + Every;
    }

    /// <summary>Looks once; what fails now is tried again at the next look.</summary>
    internal async Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = await store.Deeds.OpenSilencesAsync(cancellationToken);
        foreach (var ofSource in open.GroupBy(row => row.Source, StringComparer.Ordinal))
        {
            if (silencing.Source(ofSource.Key) is { } source)
            {
                await LookAsync(source, [.. ofSource], now, cancellationToken);
            }
        }

        await TellAsync(now, [.. open.Where(row => row.UntilResolved).Select(row => row.Incident)], cancellationToken);
    }

    private async Task LookAsync(AlertmanagerOptions source, IReadOnlyList<SilenceRow> rows, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var (listed, _) = await silencing.ListAsync(source, cancellationToken);
        foreach (var row in rows)
        {
            if (row.State == SilenceState.Begun)
            {
                if (now - row.MadeAt > AttemptsLast && await silencing.FindAsync(source, row, cancellationToken) is { Unknown: "" } looked)
                {
                    await WriteAsync(looked.Found ?? row with { State = SilenceState.Failed }, [], cancellationToken);
                }
            }
            else if (row.Until <= now || (listed is not null
                && !listed.Any(one => string.Equals(one.Id, row.Id, StringComparison.Ordinal))))
            {
                // It ran out, or somebody ended it in Alertmanager itself: neither is undone.
                await WriteAsync(row with { State = SilenceState.Ended }, [], cancellationToken);
            }
            else if (row.UntilResolved)
            {
                await FollowAsync(source, row, now, cancellationToken);
            }
        }
    }

    private async Task FollowAsync(AlertmanagerOptions source, SilenceRow row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var over = (await store.FindAsync(row.Incident, cancellationToken))?.Incident.Status is null or IncidentStatus.Resolved;
        if (!over && row.Until - now > ExtendedBefore)
        {
            return;
        }

        var tried = over ? await silencing.EndAsync(source, row, cancellationToken)
            : await silencing.ExtendAsync(source, row, now + Ahead, cancellationToken);
        if (tried.Failure.Length == 0)
        {
            await WriteAsync(tried.Silence, tried.Marks, cancellationToken);
            LogFollowed(row.Number, row.Incident, over ? "ended, because the incident is resolved" : "extended, because the incident still fires");
        }
        else
        {
            LogFailing(row.Number, source.Source, tried.Failure);
        }
    }

    /// <summary>Tells the threads of incidents of which all is silenced when that is about to end, whoever made the silence.</summary>
    private async Task TellAsync(DateTimeOffset now, HashSet<long> untilResolved, CancellationToken cancellationToken)
    {
        var firing = await store.ListAsync(new IncidentFilter { Status = "firing", Limit = MostIncidents }, cancellationToken);
        foreach (var incident in firing.Where(one => one.Suppression is { Kind: SuppressionKind.Silenced, Until: { } until }
            && until > now && until - now <= ToldBefore && !untilResolved.Contains(one.Number)))
        {
            var suppression = incident.Suppression!;
            var timeline = (await store.FindAsync(incident.Number, cancellationToken))?.Timeline ?? [];
            var since = timeline.LastOrDefault(line => line.Change.Kind == ChangeKind.Silenced)?.Change.At;
            var told = timeline.LastOrDefault(line => line.Change.Kind == ChangeKind.SilenceEnds)?.Change.At;
            if (since <= now - ToldBefore && (told is null || told < suppression.Until!.Value - ToldBefore - Every))
            {
                var minutes = Math.Max(1, (int)Math.Round((suppression.Until!.Value - now).TotalMinutes));
                await store.Deeds.DoAsync(
                    new Deed(new Effect.SilenceEnds(incident.Number, minutes, suppression.By)) { Tell = _ => default }, cancellationToken);
            }
        }
    }

    private Task WriteAsync(SilenceRow row, IReadOnlyList<Finding.Marked> marks, CancellationToken cancellationToken) =>
        store.Deeds.DoAsync(new Deed(new Effect.SilenceIs(row, marks)) { Tell = _ => default }, cancellationToken);

    [LoggerMessage(Level = LogLevel.Information, Message = "Silence {Number} of incident {Incident} is {What}")]
    private partial void LogFollowed(long number, long incident, string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silence {Number} cannot be changed in Alertmanager {Source}: {Reason}")]
    private partial void LogFailing(long number, string source, string reason);
}
