using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Storage;
using IncidentBot.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace IncidentBot.Delivery;

/// <summary>Whoever watches IncidentBot hears of it while it delivers, and only then.</summary>
public sealed class OwnHeartbeatTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("incidentbot-heartbeat-").FullName;
    private readonly List<string> _beats = [];
    private WebApplication _kuma = null!;
    private int _status = 200;

    private Secret Url => new($"{_kuma.Urls.First()}/api/push/hidden-token?status=up");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _kuma = builder.Build();
        _kuma.MapGet("/api/push/{token}", (string token, string status) =>
        {
            lock (_beats)
            {
                _beats.Add($"{token} {status}");
            }

            return Results.StatusCode(_status);
        });
        await _kuma.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _kuma.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_beats_while_the_loop_turns_and_the_store_commits()
    {
        await using var bot = await StartAsync(TimeProvider.System);

        Assert.Equal("", await Heart(bot).BeatAsync(Url, TestContext.Current.CancellationToken));

        Assert.Equal(["hidden-token up"], _beats);
    }

    [Fact]
    public async Task It_is_silent_when_the_delivery_loop_has_ended()
    {
        await using var bot = await StartAsync(new HastyClock());
        await bot.Services.GetRequiredService<DeliveryLoop>().StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal("withheld, because the delivery loop or the store does not go on", await Heart(bot).BeatAsync(Url, TestContext.Current.CancellationToken));

        Assert.Empty(_beats);
    }

    [Fact]
    public async Task A_heartbeat_that_nobody_takes_is_logged_once_and_without_its_address()
    {
        _status = 404;
        await using var bot = await AllLoops.StartAsync(options => options.Heartbeat = new HeartbeatOptions { Url = Url, Every = TimeSpan.FromSeconds(1) });
        await bot.GoOnAsync(TimeSpan.FromSeconds(3));

        Assert.InRange(Beats, 3, 5);
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

    private int Beats
    {
        get
        {
            lock (_beats)
            {
                return _beats.Count;
            }
        }
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
