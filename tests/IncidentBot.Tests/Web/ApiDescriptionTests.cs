using System.Text;
using System.Text.Json;
using IncidentBot.ProbeRuns;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

/// <summary>What <c>/openapi/v1.json</c> says is what the API does.</summary>
public sealed class ApiDescriptionTests
{
    private const string Token = "correct-horse-battery-staple";
    private static readonly DateTimeOffset Now = StoreStub.Start;

    /// <summary>Requests for each operation, with the status that each is answered with.</summary>
    private static readonly (string Operation, string Path, string? Body, int Status)[] Requests =
    [
        ("get /api/v1/incidents", "/api/v1/incidents?status=all", null, 200),
        ("get /api/v1/incidents", "/api/v1/incidents?status=burning", null, 400),
        ("get /api/v1/incidents/{number}", "/api/v1/incidents/41", null, 200),
        ("get /api/v1/incidents/{number}", "/api/v1/incidents/38", null, 200),
        ("get /api/v1/incidents/{number}", "/api/v1/incidents/22", null, 200),
        ("get /api/v1/incidents/{number}", "/api/v1/incidents/many", null, 400),
        ("get /api/v1/incidents/{number}", "/api/v1/incidents/999", null, 404),
        ("post /api/v1/incidents/{number}/acknowledge", "/api/v1/incidents/41/acknowledge", "{\"by\":\"ada\",\"comment\":\"on it\"}", 200),
        ("post /api/v1/incidents/{number}/acknowledge", "/api/v1/incidents/41/acknowledge", "[", 400),
        ("post /api/v1/incidents/{number}/acknowledge", "/api/v1/incidents/999/acknowledge", null, 404),
        ("post /api/v1/incidents/{number}/acknowledge", "/api/v1/incidents/38/acknowledge", null, 409),
        ("delete /api/v1/incidents/{number}/acknowledge", "/api/v1/incidents/41/acknowledge", null, 200),
        ("get /api/v1/probes", "/api/v1/probes", null, 200),
        ("post /api/v1/probes/{name}/run", "/api/v1/probes/fake/run", null, 200),
        ("post /api/v1/probes/{name}/run", "/api/v1/probes/nobody/run", null, 404),
        ("post /api/v1/incidents/{number}/silence", "/api/v1/incidents/41/silence", "{\"length\":\"for ever\"}", 400),
        ("post /api/v1/incidents/{number}/silence", "/api/v1/incidents/999/silence", "{\"length\":\"2h\"}", 404),
        ("post /api/v1/incidents/{number}/silence", "/api/v1/incidents/41/silence", "{\"length\":\"2h\",\"by\":\"ada\"}", 409),
        ("get /api/v1/audit", "/api/v1/audit?limit=5", null, 200),
        ("get /api/v1/audit", "/api/v1/audit?limit=0", null, 400),
        ("get /api/v1/runbooks/resolve", "/api/v1/runbooks/resolve?alertname=NodeDown", null, 200),
        ("get /api/v1/runbooks/resolve", "/api/v1/runbooks/resolve?alertname=Nothing&runbook_url=https://example.org/x", null, 200),
        ("get /api/v1/runbooks/resolve", "/api/v1/runbooks/resolve", null, 400),
    ];

    [Fact]
    public async Task Every_operation_answers_as_its_schema_says()
    {
        await using var host = await StartAsync();
        using var description = await DescriptionAsync(host);
        var schema = new JsonSchema(description.RootElement);
        var complaints = new List<string>();
        foreach (var (operation, path, body, status) in Requests)
        {
            using var answer = await SendAsync(host, operation, path, body, Token);
            complaints.AddRange(await ComplaintsAsync(operation, path, answer, status, schema, description.RootElement));
        }

        using var stranger = await SendAsync(host, "post", "/api/v1/incidents/41/acknowledge", null, "wrong");
        complaints.AddRange(await ComplaintsAsync("post /api/v1/incidents/{number}/acknowledge", "without the token", stranger, 401, schema, description.RootElement));
        host.Store.Unavailable = "the disk is full";
        foreach (var (operation, path, _, _) in Requests.Where(request => request.Status == 200 && !request.Path.Contains("resolve", StringComparison.Ordinal)))
        {
            using var answer = await SendAsync(host, operation, path, null, Token);
            complaints.AddRange(await ComplaintsAsync(operation, "without a store", answer, 503, schema, description.RootElement));
        }

        Report.None(complaints);
    }

