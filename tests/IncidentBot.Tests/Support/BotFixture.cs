using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using IncidentBot.Alerts;
using IncidentBot.Channels;
using IncidentBot.Channels.Matrix;
using IncidentBot.Channels.Slack;
using IncidentBot.Channels.Telegram;
using IncidentBot.Delivery;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Runbooks;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace IncidentBot.Support;

/// <summary>
/// The whole program on a fake clock, with a database of its own and a loopback server for each vendor. What goes in comes by
/// HTTP; what comes out is what rooms show.
/// </summary>
internal sealed class BotFixture : IAsyncDisposable
{
    public const string WebhookToken = "hook-secret-1";
    public const string InSlack = "slack:C01";
    public const string InTelegram = "telegram:-1001";
    public const string InMatrix = "matrix:!ops:localhost";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-line-");
    private readonly Action<IServiceCollection>? _customise;
    private BotOptions _options = new();
    private CurrentSettings _settings = null!;
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    private BotFixture(Action<IServiceCollection>? customise) => _customise = customise;

    public FakeClock Clock { get; } = new(Say.Noon);

    public SlackServer Slack { get; private set; } = null!;

    public TelegramServer Telegram { get; private set; } = null!;

    public MatrixServer Matrix { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public ConcurrentQueue<string> Log { get; } = new();

    public IServiceProvider Services => _app.Services;

    public IIncidentStore Store => Services.GetRequiredService<IIncidentStore>();

    public HttpClient Client => _client;

    public WebApplication App => _app;

    /// <summary>How many turns wait for the clock because the store fails.</summary>
    public Func<int> Stuck { get; set; } = () => 0;

    /// <summary>Whether what runs beside the delivery waits for the clock too; see <see cref="AllLoops"/>.</summary>
    public Func<bool> Asleep { get; set; } = () => true;

    public string Database => Path.Combine(_folder.FullName, "data", "incidentbot.db");

    public ISendAgain SendAgain => Services.GetRequiredService<ISendAgain>();

    private DeliveryLoop Loop => Services.GetRequiredService<DeliveryLoop>();

    private Escalations Escalations => Services.GetRequiredService<Escalations>();

    private IEnumerable<VendorServer> Vendors => [Slack, Telegram, Matrix];

    public static async Task<BotFixture> StartAsync(Action<BotOptions>? configure = null, Action<IServiceCollection>? customise = null)
    {
        var bot = new BotFixture(customise);
        bot.Slack = await SlackServer.StartAsync(bot.Clock);
        bot.Telegram = await TelegramServer.StartAsync(bot.Clock);
        bot.Matrix = await MatrixServer.StartAsync(bot.Clock);
        bot._options = bot.Options(configure);
        await bot.BootAsync();
        return bot;
    }

    /// <summary>Stops the program in an orderly way and starts it again on the same database.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    /// <summary>Starts the program again on the same database, with other options when they are given.</summary>
    public Task StartAgainAsync(Action<BotOptions>? configure = null)
    {
        _options = configure is null ? _options : Options(configure);
        return BootAsync();
    }

    public async Task StopAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _client.Dispose();
    }

    /// <summary>Options with every vendor configured and two lanes, <c>critical</c> and <c>rest</c>, that both go to all three rooms and never escalate.</summary>
    public BotOptions Options(Action<BotOptions>? configure = null)
    {
        var options = new BotOptions();
        options.Server.Listen = "127.0.0.1:0";
        options.Server.ExternalUrl = new Uri("https://bot.example.org/");
        options.Store.Sqlite = Database;
        options.Runbooks.Path = [];
        options.Alertmanagers.Add(new AlertmanagerOptions { Source = "home", WebhookToken = new Secret(WebhookToken) });
        options.Channels.Slack = new SlackOptions { BotToken = new Secret(SlackServer.Token), ApiUrl = Slack.ApiUrl };
        options.Channels.Telegram = new TelegramOptions { BotToken = new Secret(TelegramServer.Token), ApiUrl = Telegram.Url, Mode = "send-only" };
        options.Channels.Matrix = new MatrixOptions { AccessToken = new Secret(MatrixServer.Token), Homeserver = Matrix.Url, Mode = "send-only" };
        options.Lanes.Add(new LaneOptions { Name = "critical", Match = new(StringComparer.Ordinal) { ["severity"] = "critical" }, Mention = ["everyone"], Rooms = AllRooms(), Escalate = [] });
        options.Lanes.Add(new LaneOptions { Name = "rest", Rooms = AllRooms(), Escalate = [] });
        configure?.Invoke(options);
        return options;

        static List<Room> AllRooms() => [Room.Parse(InSlack), Room.Parse(InTelegram), Room.Parse(InMatrix)];
    }

    /// <summary>Has other options read, as after SIGHUP.</summary>
    public void Reload(Action<BotOptions> configure)
    {
        _options = Options(configure);
        _settings.Reload();
    }

