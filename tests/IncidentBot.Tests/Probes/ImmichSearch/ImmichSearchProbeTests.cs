using System.Globalization;
using System.Net;
using IncidentBot.Settings;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using Xunit;

namespace IncidentBot.Probes.ImmichSearch;

/// <summary>The search by Immich's API; by its database it is tried in IncidentBot.RealTests.</summary>
public sealed class ImmichSearchProbeTests : ProbeContract
{
    private const string Key = "api-key-0123456789";
    private const string Found = """{"albums":{"total":0},"assets":{"total":1,"count":1,"items":[{"id":"1","type":"IMAGE"}],"nextPage":"2"}}""";

    private readonly WireMockServer _immich = WireMockServer.Start();

    private protected override ProbeKind Kind => ProbeCatalog.Kinds.OfType<ImmichSearchKind>().Single();

    private protected override string? Secret => Key;

    public override ValueTask DisposeAsync()
    {
        _immich.Dispose();
        return base.DisposeAsync();
    }

    private protected override Task<ProbeOptions> HealthyAsync()
    {
        Answers(200, Found);
        return Task.FromResult<ProbeOptions>(Options());
    }

    private protected override Task<ProbeOptions> BrokenAsync()
    {
        Answers(401, """{"message":"Invalid API key","error":"Unauthorized","statusCode":401}""");
        return Task.FromResult<ProbeOptions>(Options());
    }

    private protected override ProbeOptions At(IPEndPoint address) => Options(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{address}/")));

    [Fact]
    public async Task A_search_is_asked_with_the_key_and_measured()
    {
        Answers(200, Found);

        var (result, _) = await LookAsync(Options());

        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
        Assert.Equal("""{"query":"sunset","size":1}""", Assert.Single(_immich.LogEntries).RequestMessage!.Body);
        Assert.Equal(1, Value(result, ImmichMetrics.Success));
        Assert.Equal(0, Value(result, ImmichMetrics.Cold));
        Assert.DoesNotContain(result.Samples, sample => sample.Family == ImmichMetrics.DbSeconds);
    }

    [Theory]
    [InlineData(401, """{"message":"Invalid API key"}""", "it refuses the API key (401): Invalid API key")]
    [InlineData(403, "{}", "the API key lacks the permission asset.read (403)")]
    [InlineData(404, "", "it has no /api/search/smart (404); name the path of your version in path")]
    [InlineData(400, """{"message":["query should not be empty"]}""", "it answers 400")]
    [InlineData(502, "<html>", "it answers 502")]
    [InlineData(200, "<html>", "it answers something else than Immich; is the address right?")]
    [InlineData(200, """{"assets":{"items":[]}}""", "it finds nothing: no photo has been indexed, or smart search is off")]
    public async Task What_immich_answers_instead_is_a_reason(int status, string body, string words)
    {
        Answers(status, body);

        var (result, _) = await LookAsync(Options());

        Assert.EndsWith(words, Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome).Reason, StringComparison.Ordinal);
        Assert.Equal(0, Value(result, ImmichMetrics.Success));
        Assert.Equal(2, result.Samples.Count);
    }

    [Theory]
    [InlineData(1, "cold")]
    [InlineData(2, "slow")]
    public async Task A_search_that_is_slow_only_the_first_time_is_cold(int slowTimes, string expected)
    {
        var searches = 0;
        _immich.Given(Request.Create().WithPath("/api/search/smart").UsingPost()).RespondWith(Response.Create().WithCallback(async _ =>
        {
            if (++searches <= slowTimes)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(600), TimeProvider.System);
            }

            return new WireMock.ResponseMessage { StatusCode = 200, BodyData = new WireMock.Util.BodyData { DetectedBodyType = WireMock.Types.BodyType.String, BodyAsString = Found } };
        }));
        var options = Options();
        options.SlowAfter = TimeSpan.FromMilliseconds(500);

        var (result, _) = await LookAsync(options);

        Assert.Equal(expected, result.Outcome is ProbeOutcome.Healthy { Warning: { } warning } && warning.StartsWith("cold: ", StringComparison.Ordinal) ? "cold"
            : result.Outcome is ProbeOutcome.Unhealthy { Reason: var reason } && reason.Contains("a search is slow, and not for being cold", StringComparison.Ordinal) ? "slow" : "neither");
        Assert.Equal(1, Value(result, ImmichMetrics.Success));
        Assert.Equal(expected == "cold" ? 1 : 0, Value(result, ImmichMetrics.Cold));
    }

    [Theory]
    [InlineData("10:00", 5, null, true)]
    [InlineData("10:05", 5, null, false)]
    [InlineData("10:31", 5, null, true)]
    [InlineData("10:34", 5, "10:00", true)]
    [InlineData("10:29", 5, "10:00", false)]
    public void The_index_is_read_into_memory_each_half_hour_also_by_runs_that_remember_nothing(string now, int probeMinutes, string? last, bool due)
    {
        Assert.Equal(due, PrewarmTimes.IsDue(At(now), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(probeMinutes), last is null ? null : PrewarmTimes.Remember(At(last))));

        static DateTimeOffset At(string time) => DateTimeOffset.Parse($"2026-11-28T{time}:00Z", CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("postgresql://user:hunter2@db/immich", "it is an address; a connection string is written as keys and values")]
    [InlineData("Host=db;Pasword=hunter2", "it is not a connection string")]
    [InlineData("Username=x;Password=hunter2", "it names no host")]
    [InlineData("Host=db;Database=immich;Username=x;Password=hunter2", null)]
    public void What_is_wrong_with_a_connection_string_is_said_without_showing_it(string text, string? problem)
    {
        Assert.Equal(problem, ConnectionText.Problem(new Secret(text)));
        Assert.DoesNotContain("hunter2", ConnectionText.Target(new Secret(text)), StringComparison.Ordinal);
    }

    private static double Value(ProbeResult result, MetricFamily family) => Assert.Single(result.Samples, sample => sample.Family == family).Value;

    private ImmichOptions Options(Uri? url = null) => new() { Url = url ?? new Uri(_immich.Url!), ApiKey = new Secret(Key), SlowAfter = TimeSpan.FromSeconds(20) };

    private void Answers(int status, string body) => _immich.Given(Request.Create().WithPath("/api/search/smart").UsingPost().WithHeader("x-api-key", Key))
        .RespondWith(Response.Create().WithStatusCode(status).WithBody(body));
}
