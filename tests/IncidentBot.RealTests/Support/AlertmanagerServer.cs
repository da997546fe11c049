using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace IncidentBot.Support;

/// <summary>A real Alertmanager, alone or as a peer of a pair, with the test's configuration.</summary>
internal sealed class AlertmanagerServer : IAsyncDisposable
{
    public const string Oldest = "0.25";
    public const string Newest = "0.34";

    private readonly TemporaryFolder _folder = new();
    private ServerProcess? _process;
    private string _program = "";
    private string[] _cluster = ["--cluster.listen-address="];

    private AlertmanagerServer()
    {
    }

    /// <summary>The oldest and the newest version that IncidentBot works with, as theory data.</summary>
    public static TheoryData<string> Versions => [Oldest, new TheoryDataRow<string>(Newest).WithTrait(Requirements.Needs, Requirements.Alertmanager)];

    public Uri Url { get; private set; } = null!;

    public string LogTail => _process!.LogTail;

    /// <summary>
    /// A configuration that posts every group to one webhook after <c>group_wait: 1s</c>, and every change of it after another.
    /// </summary>
    /// <param name="token">The bearer token that it posts with; null for none.</param>
    public static string Posting(Uri webhook, string? token = null, string receiver = "incidentbot.home", string groupBy = "alertname, namespace") =>
        $$"""
        route: {receiver: {{receiver}}, group_by: [{{groupBy}}], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}
        receivers:
          - name: {{receiver}}
            webhook_configs:
              - url: "{{webhook}}"
                http_config: {{(token is null ? "{}" : $"{{authorization: {{credentials: \"{token}\"}}}}")}}
        """;

    /// <param name="cluster">How it finds its peers, as its own options; none for alone.</param>
    public static async Task<AlertmanagerServer> StartAsync(string version, string configuration, CancellationToken cancellationToken, params string[] cluster)
    {
        var server = new AlertmanagerServer();
        server._cluster = cluster.Length > 0 ? cluster : server._cluster;
        try
        {
            await server.StartProcessAsync(version, configuration, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Posts alerts to its API, as Prometheus does: a JSON array of <c>labels</c>, <c>annotations</c>, <c>startsAt</c>, <c>endsAt</c>.</summary>
    public async Task PostAlertsAsync(string json, CancellationToken cancellationToken)
    {
        using var content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await Loopback.Client.PostAsync(new Uri(Url, "/api/v2/alerts"), content, cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"Alertmanager answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    /// <summary>Ends it at once; it can be started again.</summary>
    public async Task KillAsync() => await _process!.KillAsync();

    /// <summary>Starts it again at the same address, without anything that it knew.</summary>
    public async Task StartEmptyAsync(CancellationToken cancellationToken)
    {
        await _process!.DisposeAsync();
        Directory.Delete(Path.Combine(_folder.Path, "data"), recursive: true);
        await StartProcessAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task StartProcessAsync(string version, string configuration, CancellationToken cancellationToken)
    {
        _program = version == Oldest ? Requirements.DebianAlertmanager : Requirements.NewestAlertmanager;
        _folder.Write("alertmanager.yml", configuration);
        Url = new Uri($"http://127.0.0.1:{Loopback.FreePort()}");
        await StartProcessAsync(cancellationToken);
    }

    private async Task StartProcessAsync(CancellationToken cancellationToken)
    {
        _process = ServerProcess.Start(
            _program,
            [
                $"--config.file={_folder.Path}/alertmanager.yml", $"--storage.path={_folder.Path}/data", $"--web.listen-address={Url.Authority}",
                "--web.external-url=http://alertmanager.example:9093", "--web.route-prefix=/", .. _cluster,
            ],
            _folder.Path);
        await _process.UntilAnswersAsync(new Uri(Url, "/-/ready"), cancellationToken);
    }
}
