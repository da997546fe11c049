using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Storage;
using IncidentBot.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WireMock.ResponseBuilders;
using WireMock.Server;
using Xunit;

namespace IncidentBot.Delivery;

/// <summary>Whoever watches IncidentBot hears of it while it delivers, and only then.</summary>
public sealed class OwnHeartbeatTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("incidentbot-heartbeat-").FullName;
    private readonly WireMockServer _kuma = WireMockServer.Start();

    public OwnHeartbeatTests() => Answer(200);

    private Secret Url => new($"{_kuma.Url}/api/push/hidden-token?status=up");

    public void Dispose()
    {
        _kuma.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_beats_while_the_loop_turns_and_the_store_commits()
    {
        await using var bot = await StartAsync(TimeProvider.System);

        Assert.Equal("", await Heart(bot).BeatAsync(Url, TestContext.Current.CancellationToken));

        Assert.Equal(["/api/push/hidden-token?status=up"], Beats);
    }

    [Fact]
    public async Task It_is_silent_when_the_delivery_loop_has_ended()
    {
        await using var bot = await StartAsync(new HastyClock());
        await bot.Services.GetRequiredService<DeliveryLoop>().StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal("withheld, because the delivery loop or the store does not go on", await Heart(bot).BeatAsync(Url, TestContext.Current.CancellationToken));

        Assert.Empty(Beats);
    }

    [Fact]
    public async Task A_heartbeat_that_nobody_takes_is_logged_once_and_without_its_address()
    {
        Answer(404);
        await using var bot = await AllLoops.StartAsync(options => options.Heartbeat = new HeartbeatOptions { Url = Url, Every = TimeSpan.FromSeconds(1) });
        await bot.GoOnAsync(TimeSpan.FromSeconds(3));

        Assert.InRange(Beats.Count(), 3, 5);
        Assert.Single(bot.Log, line => line.Contains("answered 404", StringComparison.Ordinal));
        Assert.DoesNotContain(bot.Log, line => line.Contains("hidden", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_there_is_said_without_the_address()
    {
        using var nowhere = new Nowhere();
        await using var bot = await StartAsync(TimeProvider.System);

        Assert.Equal("not taken: no connection", await Heart(bot).BeatAsync(new Secret($"{nowhere.Address}hidden"), TestContext.Current.CancellationToken));
    }

    private IEnumerable<string> Beats => _kuma.LogEntries.Select(entry => new Uri(entry.RequestMessage!.Url).PathAndQuery);

    private void Answer(int status)
    {
        _kuma.ResetMappings();
        _kuma.Given(WireMock.RequestBuilders.Request.Create().UsingGet()).RespondWith(Response.Create().WithStatusCode(status));
    }

    private static OwnHeartbeat Heart(WebApplication bot) => bot.Services.GetRequiredService<OwnHeartbeat>();

    private async Task<WebApplication> StartAsync(TimeProvider clock)
    {
        var options = new BotOptions();
        options.Server.Listen = "127.0.0.1:0";
        options.Store.Sqlite = Path.Combine(_folder, "incidentbot.db");
        var bot = Program.Build(new CurrentSettings(options), services => services.AddSingleton(clock)
            .AddLogging(logging => logging.ClearProviders()));
        await bot.StartAsync();
        return bot;
    }
}
