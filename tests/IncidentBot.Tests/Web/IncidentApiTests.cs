using System.Net;
using System.Text.Json;
using IncidentBot.Posts;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

public sealed class IncidentApiTests
{
    private static readonly DateTimeOffset Now = StoreStub.Start;

    private static readonly string[] IncidentKeys =
    [
        "acknowledged_by", "cause", "caused_by", "firing", "flaps", "held", "labels", "lane", "number", "opened_at", "posts", "resolved", "resolved_at", "runbook_url",
        "severity", "status", "title", "updated_at",
    ];

    [Fact]
    public async Task An_incident_has_every_key_and_what_is_absent_is_null()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        host.Put(new IncidentBuilder(1, Now.AddMinutes(-14)).Lane("critical")
            .Fires(default, Scenes.Labels(("alertname", "NodeDown"), ("severity", "critical")))
            .Post("slack:C01", PostState.Refused, "channel_not_found", message: null));

        var incident = (await JsonAsync(host, "/api/v1/incidents")).GetProperty("incidents")[0];

        Assert.Equal(IncidentKeys, Keys(incident));
        Assert.Equal("2026-11-20T02:58:00Z", incident.GetProperty("opened_at").GetString());
        Assert.Equal(JsonValueKind.Null, incident.GetProperty("acknowledged_by").ValueKind);
        Assert.Equal(JsonValueKind.Null, incident.GetProperty("resolved_at").ValueKind);
        Assert.Equal(JsonValueKind.Null, incident.GetProperty("runbook_url").ValueKind);
        Assert.Equal("NodeDown", incident.GetProperty("labels").GetProperty("alertname").GetString());
        Assert.Equal(
            """[{"room":"inbox:web","state":"shown","message":null,"reason":null},{"room":"slack:C01","state":"refused","message":null,"reason":"channel_not_found"}]""",
            incident.GetProperty("posts").GetRawText());
    }

    [Fact]
    public async Task One_incident_adds_its_alerts_and_its_timeline()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        host.Put(Scenes.NodeDown(41, Now.AddMinutes(-14)));

        var incident = await JsonAsync(host, "/api/v1/incidents/41");

        Assert.Equal([.. IncidentKeys.Append("alerts").Append("timeline").Order(StringComparer.Ordinal)], Keys(incident));
        var alerts = incident.GetProperty("alerts");
        Assert.Equal(3, alerts.GetArrayLength());
        Assert.Equal(["annotations", "ends_at", "fingerprint", "labels", "starts_at", "status", "suppression"], Keys(alerts[0]));
        Assert.Equal("firing", alerts[0].GetProperty("status").GetString());
        Assert.Equal("2026-11-20T03:07:00Z", alerts[2].GetProperty("ends_at").GetString());
        Assert.Equal("alert_resolved", incident.GetProperty("timeline")[3].GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("/api/v1/incidents", "41,40,39,36,35,22")]
    [InlineData("/api/v1/incidents?status=firing", "41,40,39,36,35,22")]
    [InlineData("/api/v1/incidents?status=resolved", "38,37,34")]
    [InlineData("/api/v1/incidents?status=all", "41,40,39,36,35,22,38,37,34")]
    public async Task Status_chooses_and_firing_includes_stale(string path, string expected)
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        foreach (var incident in Scenes.Evening(Now))
        {
            host.Put(incident);
        }

        var incidents = (await JsonAsync(host, path)).GetProperty("incidents").EnumerateArray().ToList();

        Assert.Equal(expected, string.Join(',', incidents.Select(incident => incident.GetProperty("number").GetInt64())));
        Assert.All(incidents, incident => Assert.Contains(incident.GetProperty("status").GetString(), new[] { "firing", "stale", "resolved" }));
    }

    [Theory]
    [InlineData("/api/v1/incidents?status=burning", HttpStatusCode.BadRequest, "status must be firing, resolved or all")]
    [InlineData("/api/v1/incidents/12", HttpStatusCode.NotFound, "there is no incident 12")]
    [InlineData("/api/v1/incidents/twelve", HttpStatusCode.BadRequest, "the number of an incident is a whole number")]
    public async Task A_wrong_question_is_answered_as_a_problem(string path, HttpStatusCode status, string detail)
    {
        await using var host = await PagesHost.StartAsync();

        await ExpectProblemAsync(host, path, status, detail);
    }

    [Fact]
    public async Task Without_a_store_the_problem_says_why()
    {
        await using var host = await PagesHost.StartAsync();
        host.Store.Unavailable = "disk full";

        await ExpectProblemAsync(host, "/api/v1/incidents", HttpStatusCode.ServiceUnavailable, "disk full");
        await ExpectProblemAsync(host, "/api/v1/incidents/1", HttpStatusCode.ServiceUnavailable, "disk full");
    }

    private static async Task ExpectProblemAsync(PagesHost host, string path, HttpStatusCode status, string detail)
    {
        using var answer = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(detail, json.RootElement.GetProperty("detail").GetString());
        Assert.Equal((int)status, json.RootElement.GetProperty("status").GetInt32());
    }

    private static async Task<JsonElement> JsonAsync(PagesHost host, string path)
    {
        using var json = JsonDocument.Parse(await host.GetAsync(path));
        return json.RootElement.Clone();
    }

    private static IReadOnlyList<string> Keys(JsonElement element) =>
        [.. element.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal)];
}
