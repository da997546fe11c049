using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IncidentBot.ProbeRuns;
using IncidentBot.Probes.BackupFreshness;
using IncidentBot.Probes.Divergence;
using IncidentBot.Probes.DnsQuery;
using IncidentBot.Probes.Http;
using IncidentBot.Probes.RedirectGuard;
using IncidentBot.Probes.Tcp;
using IncidentBot.Probes.Tls;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace IncidentBot.Probes;

/// <summary>
/// Each probe with each fault: what it says, and which of the shipped rules a real Prometheus fires for what a real Pushgateway was told. Only
/// the waiting times of the rules are shortened.
/// </summary>
public sealed partial class ProbeFaultsTests : IAsyncLifetime
{
    private const string Fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Busy = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
    private const string Walled = "HTTP/1.1 302 Found\r\nLocation: https://sso.example.org/outpost.goauthentik.io/start\r\nContent-Length: 0\r\n\r\n";

    private readonly TemporaryFolder _folder = new();
    private readonly PlainServer _web = new();
    private readonly List<IDisposable> _servers = [];
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().AddProbeClients().BuildServiceProvider();
    private PushgatewayServer _gateway = null!;
    private ServerProcess? _prometheus;
    private int _nobody;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await PushgatewayServer.StartAsync(_folder, Stop);
        var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _nobody = ((IPEndPoint)taken.LocalEndPoint!).Port;
        _servers.Add(taken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_prometheus is not null)
        {
            await _prometheus.DisposeAsync();
        }

        await _gateway.DisposeAsync();
        await _web.DisposeAsync();
        _servers.ForEach(server => server.Dispose());
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_fault_is_said_and_fires_the_alert_that_is_meant_for_it_and_no_other()
    {
        var rows = Rows().ToList();
        var client = new Pushgateway(_services.GetRequiredService<IHttpClientFactory>(), TimeProvider.System);
        var runner = new ProbeRunner(TimeProvider.System, new Random(3), _services.GetRequiredService<IHttpClientFactory>(), NullLogger<ProbeRunner>.Instance);
        var said = new Dictionary<Row, ProbeReport>();
        foreach (var row in rows)
        {
            var kind = ProbeCatalog.Kinds.Single(kind => kind.Name == row.Kind);
            var report = await runner.RunAsync(new Probe(kind, row.Options), null, row.OwnNetwork ?? [], null, _ => { }, Stop);
            said[row] = report;
            Assert.Null(await client.PushAsync(new PushgatewayOptions { Url = _gateway.Url }, Pushgateway.Path(report.Probe.Group), RunMetrics.Of(report.Probe, report), Stop));
        }

        await StartPrometheusAsync();
        var expected = rows.SelectMany(row => row.Alerts.Select(alert => (row, alert))).ToList();
        IReadOnlyList<(string Name, string Labels)> firing = [];
        for (var round = 0; round < 150 && !expected.TrueForAll(one => Fires(firing, one.row, said[one.row]).Contains(one.alert)); round++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Stop);
            firing = await FiringAsync();
        }

