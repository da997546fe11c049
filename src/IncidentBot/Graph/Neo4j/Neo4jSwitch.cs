using IncidentBot.Loops;
using IncidentBot.Outgoing;
using IncidentBot.Settings;
using IncidentBot.Telemetry;

namespace IncidentBot.Graph.Neo4j;

/// <summary>
/// Makes what has to do with Neo4j when a server is configured, at the start or by a reload, and not before. Without one links are what
/// the files say.
/// </summary>
internal sealed class Neo4jSwitch : IHostedService, IDisposable
{
    private readonly IServiceProvider _services;
    private readonly CurrentSettings _settings;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _making = new();
    private volatile Tuple<ServiceGraph, bool>? _embedded;
    private volatile Made? _made;
    private bool _started;

    public Neo4jSwitch(IServiceProvider services, CurrentSettings settings)
    {
        (_services, _settings) = (services, settings);
        Authority = new PrivateAuthority(() => Options?.CaFile);
        settings.Changed += _ => Reloaded();
    }

    /// <summary>Links of rules have become others, by their names; handlers must return at once.</summary>
    public event Action<IReadOnlyCollection<string>>? Changed;

    /// <summary>Whom to believe by TLS.</summary>
    public PrivateAuthority Authority { get; }

    /// <summary>What keeps the links; null while no server is configured.</summary>
    public IRunbookLinks? Links => Options is null ? null : _made?.Links;

    /// <summary>How the server is; null while none is configured, or none was asked yet.</summary>
    public GraphHealth? Health => Options is null ? null : _made?.Gate.Health;

    private Neo4jOptions? Options => _settings.Value.Graph?.Neo4j;

    /// <summary>The files say something else by now.</summary>
    /// <param name="isWhole">Whether all of them could be read.</param>
    public void Embed(ServiceGraph graph, bool isWhole)
    {
        _embedded = Tuple.Create(graph, isWhole);
        if (Options?.Sync == true)
        {
            _made?.Loop.Wake();
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _started = true;
        if (Make() is { } made)
        {
            await made.Loop.StartAsync(cancellationToken);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        if (_made is { } made)
        {
            await made.Loop.StopAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        _made?.Loop.Dispose();
        _stopping.Dispose();
    }

    private void Reloaded()
    {
        if (_made is { } made)
        {
            made.Loop.Wake();
        }
        else if (_started && Make() is { } first)
        {
            _ = first.Loop.StartAsync(_stopping.Token);
        }
    }

    /// <summary>Null when it is made already, or not wanted.</summary>
    private Made? Make()
    {
        lock (_making)
        {
            if (Options is null || _made is not null)
            {
                return null;
            }

            var clock = _services.GetRequiredService<TimeProvider>();
            var book = _services.GetRequiredService<LoopBook>();
            var metrics = _services.GetRequiredService<Neo4jMetrics>();
            metrics.Use();
            var client = new Neo4jClient(_services.GetRequiredService<IHttpClientFactory>(), Authority, clock);
            var gate = new Neo4jGate(client, () => Options, metrics, clock, book.Logger(typeof(Neo4jGate)));
            var links = new Neo4jLinks(gate, () => _embedded?.Item1 ?? ServiceGraph.Empty, metrics, clock, _stopping.Token);
            links.Changed += names => Changed?.Invoke(names);
            var syncing = new Neo4jSyncing(
                new Neo4jSync(gate.AskAsync, clock, _services.GetRequiredService<Random>()),
                () => Options?.Sync == true && _embedded is var (graph, isWhole) ? (graph, isWhole) : null,
                metrics, clock, book.Logger(typeof(Neo4jSyncing)));
            var loop = new Neo4jLoop(gate, links, _services.GetRequiredService<IKeptLinks>(), syncing, book);
            return _made = new Made(gate, links, loop);
        }
    }

    private sealed record Made(Neo4jGate Gate, Neo4jLinks Links, Neo4jLoop Loop);
}

/// <summary>Registers what has to do with Neo4j. Nothing of it is made before a server is configured.</summary>
internal static class Neo4jRegistration
{
    public static IServiceCollection AddNeo4j(this IServiceCollection services) => services
        .AddApiClient(Neo4jClient.ClientName, provider => provider.GetRequiredService<Neo4jSwitch>().Authority)
        .AddMetrics<Neo4jMetrics>()
        .AddSingleton<Neo4jSwitch>()
        .AddHostedService(provider => provider.GetRequiredService<Neo4jSwitch>());
}
