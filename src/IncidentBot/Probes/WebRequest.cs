using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using IncidentBot.Settings;

namespace IncidentBot.Probes;

/// <summary>What a look asks of a web server.</summary>
internal sealed record WebRequest(Uri Url)
{
    public string Method { get; init; } = "GET";

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public string? Body { get; init; }

    public string? Username { get; init; }

    /// <summary>With a user name for Basic, without one as a bearer token.</summary>
    public Secret? Password { get; init; }

    public string? CaFile { get; init; }
}

/// <summary>What a web server answered: whole, or its first mebibyte.</summary>
internal sealed record WebAnswer(
    int Status, IReadOnlyDictionary<string, string> Headers, string Body, TimeSpan Took, CertificateCheck? Certificate);

/// <summary>
/// Asks a web server once, on a connection of its own: name, connection, certificate and answer are all looked at anew. No redirect is
/// followed, no proxy asked, no cookie kept. What goes wrong is a value.
/// </summary>
internal static class WebLook
{
    private const int MostBytes = 1024 * 1024;
    private const int ShownOfBody = 500;

    public static async Task<(WebAnswer? Answer, ProbeOutcome.Unhealthy? Failure, CertificateCheck? Certificate)> AskAsync(
        WebRequest asked, ProbeLook look, CancellationToken cancellationToken)
    {
        var began = look.Clock.GetTimestamp();
        ProbeOutcome.Unhealthy? failure = null;
        var check = asked.Url.Scheme is "https" ? new CertificateCheck(asked.Url.IdnHost, asked.CaFile, look.Clock) : null;
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 64,
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, shown, chain, errors) => check!.Judge(shown, chain, errors),
            },
            ConnectCallback = async (context, stop) =>
            {
                var to = new HostPort(context.DnsEndPoint.Host, context.DnsEndPoint.Port);
                (var socket, failure) = await Connection.OpenAsync(to, look, stop);
                if (socket is null)
                {
                    throw new IOException("no connection");
                }

                look.Step(check is null ? $"waiting for the answer of {asked.Url.Authority}" : $"TLS handshake with {asked.Url.Authority}");
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpMessageInvoker(handler);
        using var request = Message(asked);
        look.Transcript.Sent($"{asked.Method} {WithoutQuery(asked.Url.PathAndQuery)} to {asked.Url.Authority}");
        try
        {
            using var answer = await client.SendAsync(request, cancellationToken);
            look.Step($"reading the answer of {asked.Url.Authority}");
            var body = await ReadAsync(answer, cancellationToken);
            return (Answer(answer, body, look, look.Clock.GetElapsedTime(began), check), null, check);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or SocketException or InvalidOperationException)
        {
            return (null, failure ?? Explain(asked, look, lost, check), check);
        }
    }

    /// <summary>What stands behind a question mark may be a token.</summary>
    private static string WithoutQuery(string address) =>
        address.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? address[..mark] + "?…" : address;

    private static HttpRequestMessage Message(WebRequest asked)
    {
        var request = new HttpRequestMessage(new HttpMethod(asked.Method), asked.Url);
        request.Headers.TryAddWithoutValidation("User-Agent", "IncidentBot probe");
        if (asked.Body is not null)
        {
            request.Content = new StringContent(asked.Body, Encoding.UTF8);
        }

        if (asked.Password is { } password)
        {
            request.Headers.Authorization = asked.Username is { } user
                ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password.Reveal()}")))
                : new AuthenticationHeaderValue("Bearer", password.Reveal());
        }

        foreach (var (name, value) in asked.Headers)
        {
            if (string.Equals(name, "Content-Type", StringComparison.OrdinalIgnoreCase) && request.Content is not null)
            {
                request.Content.Headers.Remove(name);
            }

            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    private static async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[16 * 1024];
        using var body = new MemoryStream();
        int read;
        while (body.Length < MostBytes && (read = await stream.ReadAsync(bytes, cancellationToken)) > 0)
        {
            body.Write(bytes, 0, read);
        }

        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)Math.Min(body.Length, MostBytes));
    }

    private static WebAnswer Answer(HttpResponseMessage answer, string body, ProbeLook look, TimeSpan took, CertificateCheck? check)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            headers[header.Key] = header.Value.ToString();
        }

        look.Transcript.Got(string.Create(CultureInfo.InvariantCulture, $"HTTP/{answer.Version} {(int)answer.StatusCode} {answer.ReasonPhrase}"));
        foreach (var (name, value) in headers.Take(40).Where(header => !header.Key.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase)))
        {
            look.Transcript.Got($"{name}: {(name.Equals("Location", StringComparison.OrdinalIgnoreCase) ? WithoutQuery(value) : value)}");
        }

        if (body.Length > 0)
        {
            look.Transcript.Got(body.Length > ShownOfBody ? body[..ShownOfBody] + "…" : body);
        }

        return new WebAnswer((int)answer.StatusCode, headers, body, took, check);
    }

    private static ProbeOutcome.Unhealthy Explain(WebRequest asked, ProbeLook look, Exception lost, CertificateCheck? check)
    {
        var place = asked.Url.GetLeftPart(UriPartial.Path);
        if (check?.Problem is { } problem)
        {
            return new ProbeOutcome.Unhealthy($"{place}: {problem}", "TLS handshake", $"a good certificate for {asked.Url.Host}", problem);
        }

        var error = (lost as HttpRequestException)?.HttpRequestError ?? (lost as HttpIOException)?.HttpRequestError;
        var got = error switch
        {
            HttpRequestError.SecureConnectionError => "no encrypted connection could be agreed on",
            HttpRequestError.ResponseEnded => "the connection ended without a whole answer",
            HttpRequestError.InvalidResponse => "an answer that is no HTTP",
            HttpRequestError.ConfigurationLimitExceeded => "an answer with too many headers",
            _ => "the connection was lost",
        };
        look.Transcript.Note(got);
        return new ProbeOutcome.Unhealthy($"{place}: {got}", look.Transcript.CurrentStep, "an answer", got);
    }
}
