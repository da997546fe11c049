using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Loops;
using IncidentBot.Settings;
using IncidentBot.Storage;
using IncidentBot.Storage.Sqlite;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IncidentBot.Sources;

/// <summary>What listens to Alertmanagers and asks them, over a real store on a clock of the test's. Nothing runs by itself.</summary>
internal sealed class SourcesBench : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("incidentbot-sources-").FullName;
    private ServiceProvider _services = null!;

    private SourcesBench(AlertmanagerOptions source) => Source = source;

    public StillClock Clock { get; } = new(Say.Noon);

    public AlertmanagerOptions Source { get; }

    public LogLines Log { get; } = new();

    public BotOptions Options { get; } = new();

    public IIncidentStore Store { get; private set; } = null!;

    public static async Task<SourcesBench> StartAsync(AlertmanagerOptions source)
    {
        var bench = new SourcesBench(source);
        bench.Options.Alertmanagers.Add(source);
        await bench.StartAsync();
        return bench;
    }

    /// <summary>The program ends and starts again on what it left.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>A webhook comes.</summary>
    public async Task ReceiveAsync(Notification notification)
    {
        if (_services.GetRequiredService<HeardSources>().Hear(notification) is { } left)
        {
            await Store.ReceiveAsync(left, default);
        }
    }

    public HeardSources Heard => _services.GetRequiredService<HeardSources>();

    public WebhookRefusals Refusals => _services.GetRequiredService<WebhookRefusals>();

    /// <summary>Looks at what was refused.</summary>
    public Task LookAtRefusalsAsync() => _services.GetRequiredService<RefusalWatch>().LookAsync(Clock.Now, default);

    public Task WatchAsync() => _services.GetRequiredService<WatchdogWatch>().LookAsync(default);

    public Task ReconcileAsync() => _services.GetRequiredService<Reconciler>().ReconcileAsync(Source, default);

    /// <summary>Looks every 15 s until a moment.</summary>
    public async Task WatchUntilAsync(double minute)
    {
        for (; Clock.Now < Say.At(minute); Clock.Now += WatchdogWatch.Every)
        {
            await WatchAsync();
        }

        await WatchAsync();
    }

    public async Task<IReadOnlyList<IncidentSummary>> IncidentsAsync() => await Store.ListAsync(new IncidentFilter(), default);

    public async Task<IncidentDetail> IncidentAsync(long number) => (await Store.FindAsync(number, default))!;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        var lanes = new LaneBook([
            new Lane("security", 0, [Matcher.Parse("lane", "security")], [], false, [], false),
            new Lane("rest", 1, [], [], false, [], false),
        ]);
        Store = new SqliteIncidentStore(Path.Combine(_folder, "test.db"), Clock, () => IncidentRules.Default, () => lanes, new ChangeFeed());
        await Store.StartAsync(default);
        _services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(Log))
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton(new CurrentSettings(Options))
            .AddSingleton(Store)
            .AddSingleton<SourceMetrics>()
            .AddLoops()
            .AddSources()
            .BuildServiceProvider();
    }

    private async Task StopAsync()
    {
        await _services.DisposeAsync();
        await Store.DisposeAsync();
    }
}