        // Two more evaluations for what must stay quiet.
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Stop);
        firing = await FiringAsync();
        var table = new StringBuilder("| probe | fault | outcome | what it said | alerts that fired |\n| --- | --- | --- | --- | --- |\n");
        var complaints = new List<string>();
        foreach (var row in rows)
        {
            var (report, fired) = (said[row], Fires(firing, row, said[row]).Order(StringComparer.Ordinal).ToList());
            table.Append("| ").Append(row.Kind).Append(" | ").Append(row.Fault).Append(" | ").Append(ReportJson.Word(report.Run.Outcome)).Append(" | ")
                .Append(Ports().Replace(report.Run.Words + ((report.Result.Outcome as ProbeOutcome.Healthy)?.Warning is { } warning ? $" ({warning})" : ""), ":PORT")).Append(" | ")
                .Append(fired.Count == 0 ? "none" : string.Join(", ", fired)).Append(" |\n");
            if (report.Run.Outcome != row.Outcome || !fired.SequenceEqual(row.Alerts.Order(StringComparer.Ordinal)))
            {
                complaints.Add($"{row.Kind}, {row.Fault}: {report.Run.Outcome}, {report.Run.Words}; fired: {string.Join(", ", fired)}; expected: {row.Outcome}, {string.Join(", ", row.Alerts)}");
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine(table.ToString());
        Report.None(complaints);
    }

    private IEnumerable<Row> Rows()
    {
        yield return new("http", "none", Http("fine", _web.Answering(Fine)), RunOutcome.Healthy);
        yield return new("http", "answers 503", Http("busy", _web.Answering(Busy)), RunOutcome.Unhealthy, "ServiceEndpointDown");
        yield return new("http", "nobody listens, no name", Http("", new Uri($"http://127.0.0.1:{_nobody}/")), RunOutcome.Unhealthy, "EndpointDown");
        yield return new("http", "asks for a login", Http("walled", _web.Answering(Walled)), RunOutcome.Unhealthy, "ServiceEndpointDown");
        yield return new("http", "answers no HTTP", Http("ssh", _web.Answering("SSH-2.0-x\r\n\r\n")), RunOutcome.Unhealthy, "ServiceEndpointDown");
        yield return new("http", "answer is cut off", Http("cut", _web.Answering("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nhel")), RunOutcome.Unhealthy, "ServiceEndpointDown");
        yield return new("http", "the wiki's own error", Http("jimswiki", _web.Answering(Busy)), RunOutcome.Unhealthy, "ServiceEndpointDown", "JimsWikiApplicationError");
        yield return new("http", "name does not exist", Http("gone", new Uri("http://nothing.invalid/")), RunOutcome.Unhealthy, "ServiceEndpointDown");
        yield return new("http", "wrong body", Http("body", _web.Answering(Fine), options => options.BodyMatches = "Welcome"), RunOutcome.Unhealthy, "ServiceEndpointDown");
        yield return new("http", "certificate ends in 5 days", Https("soon", 5), RunOutcome.Healthy, "SSLCertificateExpiringSoon");
        yield return new("http", "certificate has ended", Https("ended", -2), RunOutcome.Unhealthy, "SSLCertificateExpired", "ServiceEndpointDown");
        yield return new("http", "certificate of nobody", Https("stranger", 90, options => options.CaFile = null), RunOutcome.Unhealthy, "ServiceEndpointDown");
        yield return new("http", "own network down", Http("blind", new Uri($"http://127.0.0.1:{_nobody}/blind")), RunOutcome.Unknown) { OwnNetwork = [new HostPort("127.0.0.1", _nobody)] };
        yield return new("tcp", "none", new TcpOptions { Name = "t1", Address = At(_web.Answering(Fine)) }, RunOutcome.Healthy);
        yield return new("tcp", "nobody listens", new TcpOptions { Name = "t2", Address = new HostPort("127.0.0.1", _nobody) }, RunOutcome.Unhealthy, "ServiceDependencyDown");
        yield return new("tcp", "says something else", new TcpOptions { Name = "t3", Address = At(_web.Answering(Fine)), Send = "x\\r\\n", Expect = "SSH-2.0" }, RunOutcome.Unhealthy, "ServiceDependencyDown");
        yield return new("tls", "none", Tls("c1", 90), RunOutcome.Healthy);
        yield return new("tls", "ends in 5 days", Tls("c2", 5), RunOutcome.Healthy, "SSLCertificateExpiringSoon");
        yield return new("tls", "has ended", Tls("c3", -2), RunOutcome.Unhealthy, "SSLCertificateExpired");
        yield return new("dns", "nobody answers", new DnsOptions { Name = "d1", Resolver = new HostPort("127.0.0.2", _nobody), Query = "example.org" }, RunOutcome.Unhealthy, "DNSResolutionFailed");
        yield return new("redirect-guard", "none", Guard("free", _web.Answering(Fine)), RunOutcome.Healthy);
        yield return new("redirect-guard", "asks for a login", Guard("photos", _web.Answering(Walled)), RunOutcome.Unhealthy, "AuthentikWallingOffPublicPath");
        yield return new("divergence", "works inside only", new DivergenceOptions { Services = [new TwoWays { Name = "wiki", Internal = _web.Answering(Fine), External = _web.Answering(Busy) }] }, RunOutcome.Unhealthy, "ExternalAccessDivergence");
        yield return new("backup", "none", Backup("mysql-backup", TimeSpan.FromHours(3)), RunOutcome.Healthy);
        yield return new("backup", "too old", Backup("postgresql-backup", TimeSpan.FromHours(40)), RunOutcome.Unhealthy, "PostgreSQLBackupStale");
        yield return new("backup", "written in time to come", Backup("redis-backup", TimeSpan.FromHours(-3)), RunOutcome.Healthy, "BackupTimestampImpossible");
    }

    private static HttpOptions Http(string name, Uri url, Action<HttpOptions>? change = null)
    {
        var options = new HttpOptions { Name = name, Url = url };
        change?.Invoke(options);
        return options;
    }

    private HttpOptions Https(string name, int days, Action<HttpOptions>? change = null)
    {
        var server = new TlsServer(days, "localhost");
        _servers.Add(server);
        return Http(name, new Uri($"https://localhost:{server.Port}/"), options =>
        {
            options.CaFile = server.CaFile;
            change?.Invoke(options);
        });
    }

    private TlsOptions Tls(string name, int days)
    {
        var server = new TlsServer(days, "localhost");
        _servers.Add(server);
        return new TlsOptions { Name = name, Address = new HostPort("localhost", server.Port), CaFile = server.CaFile };
    }

    private static RedirectGuardOptions Guard(string service, Uri url) => new() { Name = $"guard-{service}", Paths = [new GuardedPath { Url = url, Service = service }] };

    private BackupOptions Backup(string name, TimeSpan age)
    {
        var file = _folder.Write($"{name}.dump", "backup");
        File.SetLastWriteTimeUtc(file, (TimeProvider.System.GetUtcNow() - age).UtcDateTime);
        return new BackupOptions { Name = name, Folder = _folder.Path, Files = $"{name}.dump", MaxAge = TimeSpan.FromHours(36) };
    }

    private static HostPort At(Uri url) => new(url.Host, url.Port);

    /// <summary>The alerts that are about what this row looked at.</summary>
    private static IReadOnlySet<string> Fires(IReadOnlyList<(string Name, string Labels)> firing, Row row, ProbeReport report) => firing.Where(alert => row.Kind switch
    {
        "redirect-guard" => alert.Labels.Contains($"service={((RedirectGuardOptions)row.Options).Paths[0].Service}\n", StringComparison.Ordinal),
        "divergence" => alert.Labels.Contains("job=status-page-pusher\n", StringComparison.Ordinal),
        "backup" => alert.Labels.Contains($"job={row.Options.Name}\n", StringComparison.Ordinal),
        _ => alert.Labels.Contains($"instance={report.Probe.Group.Single(label => label.Name == "instance").Value}\n", StringComparison.Ordinal),
    }).Select(alert => alert.Name).ToHashSet(StringComparer.Ordinal);

    private async Task StartPrometheusAsync()
    {
        foreach (var rules in new[] { "endpoints", "authentik", "external-access", "backups" })
        {
            _folder.Write($"{rules}.yml", Waits().Replace(File.ReadAllText(Repository.PathOf("deploy", "prometheus", "rules", $"{rules}.yml")), "for: 1s"));
        }

        var configuration = _folder.Write("prometheus.yml", $"""
            global: {"{"}scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s{"}"}
            rule_files: [endpoints.yml, authentik.yml, external-access.yml, backups.yml]
            scrape_configs:
              - job_name: pushgateway
                honor_labels: true
                static_configs: [{"{"}targets: ["{_gateway.Url.Authority}"]{"}"}]
            """);
        var port = Loopback.FreePort();
        Prometheus = new Uri($"http://127.0.0.1:{port}");
        _prometheus = ServerProcess.Start(Requirements.Prometheus,
            [$"--config.file={configuration}", $"--storage.tsdb.path={_folder.Path}/data", $"--web.listen-address=127.0.0.1:{port}"], _folder.Path);
        await _prometheus.UntilAnswersAsync(new Uri(Prometheus, "/-/ready"), Stop);
    }

    private Uri Prometheus { get; set; } = null!;

    private async Task<IReadOnlyList<(string Name, string Labels)>> FiringAsync() =>
        [.. JsonNode.Parse(await Loopback.Client.GetStringAsync(new Uri(Prometheus, "/api/v1/alerts"), Stop))!["data"]!["alerts"]!.AsArray()
            .Where(alert => (string?)alert!["state"] == "firing")
            .Select(alert => ((string)alert!["labels"]!["alertname"]!, string.Concat(alert["labels"]!.AsObject().Select(label => $"{label.Key}={label.Value}\n"))))];

    [GeneratedRegex(@"for: \d+[smh]", RegexOptions.NonBacktracking)]
    private static partial Regex Waits();

    [GeneratedRegex(@":\d{4,5}", RegexOptions.NonBacktracking)]
    private static partial Regex Ports();

    private sealed record Row(string Kind, string Fault, ProbeOptions Options, RunOutcome Outcome, params string[] Alerts)
    {
        public IReadOnlyList<HostPort>? OwnNetwork { get; init; }
    }
}
