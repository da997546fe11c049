using System.Net;
using System.Security.Cryptography;
using IncidentBot.Outgoing;

namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>
/// Asks one registry: in turn, at its pace, with its login, and again when what went wrong may pass. Answers are values, whatever comes.
/// </summary>
internal sealed class RegistryClient : IDisposable
{
    /// <summary>The named client, which logs nothing, follows no redirect and reads no answer by itself.</summary>
    public const string ClientName = "registry";

    /// <summary>The scope of the catalog.</summary>
    public const string CatalogScope = "registry:catalog:*";

    private const int MostAttempts = 3;
    private const int MostWaits = 5;
    private const int MostRedirects = 5;
    private const int MostRenewals = 2;

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(300);

    private readonly RegistryOptions _options;
    private readonly ProbeLook _look;
    private readonly HttpClient _http;
    private readonly DateTimeOffset _deadline;
    private int _silent;

    /// <param name="deadline">Nothing is waited for that comes later.</param>
    public RegistryClient(RegistryOptions options, ProbeLook look, DateTimeOffset deadline)
    {
        (_options, _look, _deadline) = (options, look, deadline);
        _http = look.Http.CreateClient(ClientName);
        _http.Timeout = Timeout.InfiniteTimeSpan;
        Gate = new RequestGate(options.Parallel, options.Rate, look.Clock);
        Login = new RegistryLogin(options, look.Clock, AskForTokenAsync);
    }

    public RequestGate Gate { get; }

    public RegistryLogin Login { get; }

    /// <summary>How many requests in a row have come to nothing, retries and all.</summary>
    public int Silent => _silent;

    public static string ScopeOf(string repository) => $"repository:{repository}:pull";

    /// <param name="path">Below the registry's address.</param>
    public Uri AddressOf(string path) => new(Root, path);

    /// <summary>Reads a small answer whole.</summary>
    /// <param name="path">Below the registry's address, with its query.</param>
    public Task<RegistryAnswer> ReadAsync(
        string path, string scope, int maxBytes, bool isManifest, CancellationToken cancellationToken) =>
        AskAsync(path, scope, isManifest, null, (answer, stop) => WholeAsync(answer, maxBytes, stop), cancellationToken);

    /// <summary>
    /// Reads one byte of a blob. A registry answers HEAD from its memory, also when the file is gone; for a byte it has to open the file,
    /// and for the last one the file must be as long as it was.
    /// </summary>
    /// <param name="at">The place of the byte.</param>
    public Task<RegistryAnswer> OneByteAsync(string repository, string digest, long at, CancellationToken cancellationToken) =>
        AskAsync($"v2/{repository}/blobs/{digest}", ScopeOf(repository), false, at, OneByteAsync, cancellationToken);

    /// <summary>Reads all of a blob and hashes it.</summary>
    public Task<RegistryAnswer> HashAsync(string repository, string digest, CancellationToken cancellationToken) =>
        AskAsync($"v2/{repository}/blobs/{digest}", ScopeOf(repository), false, null,
            (answer, stop) => HashedAsync(answer, digest, stop), cancellationToken);

    public void Dispose()
    {
        Gate.Dispose();
        _http.Dispose();
    }

    private async Task<RegistryAnswer> AskAsync(string path, string scope, bool isManifest, long? at,
        Func<HttpResponseMessage, Stall, Task<RegistryAnswer>> read, CancellationToken cancellationToken)
    {
        var address = AddressOf(path);
        var (attempts, waits) = (0, 0);
        while (true)
        {
            await Gate.EnterAsync(cancellationToken);
            RegistryAnswer answer;
            try
            {
                answer = await AskKnownAsync(Make, scope, read, cancellationToken);
            }
            finally
            {
                Gate.Leave();
            }

            if (WaitFor(answer) is { } wait && ++waits <= MostWaits && _look.Clock.GetUtcNow() + wait < _deadline)
            {
                _look.Transcript.Note(FormattableString.Invariant($"{answer.Status}: waiting {wait.TotalSeconds:0.#} s as it asks"));
                Gate.Pause(wait);
            }
            else if (!answer.IsPassing || ++attempts >= MostAttempts)
            {
                Count(answer);
                return answer;
            }
            else
            {
                var backoff = FirstBackoff * Math.Pow(3, attempts - 1) * (0.75 + (_look.Random.NextDouble() / 2));
                await Task.Delay(backoff, _look.Clock, cancellationToken);
            }
        }

        HttpRequestMessage Make() => Prepare(address, isManifest, at);
    }

    /// <summary>A registry that asks to come back later did answer; 503 with no time in it is a failure like others.</summary>
    private static TimeSpan? WaitFor(RegistryAnswer answer) => answer switch
    {
        { Status: 429, RetryAfter: null } => TimeSpan.FromSeconds(2),
        { Status: 429 or 503 } => OutgoingCall.Bounded(answer.RetryAfter),
        _ => null,
    };

    private void Count(RegistryAnswer answer)
    {
        if (answer.Status is 0 or >= 500)
        {
            Interlocked.Increment(ref _silent);
        }
        else
        {
            Interlocked.Exchange(ref _silent, 0);
        }
    }

    /// <summary>With the login, renewed when the registry no longer takes it.</summary>
    private async Task<RegistryAnswer> AskKnownAsync(Func<HttpRequestMessage> make, string scope,
        Func<HttpResponseMessage, Stall, Task<RegistryAnswer>> read, CancellationToken cancellationToken)
    {
        for (var renewals = 0; ; renewals++)
        {
            var header = await Login.HeaderAsync(scope, cancellationToken);
            var answer = await FollowAsync(make, header, read, cancellationToken);
            if (answer.Status != 401)
            {
                return answer;
            }

            var problem = await Login.ChallengedAsync(answer.Challenges, scope, header, cancellationToken);
            if (problem is not null || renewals == MostRenewals)
            {
                return answer with { Refusal = problem ?? "it refuses a token that was just made for it (401)" };
            }

            await Gate.PaceAsync(cancellationToken);
        }
    }

