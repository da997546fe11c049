using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using IncidentBot.Graph.Neo4j;
using IncidentBot.Outgoing;
using IncidentBot.Settings;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace IncidentBot.Support;

/// <summary>
/// A real Neo4j 5.26 on free ports in a folder of its own. Starting it takes up to a minute on a busy machine, so one serves all tests of a
/// run, each of which begins with an empty graph.
/// </summary>
public sealed class Neo4jServer : IAsyncLifetime
{
    public const string Password = "testpass123";

    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddApiClient(Neo4jClient.ClientName).BuildServiceProvider();
    private readonly int _port = Loopback.FreePort();
    private ServerProcess? _process;

    public Uri Url => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));

    /// <summary>Where it speaks its other protocol.</summary>
    public int BoltPort { get; } = Loopback.FreePort();

    internal Neo4jTarget Target => new(Url, "neo4j", "neo4j", new Secret(Password));

    /// <summary>A client as the program makes it.</summary>
    internal Neo4jClient Client() => new(_services.GetRequiredService<IHttpClientFactory>(), new PrivateAuthority(() => null), TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        Directory.CreateDirectory(Path.Combine(_folder.Path, "conf"));
        _folder.Write("conf/neo4j.conf", string.Create(CultureInfo.InvariantCulture, $"""
            server.default_listen_address=127.0.0.1
            server.http.listen_address=127.0.0.1:{_port}
            server.bolt.listen_address=127.0.0.1:{BoltPort}
            server.directories.data={_folder.Path}/data
            server.directories.logs={_folder.Path}/logs
            server.directories.run={_folder.Path}/run
            server.directories.plugins={_folder.Path}/plugins
            server.directories.import={_folder.Path}/import
            server.memory.heap.initial_size=256m
            server.memory.heap.max_size=256m
            server.memory.pagecache.size=32m
            dbms.usage_report.enabled=false
            """));
        await using var admin = ServerProcess.Start(Program("neo4j-admin"), ["dbms", "set-initial-password", Password], _folder.Path, Environment);
        Assert.True(await admin.WaitAsync(cancellationToken) == 0, admin.LogTail);
        await StartAsync(cancellationToken);
    }

    /// <summary>Starts it on what it left behind, and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Launch();
        await UntilAnswersAsync(cancellationToken);
    }

    /// <summary>Starts it and waits for nothing.</summary>
    public void Launch() => _process = ServerProcess.Start(Program("neo4j"), ["console"], _folder.Path, Environment);

    public async Task UntilAnswersAsync(CancellationToken cancellationToken) => await Loopback.UntilAsync(
        async () => await Loopback.AnswersAsync(Url, cancellationToken) ? "" : null, StartsWithin, () => $"Neo4j does not answer:\n{_process!.LogTail}", cancellationToken);

    /// <summary>How long it has been computing: what a loaded machine does not change.</summary>
    public TimeSpan Computed
    {
        get
        {
            var computed = TimeSpan.Zero;
            foreach (var id in Ids())
            {
                using var process = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
                computed += process.TotalProcessorTime;
            }

            return computed;
        }
    }

    /// <summary>Ends it at once.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }

    /// <summary>It hangs: connections are taken and nothing is answered.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    public Task ThawAsync() => SignalAsync("-CONT");

    /// <summary>An empty graph without constraints.</summary>
    public async Task EmptyAsync(CancellationToken cancellationToken)
    {
        await RunAsync("MATCH (n) DETACH DELETE n", cancellationToken);
        foreach (var name in await RunAsync("SHOW CONSTRAINTS YIELD name RETURN name", cancellationToken))
        {
            await RunAsync($"DROP CONSTRAINT {name[0]}", cancellationToken);
        }
    }

    /// <summary>Runs a statement as somebody else does, and returns its rows.</summary>
    internal async Task<IReadOnlyList<IReadOnlyList<string>>> RunAsync(string statement, CancellationToken cancellationToken, JsonObject? parameters = null)
    {
        var answer = await Client().RunAsync(Target, new Cypher(statement)
        {
            Writes = true,
            Parameters = () => (JsonObject)(parameters ?? []).DeepClone(),
            Limit = TimeSpan.FromMinutes(1),
            MaxBytes = 32 * 1024 * 1024,
        }, cancellationToken);
        Assert.True(answer.Trouble is null, answer.Trouble?.Sentence);
        return [.. answer.Rows.Select(IReadOnlyList<string> (row) => [.. row.Select(value => value.ToString())])];
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    private static string Program(string name) => Path.Combine(Requirements.Neo4jHome, "bin", name);

    private Dictionary<string, string> Environment => new(StringComparer.Ordinal) { ["NEO4J_CONF"] = Path.Combine(_folder.Path, "conf") };

    /// <summary>It is a parent and its child.</summary>
    private string[] Ids()
    {
        var own = _process!.Id.ToString(CultureInfo.InvariantCulture);
        return
        [
            own, .. Directory.GetDirectories($"/proc/{own}/task")
                .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        ];
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, .. Ids()]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }
}

/// <summary>The tests that share a Neo4j, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class Neo4jTests : ICollectionFixture<Neo4jServer>
{
    public const string Name = "neo4j";
}
