using System.Globalization;
using IncidentBot.Incidents;
using IncidentBot.Outgoing;
using IncidentBot.Storage;

namespace IncidentBot.Sources;

/// <summary>A silence that an Alertmanager has, whoever made it.</summary>
/// <param name="Comment">Hostile text, as it was written.</param>
internal sealed record ListedSilence(
    string Source, string Id, IReadOnlyList<SilenceMatcher> Matchers, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string By,
        string Comment);

/// <summary>What peers answered: a value, or why there is none, in words without address or secret.</summary>
internal readonly record struct PeerResult<T>(T? Value, string Reason)
    where T : class;

/// <summary>
/// Makes, ends and lists silences in a cluster of Alertmanagers. They tell each other of silences, so one peer that takes a change is
/// enough; the others are asked only when one cannot be reached or refuses.
/// </summary>
internal sealed class AlertmanagerSilences(IHttpClientFactory http, TimeProvider clock)
{
    private const int LargestAnswer = 32 * 1024 * 1024;
    private const int NotFound = 404;

    /// <summary>For all peers together: somebody waits for the answer in a chat.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly ApiClient<ISilencesApi> _api = new(http, AlertmanagerApi.ClientName, SilencesJson.Default, clock);

    /// <summary>Has the first peer that can take a silence, or the change of one. The id may be another one after a change.</summary>
    public Task<PeerResult<string>> PutAsync(AlertmanagerOptions source, SilenceRow silence, CancellationToken cancellationToken)
    {
        var body = new SilenceBody(
            [.. silence.Matchers.Select(one => new MatcherBody(one.Name, one.Value, one.IsRegex, one.IsEqual))],
            Time(silence.MadeAt), Time(silence.Until), silence.By, silence.Comment, silence.Id);
        return FirstAsync(source, async call =>
        {
            var (made, reason) = AlertmanagerApi.Read(await call.AskAsync((api, stop) => api.MakeAsync(body, stop)));
            return made?.SilenceId is { Length: > 0 and <= 100 } id ? new PeerResult<string>(id, "")
                : new PeerResult<string>(null, reason.Length > 0 ? reason : "an answer that is not Alertmanager's");
        }, cancellationToken);
    }

    /// <summary>Ends a silence. One that is over, or that no peer knows, is ended too.</summary>
    /// <returns>Any value when it is done.</returns>
    public Task<PeerResult<string>> ExpireAsync(AlertmanagerOptions source, string id, CancellationToken cancellationToken) =>
        FirstAsync(source, async call =>
        {
            var answer = await call.AskAsync((api, stop) => api.ExpireAsync(id, stop));
            return answer.Failure is { } failure ? new PeerResult<string>(null, failure.Reason)
                : answer.Status is (>= 200 and <= 299) or NotFound ? new PeerResult<string>("done", "")
                : new PeerResult<string>(null, string.Create(CultureInfo.InvariantCulture, $"it answered {answer.Status}"));
        }, cancellationToken);

    /// <summary>The silences that hold or will hold, of the first peer that answers.</summary>
    public Task<PeerResult<IReadOnlyList<ListedSilence>>> ListAsync(AlertmanagerOptions source, CancellationToken cancellationToken) =>
        FirstAsync<IReadOnlyList<ListedSilence>>(source, async call =>
        {
            var (silences, reason) = AlertmanagerApi.Read(await call.AskAsync((api, stop) => api.ListAsync(LargestAnswer, stop)));
            return silences is null ? new PeerResult<IReadOnlyList<ListedSilence>>(null, reason)
                : new PeerResult<IReadOnlyList<ListedSilence>>(Listed(source.Source, silences), "");
        }, cancellationToken);

    /// <summary>
    /// The alerts that fire and that a silence with these matchers would hide, by the word of the first peer that answers.
    /// </summary>
    public Task<PeerResult<IReadOnlyList<GroupedAlertAnswer>>> MatchingAsync(
        AlertmanagerOptions source, IReadOnlyList<SilenceMatcher> matchers, CancellationToken cancellationToken) =>
        FirstAsync<IReadOnlyList<GroupedAlertAnswer>>(source, async call =>
        {
            string[] filter = [.. matchers.Select(matcher => matcher.ToString())];
            var (alerts, reason) = AlertmanagerApi.Read(await call.AskAsync((api, stop) => api.AlertsAsync(filter, LargestAnswer, stop)));
            return alerts is null ? new PeerResult<IReadOnlyList<GroupedAlertAnswer>>(null, reason)
                : new PeerResult<IReadOnlyList<GroupedAlertAnswer>>([.. alerts.OfType<GroupedAlertAnswer>()], "");
        }, cancellationToken);

    private async Task<PeerResult<T>> FirstAsync<T>(
        AlertmanagerOptions source, Func<ApiCall<ISilencesApi>, Task<PeerResult<T>>> ask, CancellationToken cancellationToken)
        where T : class
    {
        var reasons = new List<string>();
        foreach (var peer in source.Urls)
        {
            using var call = _api.Begin(peer, AlertmanagerApi.Authorization(source), Patience, cancellationToken);
            var result = await ask(call);
            if (result.Value is not null)
            {
                return result;
            }

            reasons.Add(result.Reason);
        }

        return new PeerResult<T>(null, reasons.Count == 0 ? $"alertmanagers of {source.Source} name no urls"
            : string.Join("; ", reasons.Distinct(StringComparer.Ordinal)));
    }

    /// <summary>Older versions ignore the filters by state, so what is over is left out here.</summary>
    private IReadOnlyList<ListedSilence> Listed(string source, List<ListedSilenceAnswer?> silences)
    {
        var now = clock.GetUtcNow();
        return
        [
            .. silences.OfType<ListedSilenceAnswer>()
                .Where(one => one is { Id.Length: > 0 and <= 100, Matchers: not null, EndsAt: not null } && one.Status?.State is not "expired"
                    && one.EndsAt > now)
                .Select(one => new ListedSilence(source, one.Id!,
                    [
                        .. one.Matchers!.OfType<MatcherBody>().Select(matcher => new SilenceMatcher(
                            Plain(matcher.Name), Plain(matcher.Value), matcher.IsRegex, matcher.IsEqual ?? true)),
                    ],
                    one.StartsAt ?? now, one.EndsAt!.Value, Plain(one.CreatedBy), Plain(one.Comment)))
                .OrderBy(one => one.EndsAt).ThenBy(one => one.Id, StringComparer.Ordinal),
        ];
    }

    private static string Plain(string? text) => Headline.Cut((text ?? "").Replace('\0', '\uFFFD'), 1000);

    /// <summary>As exactly as it lists them.</summary>
    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
