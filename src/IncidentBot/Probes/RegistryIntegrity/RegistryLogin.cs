using System.Text;
using System.Text.Json;

namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>
/// Who we are to a registry: nobody, a user with a password, or the bearer of a token that a token server gives for each repository and
/// that ends after a minute or so. Asked for only when the registry asks, and renewed when it no longer takes one.
/// https://distribution.github.io/distribution/spec/auth/token/
/// </summary>
/// <param name="ask">Makes one request, without a turn of its own: whoever needs a token has one.</param>
internal sealed class RegistryLogin(
    RegistryOptions options, TimeProvider clock, Func<HttpRequestMessage, CancellationToken, Task<RegistryAnswer>> ask)
{
    private static readonly TimeSpan UsualLife = TimeSpan.FromSeconds(60);

    /// <summary>Its own clock need not be the token server's.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Ticket> _tickets = new(StringComparer.Ordinal);
    private Challenge? _challenge;
    private Ticket? _forAll;
    private int _renewals;

    /// <summary>How many tokens were asked for.</summary>
    public int Renewals => _renewals;

    /// <summary>The header for a request; null while the registry has not asked for any, or when there is none to be had.</summary>
    public async Task<string?> HeaderAsync(string scope, CancellationToken cancellationToken)
    {
        if (_challenge is not { } challenge)
        {
            return null;
        }

        if (challenge.Is("basic"))
        {
            return Basic;
        }

        var (header, _) = await TicketFor(scope, challenge, stale: null, cancellationToken);
        return header;
    }

    /// <summary>The registry did not take a request. Returns whether it is worth asking again, and otherwise why not.</summary>
    /// <param name="used">The header that it refused.</param>
    public async Task<string?> ChallengedAsync(IEnumerable<string> headers, string scope, string? used, CancellationToken cancellationToken)
    {
        var challenges = Challenge.Read(headers);
        var bearer = challenges.FirstOrDefault(challenge => challenge.Is("bearer"));
        if (bearer is not null)
        {
            _challenge = bearer;
            var (header, problem) = await TicketFor(scope, bearer, used, cancellationToken);
            return header is null ? problem : null;
        }

        if (challenges.FirstOrDefault(challenge => challenge.Is("basic")) is { } basic)
        {
            _challenge = basic;
            return Basic is null ? "it asks for a user name and a password (401), and none is configured"
                : used is not null ? "it refuses the user name or the password (401)"
                : null;
        }

        return used is null ? "it refuses whoever is not known (401) and does not say how to log in" : "it refuses the login (401)";
    }

    /// <summary>A repository is done.</summary>
    public void Forget(string scope)
    {
        lock (_lock)
        {
            _tickets.Remove(scope);
        }
    }

    private string? Basic => options is { Username: { } user, Password: { } password }
        ? $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password.Reveal()}"))}"
        : null;

    /// <summary>One asks for all who need the same.</summary>
    private Task<(string? Header, string? Problem)> TicketFor(
        string scope, Challenge challenge, string? stale, CancellationToken cancellationToken)
    {
        // Some, such as Forgejo, give one token for everything.
        var given = challenge["scope"];
        var isForAll = given is not null && !given.Contains("repository:", StringComparison.Ordinal)
            && !given.Contains("registry:", StringComparison.Ordinal);
        lock (_lock)
        {
            var held = isForAll ? _forAll : _tickets.GetValueOrDefault(scope);
            if (held is null || held.Failed || held.IsOver(clock.GetUtcNow())
                || (stale is not null && stale.Equals(held.Header, StringComparison.Ordinal)))
            {
                held = new Ticket();
                held.Coming = RenewAsync(held, challenge, isForAll ? given! : scope, cancellationToken);
                if (isForAll)
                {
                    _forAll = held;
                }
                else
                {
                    _tickets[scope] = held;
                }
            }

            return held.Coming;
        }
    }

    private async Task<(string? Header, string? Problem)> RenewAsync(
        Ticket ticket, Challenge challenge, string scope, CancellationToken cancellationToken)
    {
        // So that nothing of it runs within the lock.
        await Task.Yield();
        Interlocked.Increment(ref _renewals);
        var (token, life, problem) = await AskForTokenAsync(challenge, scope, cancellationToken);
        if (token is null)
        {
            ticket.Failed = true;
            return (null, problem);
        }

        ticket.Ends = clock.GetUtcNow() + (life > 2 * Margin ? life - Margin : life);
        ticket.Header = $"Bearer {token}";
        return (ticket.Header, null);
    }

    private async Task<(string? Token, TimeSpan Life, string? Problem)> AskForTokenAsync(
        Challenge challenge, string scope, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(challenge["realm"], UriKind.Absolute, out var realm) || realm.Scheme is not ("http" or "https"))
        {
            return (null, default, "it asks for a token and names no address that gives one");
        }

        if (options.Url is { Scheme: "https" } && realm.Scheme is not "https")
        {
            return (null, default, $"it asks for a token from {realm.Authority} without encryption, where a password is not sent to");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, Address(realm, challenge["service"], scope));
        if (Basic is { } basic)
        {
            request.Headers.TryAddWithoutValidation("Authorization", basic);
        }

        var answer = await ask(request, cancellationToken);
        return answer switch
        {
            { Status: 200 } => Read(answer.Body, realm),
            { Status: 401 or 403 } => (null, default, Refused(realm, answer.Status)),
            { Status: 0 } => (null, default, $"the token server {realm.Authority} does not answer: {answer.Problem}"),
            _ => (null, default, FormattableString.Invariant($"the token server {realm.Authority} answers {answer.Status}")),
        };
    }

    private string Refused(Uri realm, int status) => Basic is null
        ? FormattableString.Invariant($"the token server {realm.Authority} asks for a user name and a password ({status}), and none is configured")
        : FormattableString.Invariant($"the token server {realm.Authority} refuses the user name or the password ({status})");

    private static (string? Token, TimeSpan Life, string? Problem) Read(ReadOnlyMemory<byte> body, Uri realm)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var token = Text(root, "token") ?? Text(root, "access_token");
            int? seconds = root.TryGetProperty("expires_in", out var life) && life.TryGetInt32(out var number) && number > 0 ? number : null;
            return token is { Length: > 0 and < 64 * 1024 } && !token.Any(char.IsControl)
                ? (token, seconds is { } some ? TimeSpan.FromSeconds(some) : UsualLife, null)
                : (null, default, $"the token server {realm.Authority} answers without a token");
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            return (null, default, $"the token server {realm.Authority} answers something else than a token");
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Uri Address(Uri realm, string? service, string scope)
    {
        var query = realm.Query.Length > 1 ? realm.Query + "&" : "?";
        query += service is null ? "" : $"service={Uri.EscapeDataString(service)}&";
        return new UriBuilder(realm) { Query = $"{query}scope={Uri.EscapeDataString(scope)}" }.Uri;
    }

    /// <summary>A token, or the wait for it.</summary>
    private sealed class Ticket
    {
        public Task<(string? Header, string? Problem)> Coming { get; set; } = null!;

        public string? Header { get; set; }

        public DateTimeOffset? Ends { get; set; }

        public bool Failed { get; set; }

        public bool IsOver(DateTimeOffset now) => Ends is { } end && now >= end;
    }
}
