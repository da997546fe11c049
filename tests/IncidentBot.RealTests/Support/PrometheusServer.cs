namespace IncidentBot.Support;

/// <summary>A real Prometheus that scrapes and evaluates every second, with the test's rules and one target of the test's own.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ServerProcess? _process;

    private PrometheusServer(ScrapeTarget target) => Target = target;

    /// <summary>What it scrapes.</summary>
    public ScrapeTarget Target { get; }

    public Uri Url { get; private set; } = null!;

    public string LogTail => _process!.LogTail;

    /// <param name="rules">A rule file, as Prometheus reads it.</param>
    /// <param name="alertmanager">Where its alerts go; more than one for a pair.</param>
    public static async Task<PrometheusServer> StartAsync(string rules, IEnumerable<Uri> alertmanager, CancellationToken cancellationToken)
    {
        var server = new PrometheusServer(await ScrapeTarget.StartAsync(cancellationToken));
        try
        {
            await server.StartProcessAsync(rules, alertmanager, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        await Target.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartProcessAsync(string rules, IEnumerable<Uri> alertmanager, CancellationToken cancellationToken)
    {
        _folder.Write("rules.yml", rules);
        var configuration = _folder.Write("prometheus.yml", $"""
            global: {"{"}scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s{"}"}
            rule_files: [rules.yml]
            alerting:
              alertmanagers:
                - static_configs: [{"{"}targets: [{string.Join(", ", alertmanager.Select(url => $"\"{url.Authority}\""))}]{"}"}]
            scrape_configs:
              - job_name: target
                static_configs: [{"{"}targets: ["{Target.Address}"]{"}"}]
            """);
        var port = Loopback.FreePort();
        Url = new Uri($"http://127.0.0.1:{port}");
        _process = ServerProcess.Start(
            Requirements.Prometheus,
            [
                $"--config.file={configuration}", $"--storage.tsdb.path={_folder.Path}/data", $"--web.listen-address=127.0.0.1:{port}",
                "--web.external-url=http://prometheus.example:9090", "--web.route-prefix=/", "--rules.alert.resend-delay=1s",
            ],
            _folder.Path);
        await _process.UntilAnswersAsync(new Uri(Url, "/-/ready"), cancellationToken);
    }
}
