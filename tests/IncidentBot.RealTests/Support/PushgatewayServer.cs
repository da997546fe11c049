namespace IncidentBot.Support;

/// <summary>Debian's Pushgateway, without memory over a restart unless a folder is given.</summary>
internal sealed class PushgatewayServer : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private PushgatewayServer(ServerProcess process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public static async Task<PushgatewayServer> StartAsync(TemporaryFolder folder, CancellationToken cancellationToken, int? port = null)
    {
        var listens = port ?? Loopback.FreePort();
        var url = new Uri($"http://127.0.0.1:{listens}/");
        var server = new PushgatewayServer(
            ServerProcess.Start(Requirements.Pushgateway, [$"--web.listen-address=127.0.0.1:{listens}"], folder.Path), url);
        await server._process.UntilAnswersAsync(new Uri(url, "-/ready"), cancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
