using System.Globalization;
using System.Text.Json.Nodes;
using IncidentBot.ProbeRuns;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace IncidentBot.Probes;

/// <summary>What is pushed, against a real Pushgateway and with a real Prometheus that reads it by the shipped rules.</summary>
public sealed class PushgatewayTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().AddProbeClients().BuildServiceProvider();
    private PushgatewayServer _server = null!;
    private Pushgateway _gateway = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private PushgatewayOptions Options => new() { Url = _server.Url };

    public async ValueTask InitializeAsync()
    {
        _server = await PushgatewayServer.StartAsync(_folder, Stop);
        _gateway = new Pushgateway(_services.GetRequiredService<IHttpClientFactory>(), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("https://blog.example.org/a?b=c&d")]
    [InlineData("with space, \"quotes\" and ünïcödé 🐙")]
    [InlineData("..")]
    public async Task A_group_stands_there_as_it_was_meant_and_is_deleted_alone(string instance)
    {
        MetricLabel[] one = [new("job", "blackbox-http"), new("instance", instance)];
        MetricLabel[] other = [new("job", "blackbox-http"), new("instance", instance + "x")];
        Assert.Null(await _gateway.PushAsync(Options, Pushgateway.Path(one), [Sample(1)], Stop));
        Assert.Null(await _gateway.PushAsync(Options, Pushgateway.Path(other), [Sample(2)], Stop));
        var (groups, _) = await _gateway.GroupsAsync(Options, Stop);
        Assert.Contains(groups, group => group.Labels["instance"] == instance && group.Labels["job"] == "blackbox-http");

        Assert.Null(await _gateway.DeleteAsync(Options, Pushgateway.Path(one), Stop));
        await UntilAsync(async () => (await _gateway.GroupsAsync(Options, Stop)).Groups.Count == 1);
        Assert.Equal(instance + "x", Assert.Single((await _gateway.GroupsAsync(Options, Stop)).Groups).Labels["instance"]);
    }

    [Fact]
    public async Task A_push_of_a_failure_leaves_when_the_last_success_was()
    {
        var path = Pushgateway.Path([new MetricLabel("job", "j")]);
        var success = MetricFamily.Gauge("x_last_success_timestamp", "When it last worked.");
        Assert.Null(await _gateway.PushAsync(Options, path, [Sample(1), new LabelledSample(success, 1000, [])], Stop));
        Assert.Null(await _gateway.PushAsync(Options, path, [Sample(0)], Stop));
        var metrics = await Loopback.Client.GetStringAsync(new Uri(_server.Url, "metrics"), Stop);
        Assert.Contains("x_last_success_timestamp{instance=\"\",job=\"j\"} 1000", metrics, StringComparison.Ordinal);
        Assert.Contains("probe_success{instance=\"\",job=\"j\"} 0", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_it_refuses_is_said_and_that_nobody_is_there_too()
    {
        Assert.Null(await _gateway.PushAsync(Options, Pushgateway.Path([new MetricLabel("job", "j")]), [Sample(1)], Stop));
        var clash = new LabelledSample(new MetricFamily("probe_success", "counter", "Another type."), 1, []);
        var reason = await _gateway.PushAsync(Options, Pushgateway.Path([new MetricLabel("job", "k")]), [clash], Stop);
        Assert.StartsWith("answered 400: ", reason, StringComparison.Ordinal);
        Assert.Contains("probe_success", reason, StringComparison.Ordinal);
        Assert.Equal("no connection", await _gateway.PushAsync(new PushgatewayOptions { Url = new Uri("http://127.0.0.1:9/") }, "/metrics/job/j", [Sample(1)], Stop));
    }

    [Fact]
    public async Task The_program_pushes_again_what_failed_and_deletes_exactly_the_group_of_a_probe_that_is_renamed()
    {
        using var place = new TemporaryFolder();
        var (server, port) = (_server, _server.Url.Port);
        await using var bot = new BotProcess(place, Configuration("nas"));
        await bot.StartAsync(Stop);
        await UntilAsync(async () => (await GroupsAsync()).Contains("nas", StringComparer.Ordinal));

        await server.DisposeAsync();
        await UntilAsync(async () => (string?)(await ProbeAsync(bot, "nas"))["push_failure"] is not null);
        _server = await PushgatewayServer.StartAsync(_folder, Stop, port);
        await UntilAsync(async () => (await GroupsAsync()).Contains("nas", StringComparer.Ordinal));

        Assert.Null(await _gateway.PushAsync(Options, "/metrics/job/somebody-else", [Sample(1)], Stop));
        place.Write("incidentbot.yml", Configuration("storage"));
        using var reloaded = await Loopback.Client.PostAsync(new Uri(bot.Url, "/-/reload"), null, Stop);
        reloaded.EnsureSuccessStatusCode();
        await UntilAsync(async () => (await GroupsAsync()) is var names && names.Contains("storage", StringComparer.Ordinal) && !names.Contains("nas", StringComparer.Ordinal));
        Assert.Contains((await _gateway.GroupsAsync(Options, Stop)).Groups, group => group.Labels["job"] == "somebody-else");
    }

    private string Configuration(string name) => string.Create(CultureInfo.InvariantCulture, $$"""
        server: { listen: "127.0.0.1:0" }
        probes:
          pushgateway: {{_server.Url}}
          tcp: [{ name: {{name}}, every: 5s, address: "127.0.0.1:{{_server.Url.Port}}" }]
        """);

    private static async Task<JsonNode> ProbeAsync(BotProcess bot, string name) =>
        JsonNode.Parse(await Loopback.Client.GetStringAsync(new Uri(bot.Url, "api/v1/probes"), Stop))!["probes"]!.AsArray().Single(probe => (string?)probe!["name"] == name)!;

    private async Task<IReadOnlyList<string>> GroupsAsync() =>
        [.. (await _gateway.GroupsAsync(Options, Stop)).Groups.Select(group => group.Labels.GetValueOrDefault("endpoint", ""))];

    private static LabelledSample Sample(double value) => new(Reachability.Success, value, []);

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Stop);
        }
    }
}
