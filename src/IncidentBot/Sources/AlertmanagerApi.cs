using System.Text;
using IncidentBot.Outgoing;
using Refit;

namespace IncidentBot.Sources;

/// <summary>The requests of Alertmanager's API v2 that are used (the same from 0.25 to 0.34).</summary>
internal interface IAlertmanagerApi
{
    [Get("/api/v2/status")]
    Task<ApiResponse<StatusAnswer>> StatusAsync([Property(BoundedAnswers.MaxBytes)] int maxBytes, CancellationToken cancellationToken);

    [Get("/api/v2/alerts/groups")]
    Task<ApiResponse<List<GroupAnswer?>>> GroupsAsync([Property(BoundedAnswers.MaxBytes)] int maxBytes,
        CancellationToken cancellationToken);

    [Get("/api/v2/silences")]
    Task<ApiResponse<List<SilenceAnswer?>>> SilencesAsync([Property(BoundedAnswers.MaxBytes)] int maxBytes,
        CancellationToken cancellationToken);
}

/// <summary>
/// Reads what a peer of Alertmanager knows. An answer is whole or it is none: what is cut off, too long or not as the API has it is
/// a failure, whose reason holds neither an address nor a secret.
/// </summary>
internal sealed class AlertmanagerApi(IHttpClientFactory http, TimeProvider clock)
{
    public const string ClientName = "alertmanager";

    /// <summary>Around 30,000 alerts; whoever has more should not have them all read every minute.</summary>
    private const int LargestAnswer = 32 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ApiClient<IAlertmanagerApi> _api = new(http, ClientName, AlertmanagerJson.Default, clock);

    /// <summary>Asks one peer for its groups, its start and, when anything is silenced, its silences.</summary>
    public async Task<(PeerAnswer? Answer, string Reason)> ReadAsync(AlertmanagerOptions source, Uri peer,
        CancellationToken cancellationToken)
    {
        using var call = _api.Begin(peer, Authorization(source), Patience, cancellationToken);

        // The start is asked for first: an Alertmanager that is started in between then does not seem to have run for long.
        var (status, reason) = Read(await call.AskAsync((api, stop) => api.StatusAsync(LargestAnswer, stop)));
        if (status is null)
        {
            return (null, reason);
        }

        (var groups, reason) = Read(await call.AskAsync((api, stop) => api.GroupsAsync(LargestAnswer, stop)));
        if (groups is null)
        {
            return (null, reason);
        }

        List<SilenceAnswer?>? silences = [];
        if (groups.Exists(group => group?.Alerts?.Exists(alert => alert?.Status?.SilencedBy is { Count: > 0 }) == true))
        {
            (silences, reason) = Read(await call.AskAsync((api, stop) => api.SilencesAsync(LargestAnswer, stop)));
        }

        var intervals = status.Config?.Original?.Contains("time_intervals", StringComparison.Ordinal) == true;
        return silences is null
            ? (null, reason)
            : (new PeerAnswer(peer, groups, status.Uptime is { Year: > 1 } ? status.Uptime : null, intervals, silences), "");
    }

    internal static (T? Content, string Reason) Read<T>(ApiAnswer<T> answer)
        where T : class => answer switch
        {
            { Failure: { } failure } => (null, failure.Reason),
            { Status: < 200 or > 299, Proxy: { } proxy } =>
                (null, FormattableString.Invariant(
                    $"the proxy {proxy} answered {answer.Status}; an address that is not to be asked through it belongs into NO_PROXY")),
            { Status: < 200 or > 299 } => (null, FormattableString.Invariant($"it answered {answer.Status}")),
            { Content: null } => (null, "an answer that is not Alertmanager's; is the address right?"),
            _ => (answer.Content, ""),
        };

    internal static string? Authorization(AlertmanagerOptions source) =>
        source.ApiToken is { } token ? $"Bearer {token.Reveal()}"
        : source.ApiPassword is { } password
            ? $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{source.ApiUsername}:{password.Reveal()}"))}"
            : null;
}