    [Fact]
    public async Task All_of_the_API_is_described_and_nothing_else_and_every_operation_is_tried_here()
    {
        await using var host = await StartAsync();
        using var description = await DescriptionAsync(host);

        var described = description.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name} {path.Name}")).Order(StringComparer.Ordinal);

        Assert.Equal(Requests.Select(request => request.Operation).Append("get /api/v1/events").Distinct().Order(StringComparer.Ordinal), described);
    }

    [Fact]
    public async Task The_two_keys_of_an_action_may_be_absent_and_it_needs_the_token()
    {
        await using var host = await StartAsync();
        using var description = await DescriptionAsync(host);

        var operation = description.RootElement.GetProperty("paths").GetProperty("/api/v1/incidents/{number}/acknowledge").GetProperty("post");
        var body = operation.GetProperty("requestBody");
        var schema = body.GetProperty("content").GetProperty("application/json").GetProperty("schema");

        Assert.False(body.TryGetProperty("required", out var needed) && needed.GetBoolean());
        Assert.False(schema.TryGetProperty("required", out _));
        Assert.Equal(["by", "comment"], schema.GetProperty("properties").EnumerateObject().Select(property => property.Name));
        Assert.True(operation.GetProperty("security")[0].TryGetProperty("bearer", out _));
    }

    [Fact]
    public async Task Programs_reach_the_API_where_the_pages_are_reached()
    {
        await using var host = await PagesHost.StartAsync(externalUrl: new Uri("https://example.org/incidents/"));
        using var description = await DescriptionAsync(host);

        Assert.Equal("https://example.org/incidents", Assert.Single(description.RootElement.GetProperty("servers").EnumerateArray()).GetProperty("url").GetString());
    }

    private static async Task<IEnumerable<string>> ComplaintsAsync(
        string operation, string what, HttpResponseMessage answer, int status, JsonSchema schema, JsonElement description)
    {
        var text = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode != status)
        {
            return [$"{operation} ({what}) answers {(int)answer.StatusCode} instead of {status}: {text}"];
        }

        var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
        if (!description.GetProperty("paths").GetProperty(path).GetProperty(method).GetProperty("responses").TryGetProperty($"{status}", out var response))
        {
            return [$"{operation} does not say that it may answer {status}"];
        }

        if (!response.GetProperty("content").TryGetProperty(answer.Content.Headers.ContentType!.MediaType!, out var content))
        {
            return [$"{operation} ({what}) answers {answer.Content.Headers.ContentType}, which is not described"];
        }

        using var json = JsonDocument.Parse(text);
        return [.. schema.Complaints(json.RootElement, content.GetProperty("schema")).Select(complaint => $"{operation} ({what}): {complaint}")];
    }

    private static async Task<HttpResponseMessage> SendAsync(PagesHost host, string operation, string path, string? body, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(operation.Split(' ')[0].ToUpperInvariant()), path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return await host.Client.SendAsync(request);
    }

    private static async Task<JsonDocument> DescriptionAsync(PagesHost host) => JsonDocument.Parse(await host.GetAsync("/openapi/v1.json"));

    private static async Task<PagesHost> StartAsync()
    {
        var host = await PagesHost.StartAsync(Token, time: new StillClock(Now), runbooks: Repository.PathOf("runbooks"));
        foreach (var incident in Scenes.Evening(Now))
        {
            host.Put(incident);
        }

        await host.Probes.TakeOverAsync([FakeKind.Gives(() => FakeKind.Good).Named("fake")], _ => Task.FromResult((new ProbeState(), (IReadOnlyList<ProbeRun>)[])));
        return host;
    }
}