    /// <summary>Posts what Alertmanager says and expects that it is taken.</summary>
    public async Task PostAsync(Notification notification)
    {
        using var answer = await SendAsync(Body(notification));
        Assert.Equal((200, ""), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    public Task PostAsync(params AlertReport[] alerts) => PostAsync(Say.Group(alerts));

    /// <summary>A group of its own for one alert: the pod's.</summary>
    public Task PostAloneAsync(AlertReport alert) => PostAsync(Alone(alert));

    public static Notification Alone(AlertReport alert) => Say.Group(alert) with { GroupLabels = LabelSet.From(("alertname", "PodNotReady"), ("pod", alert.Labels["pod"]!)) };

    public async Task<HttpResponseMessage> SendAsync(string body, string? token = WebhookToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "webhooks/alertmanager") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await _client.SendAsync(request);
    }

    public async Task<JsonNode> ApiAsync(string path) => JsonNode.Parse(await _client.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    /// <summary>Goes on to a time of day, with everything that happens until then.</summary>
    public async Task AtAsync(string time)
    {
        await RunUntilIdleAsync();
        var target = Say.Noon.Date + TimeSpan.Parse(time, CultureInfo.InvariantCulture);
        await GoOnAsync(new DateTimeOffset(target, TimeSpan.Zero) - Clock.GetUtcNow());
    }

    /// <summary>Lets time pass, timer by timer, with everything that happens meanwhile.</summary>
    public async Task GoOnAsync(TimeSpan time)
    {
        var target = Clock.GetUtcNow() + time;
        while (true)
        {
            await RunUntilIdleAsync();
            if (Clock.GetUtcNow() >= target)
            {
                return;
            }

            var next = Loop.State.WakeAt is { } wake && wake < target ? wake : target;
            Clock.AdvanceTo(Clock.NextTimerAt is { } timer && timer < next ? timer : next);

            // A loop that was just about to wait has read the clock of before.
            Loop.Wake();
            Escalations.Wake();
        }
    }

    /// <summary>Ends when nothing more happens without the clock: all requests have ended or wait for a vendor that hangs.</summary>
    public Task RunUntilIdleAsync() => UntilAsync(() =>
    {
        if (!Escalations.IsAsleep)
        {
            return false;
        }

        if (!Loop.IsUpToDate)
        {
            return false;
        }

        var (isRead, underWay, _, _, wake) = Loop.State;
        return Asleep() && (wake is null || wake > Clock.GetUtcNow())
            && ((isRead && underWay == 0) || (underWay > 0 && underWay == Vendors.Sum(vendor => vendor.Hanging) + Stuck()));
    });

    public static async Task UntilAsync(Func<bool> met)
    {
        var watch = Stopwatch.StartNew();
        while (!met())
        {
            Assert.True(watch.Elapsed < Patience, "nothing came of it within a minute");
            await Task.Yield();
        }
    }

    /// <summary>What a room shows, oldest first.</summary>
    public IReadOnlyList<ShownMessage> Shown(string room) => Vendor(room).Messages(Room.Parse(room).Id);

    /// <summary>The only message of a room, which shows all these words.</summary>
    public ShownMessage Expect(string room, params string[] words)
    {
        var message = Assert.Single(Shown(room));
        foreach (var word in words)
        {
            Assert.Contains(word, message.Text, StringComparison.Ordinal);
        }

        return message;
    }

    public IReadOnlyList<ShownMessage> Replies(string room, ShownMessage message) => Vendor(room).Replies(message);

    public async Task<IReadOnlyList<Post>> PostsAsync() =>
        [.. (await Store.PostsAsync(10_000, CancellationToken.None)).Select(summary => summary.Post).OrderBy(post => post.Id)];

    public async ValueTask DisposeAsync()
    {
        foreach (var vendor in Vendors)
        {
            vendor.Recover();
        }

        await StopAsync();
        foreach (var vendor in Vendors)
        {
            await vendor.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    /// <summary>What Alertmanager's version 4 would post.</summary>
    public static string Body(Notification notification) => new JsonObject
    {
        ["version"] = "4",
        ["groupKey"] = "{}:{}",
        ["truncatedAlerts"] = notification.Truncated,
        ["receiver"] = notification.Receiver,
        ["status"] = notification.Alerts.Any(alert => alert.Firing) ? "firing" : "resolved",
        ["externalURL"] = notification.ExternalUrl,
        ["groupLabels"] = Labels(notification.GroupLabels),
        ["alerts"] = new JsonArray([.. notification.Alerts.Select(alert => new JsonObject
        {
            ["status"] = alert.Firing ? "firing" : "resolved",
            ["labels"] = Labels(alert.Labels),
            ["annotations"] = Labels(alert.Annotations),
            ["startsAt"] = alert.StartsAt.ToString("O", CultureInfo.InvariantCulture),
            ["endsAt"] = alert.EndsAt?.ToString("O", CultureInfo.InvariantCulture) ?? "0001-01-01T00:00:00Z",
            ["generatorURL"] = alert.GeneratorUrl,
            ["fingerprint"] = alert.Fingerprint,
        })]),
    }.ToJsonString();

    private static JsonObject Labels(LabelSet labels) => new([.. labels.Select(label => KeyValuePair.Create<string, JsonNode?>(label.Name, label.Value))]);

    private VendorServer Vendor(string room) => Room.Parse(room).Kind switch { "slack" => Slack, "telegram" => Telegram, _ => Matrix };

    private async Task BootAsync()
    {
        _settings = new CurrentSettings(_options, _ => new LoadResult("test", Found: true, _options, [], []));
        _app = Program.Build(_settings, services =>
        {
            services.AddSingleton<TimeProvider>(Clock).AddSingleton(new Random(7));
            services.AddLogging(logging => logging.ClearProviders().AddProvider(new LogQueue(Log)));
            _customise?.Invoke(services);
        });
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First());
        _client = Services.GetRequiredService<IHttpClientFactory>().CreateClient("test");
        _client.BaseAddress = Address;
        await RunUntilIdleAsync();
    }

    private sealed class LogQueue(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