    /// <summary>Blobs may be elsewhere; the login does not go there.</summary>
    private async Task<RegistryAnswer> FollowAsync(Func<HttpRequestMessage> make, string? header,
        Func<HttpResponseMessage, Stall, Task<RegistryAnswer>> read, CancellationToken cancellationToken)
    {
        Uri? target = null;
        for (var redirects = 0; ; redirects++)
        {
            using var request = make();
            var own = request.RequestUri!;
            request.RequestUri = target ?? own;
            if (header is not null && request.RequestUri.GetLeftPart(UriPartial.Authority)
                .Equals(own.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase))
            {
                request.Headers.TryAddWithoutValidation("Authorization", header);
            }

            var (answer, location) = await SendAsync(request, read, cancellationToken);
            if (location is null)
            {
                return answer;
            }

            if (redirects == MostRedirects || location.Scheme is not ("http" or "https"))
            {
                return answer with { Problem = "points elsewhere, again and again" };
            }

            target = location;
        }
    }

    private async Task<(RegistryAnswer Answer, Uri? Location)> SendAsync(HttpRequestMessage request,
        Func<HttpResponseMessage, Stall, Task<RegistryAnswer>> read, CancellationToken cancellationToken)
    {
        using var stall = new Stall(_options.RequestTimeout, _look.Clock, cancellationToken);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token);
            if ((int)answer.StatusCode is 301 or 302 or 303 or 307 or 308 && answer.Headers.Location is { } location)
            {
                return (Head(answer), location.IsAbsoluteUri ? location : new Uri(request.RequestUri!, location));
            }

            try
            {
                var hasBody = answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent;
                return (hasBody ? await read(answer, stall) : Head(answer), null);
            }
            catch (Exception failure) when (stall.IsOurs(failure))
            {
                return (Head(answer) with { CutOff = true, Problem = stall.IsOver ? stall.Words : "cuts the connection" }, null);
            }
        }
        catch (Exception failure) when (stall.IsOurs(failure))
        {
            return (new RegistryAnswer { Problem = stall.IsOver ? stall.Words : NoAnswer.Of(failure).Reason }, null);
        }
    }

    private async Task<RegistryAnswer> AskForTokenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Gate.PaceAsync(cancellationToken);
        var (answer, location) = await SendAsync(request, (reply, stop) => WholeAsync(reply, 256 * 1024, stop), cancellationToken);
        return location is null ? answer : answer with { Problem = "points elsewhere" };
    }

    private RegistryAnswer Head(HttpResponseMessage answer) => new()
    {
        Status = (int)answer.StatusCode,
        Total = answer.Content.Headers.ContentRange?.Length
            ?? (answer.StatusCode == HttpStatusCode.OK ? answer.Content.Headers.ContentLength : null),
        Digest = One(answer, "Docker-Content-Digest"),
        Link = One(answer, "Link"),
        Challenges = answer.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var challenges) ? [.. challenges] : [],
        RetryAfter = answer.Headers.RetryAfter?.Delta ?? answer.Headers.RetryAfter?.Date - _look.Clock.GetUtcNow(),
    };

    private static string? One(HttpResponseMessage answer, string header) =>
        answer.Headers.NonValidated.TryGetValues(header, out var values) ? values.ToString() : null;

    private async Task<RegistryAnswer> WholeAsync(HttpResponseMessage answer, int maxBytes, Stall stall)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(stall.Token);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, stall.Token) is > 0 and var read)
        {
            body.Write(buffer, 0, read);
            if (body.Length > maxBytes)
            {
                var problem = FormattableString.Invariant($"is longer than {maxBytes / 1024} KiB");
                return Head(answer) with { Problem = problem, Came = body.Length };
            }
        }

        return Head(answer) with { Body = body.GetBuffer().AsMemory(0, (int)body.Length), Came = body.Length };
    }

    private async Task<RegistryAnswer> OneByteAsync(HttpResponseMessage answer, Stall stall)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(stall.Token);
        var read = await stream.ReadAsync(new byte[1], stall.Token);
        return Head(answer) with { Came = read };
    }

    private async Task<RegistryAnswer> HashedAsync(HttpResponseMessage answer, string digest, Stall stall)
    {
        using var hash = IncrementalHash.CreateHash(digest.StartsWith("sha512:", StringComparison.Ordinal)
            ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);
        await using var stream = await answer.Content.ReadAsStreamAsync(stall.Token);
        var buffer = new byte[64 * 1024];
        var came = 0L;
        while (await stream.ReadAsync(buffer, stall.Token) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            came += read;
            stall.Moves();
        }

        return Head(answer) with { Came = came, Hash = ManifestReader.Written(digest, hash.GetHashAndReset()) };
    }

    /// <summary>The address with a slash at its end, so that paths are appended to it.</summary>
    private Uri Root => _options.Url!.AbsolutePath.EndsWith('/') ? _options.Url : new Uri(_options.Url.AbsoluteUri + "/");

    private static HttpRequestMessage Prepare(Uri address, bool isManifest, long? at)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (isManifest)
        {
            request.Headers.TryAddWithoutValidation("Accept", ManifestReader.MediaTypes);
        }

        if (at is { } place)
        {
            request.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(place, place);
        }

        return request;
    }
}
