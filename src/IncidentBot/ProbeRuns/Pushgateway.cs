using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using IncidentBot.Outgoing;
using IncidentBot.Probes;
using IncidentBot.Telemetry;

namespace IncidentBot.ProbeRuns;

/// <summary>A group that stands in a Pushgateway.</summary>
/// <param name="Labels">Its grouping key.</param>
/// <param name="Families">The names of its metrics.</param>
internal sealed record StandingGroup(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<string> Families);

/// <summary>
/// Prometheus' Pushgateway. Everything is POSTed: what a push does not name keeps its value, so that a failure never takes away when the
/// last
/// success was.
/// </summary>
/// <remarks>https://github.com/prometheus/pushgateway#api; https://github.com/prometheus/docs: exposition format 0.0.4</remarks>
internal sealed class Pushgateway(IHttpClientFactory http, TimeProvider time)
{
    private const int LongestReason = 300;
    private const int MostBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The grouping key as a path, job first: values that a path cannot hold are in base64.</summary>
    public static string Path(IReadOnlyList<MetricLabel> group) => "/metrics" + string.Concat(group.Select(label =>
        label.Value.Length > 0 && label.Value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':')
            && label.Value is not ("." or "..")
            ? $"/{label.Name}/{label.Value}"
            : $"/{label.Name}@base64/{Base64(label.Value)}"));

    /// <summary>Replaces the metrics of these names in a group. Returns why it did not, or null.</summary>
    public Task<string?> PushAsync(PushgatewayOptions gateway, string path, IEnumerable<LabelledSample> samples,
        CancellationToken cancellationToken)
    {
        var text = new PrometheusText();
        RunMetrics.Write(text, samples);
        return SendAsync(gateway, HttpMethod.Post, path, text.ToString(), cancellationToken);
    }

    /// <summary>Deletes exactly one group. Returns why it did not, or null.</summary>
    public Task<string?> DeleteAsync(PushgatewayOptions gateway, string path, CancellationToken cancellationToken) =>
        SendAsync(gateway, HttpMethod.Delete, path, null, cancellationToken);

    /// <summary>Every group that stands there, or why they cannot be read.</summary>
    public async Task<(IReadOnlyList<StandingGroup> Groups, string? Failure)> GroupsAsync(
        PushgatewayOptions gateway, CancellationToken cancellationToken)
    {
        using var call = new OutgoingCall(Limit, time, cancellationToken);
        using var request = Request(gateway, HttpMethod.Get, "/api/v1/metrics");
        request.Options.Set(new HttpRequestOptionsKey<int>(BoundedAnswers.MaxBytes), MostBytes);
        return await call.AskAsync<(IReadOnlyList<StandingGroup>, string?)>(async stop =>
        {
            using var client = http.CreateClient(ProbeLook.ApiClientName);
            using var answer = await client.SendAsync(request, stop);
            var body = await answer.Content.ReadAsByteArrayAsync(stop);
            return answer.IsSuccessStatusCode ? Groups(body) : ([], Refusal(answer, Encoding.UTF8.GetString(body)));
        }, no => ([], no.Reason));
    }

    private static (IReadOnlyList<StandingGroup> Groups, string? Failure) Groups(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return ([.. json.RootElement.GetProperty("data").EnumerateArray().Select(group => new StandingGroup(
                group.GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString() ?? "",
                    StringComparer.Ordinal),
                [.. group.EnumerateObject().Where(family => family.Value.ValueKind == JsonValueKind.Object && !family.NameEquals("labels")
                    && !family.Name.StartsWith("push_", StringComparison.Ordinal)).Select(family => family.Name)]))], null);
        }
        catch (Exception strange) when (strange is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return ([], "the answer is not a Pushgateway's");
        }
    }

    private async Task<string?> SendAsync(PushgatewayOptions gateway, HttpMethod method, string path, string? body,
        CancellationToken cancellationToken)
    {
        using var call = new OutgoingCall(Limit, time, cancellationToken);
        return await call.AskAsync<string?>(async stop =>
        {
            using var client = http.CreateClient(ProbeLook.ApiClientName);
            using var request = Request(gateway, method, path);
            if (body is not null)
            {
                request.Content = Packed(body);
            }

            using var answer = await client.SendAsync(request, stop);
            return answer.IsSuccessStatusCode ? null : Refusal(answer, await answer.Content.ReadAsStringAsync(stop));
        }, no => no.Reason);
    }

    private static HttpRequestMessage Request(PushgatewayOptions gateway, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(gateway.Url!.AbsoluteUri.TrimEnd('/') + path));
        if (gateway is { Username: { } user, Password: { } password })
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password.Reveal()}")));
        }

        return request;
    }

    private static ByteArrayContent Packed(string body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(body));
        }

        var content = new ByteArrayContent(packed.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", PrometheusText.ContentType);
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    /// <summary>Its reason stands in the body, which a proxy in front may have written instead.</summary>
    private static string Refusal(HttpResponseMessage answer, string body)
    {
        var words = new string([.. body.Trim().Take(LongestReason).Select(letter => char.IsControl(letter) ? ' ' : letter)]).Trim();
        return string.Create(CultureInfo.InvariantCulture, $"answered {(int)answer.StatusCode}{(words.Length > 0 ? ": " : "")}{words}");
    }

    /// <summary>URL-safe; an empty value is a single =.</summary>
    private static string Base64(string value) => value.Length == 0 ? "="
        : Convert.ToBase64String(Encoding.UTF8.GetBytes(value)).Replace('+', '-').Replace('/', '_').TrimEnd('=');
}
