using IncidentBot.Channels;
using IncidentBot.Channels.Slack;
using IncidentBot.Channels.Telegram;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace IncidentBot.Support;

/// <summary>What hears people, with a desk that records, against loopback vendors, in real time.</summary>
internal sealed class Ears : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private WebApplication _app = null!;

    public RecordingDesk Desk { get; } = new();

    public SlackServer Slack { get; private set; } = null!;

    public TelegramServer Telegram { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public LogLines Log { get; } = new();

    public CurrentSettings Settings { get; private set; } = null!;

    public Listening Listening => _app.Services.GetRequiredService<Listening>();

    public SlackSocketMode Sockets => _app.Services.GetRequiredService<SlackSocketMode>();

    public static async Task<Ears> StartAsync(Action<BotOptions, Ears> configure)
    {
        var ears = new Ears
        {
            Slack = await SlackServer.StartAsync(TimeProvider.System),
            Telegram = await TelegramServer.StartAsync(TimeProvider.System),
        };
        ears.Slack.EnforcesRates = ears.Telegram.EnforcesRates = false;
        await ears.BootAsync(configure);
        return ears;
    }

    /// <summary>Ends it and starts it again with the same desk.</summary>
    public async Task RestartAsync(Action<BotOptions, Ears> configure)
    {
        await StopAsync();
        await BootAsync(configure);
    }

    public Task StartAgainAsync(Action<BotOptions, Ears> configure) => BootAsync(configure);

    /// <summary>Has all loops take their turn now instead of later.</summary>
    public void Hurry()
    {
        foreach (var loop in _app.Services.GetRequiredService<Loops.LoopBook>().Loops)
        {
            loop.Wake();
        }
    }

    public Task TurnAsync<TLoop>()
        where TLoop : Loops.Loop => _app.Services.GetRequiredService<TLoop>().NextTurnAsync();

    public async Task StopAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Client.Dispose();
    }

    public static SlackOptions BySocket(SlackServer slack) => new()
    {
        BotToken = new Secret(SlackServer.Token),
        AppToken = new Secret(SlackServer.AppToken),
        ApiUrl = slack.ApiUrl,
    };

    public static SlackOptions Signed(SlackServer slack) => new()
    {
        BotToken = new Secret(SlackServer.Token),
        SigningSecret = new Secret(SlackServer.SigningSecret),
        ApiUrl = slack.ApiUrl,
    };

    public static TelegramOptions Polling(TelegramServer telegram) =>
        new() { BotToken = new Secret(TelegramServer.Token), ApiUrl = telegram.Url };

    public static async Task UntilAsync(Func<bool> met)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!met())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, "nothing came of it in time");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    public async Task<string> MetricsAsync()
    {
        var text = new PrometheusText();
        await _app.Services.GetRequiredService<ListeningMetrics>().WriteAsync(text, CancellationToken.None);
        return text.ToString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Assert.Empty(Slack.Violations);
        Assert.Empty(Telegram.Violations);
        string[] secrets = [SlackServer.Token, SlackServer.AppToken, SlackServer.SigningSecret, TelegramServer.Token, TelegramServer.SecretToken, "ticket="];
        Assert.DoesNotContain(Log.Lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
        await Slack.DisposeAsync();
        await Telegram.DisposeAsync();
    }

    private async Task BootAsync(Action<BotOptions, Ears> configure)
    {
        var options = new BotOptions();
        configure(options, this);
        Settings = new CurrentSettings(options);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "ears" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddSingleton(TimeProvider.System).AddSingleton(new Random(7))
            .AddSettings(Settings).AddSingleton<PublicAddress>().AddSingleton<IChatDesk>(Desk).AddChannelClients().AddChatEars();
        Loops.LoopRegistration.AddLoops(builder.Services);
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        _app = builder.Build();
        _app.MapChatWebhooks();
        await _app.StartAsync();
        Client = _app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("test");
        Client.BaseAddress = new Uri(_app.Urls.First());
    }
}
