using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace IncidentBot.Support;

/// <summary>
/// The built program as people start it, in a process of its own, with a configuration of the test's. The folder outlives the
/// process, so that it can be killed and started again on what it left behind.
/// </summary>
internal sealed partial class BotProcess : IAsyncDisposable
{
    private readonly string _configuration;
    private readonly string _folder;
    private ServerProcess? _process;

    /// <param name="folder">The working folder; <c>data/</c> is made in it.</param>
    /// <param name="configuration">The text of <c>incidentbot.yml</c>; <c>server.listen</c> should be <c>127.0.0.1:0</c>.</param>
    public BotProcess(TemporaryFolder folder, string configuration)
    {
        _folder = folder.Path;
        _configuration = folder.Write("incidentbot.yml", configuration);
    }

    /// <summary>Where it listens since it was last started.</summary>
    public Uri Url { get; private set; } = null!;

    public Uri Webhook => new(Url, "/webhooks/alertmanager");

    public int Id => _process!.Id;

    public string LogTail => _process?.LogTail ?? "";

    /// <summary>Where the build that these tests belong to put the program.</summary>
    public static string Program
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            var path = Repository.PathOf("src", "IncidentBot", "bin", output.Parent!.Name, output.Name, "incidentbot.dll");
            Assert.True(File.Exists(path), $"{path} is missing: build IncidentBot.sln");
            return path;
        }
    }

    /// <summary>Starts it and waits until <c>/-/ready</c> answers.</summary>
    /// <param name="port">The port to take; 0 for the one that the configuration says.</param>
    public async Task StartAsync(CancellationToken cancellationToken, int port = 0)
    {
        Launch(port);
        await UntilReadyAsync(cancellationToken);
    }

    /// <summary>Starts it and waits for nothing.</summary>
    public void Launch(int port = 0)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (port != 0)
        {
            environment["INCIDENTBOT_SERVER__LISTEN"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        }

        _process = ServerProcess.Start("dotnet", [Program, "serve", $"--config.file={_configuration}"], _folder, environment);
    }

    public async Task UntilReadyAsync(CancellationToken cancellationToken)
    {
        var line = await _process!.UntilPrintedAsync("listening on http", cancellationToken);
        Url = new Uri(Address().Match(line).Value);
        await _process.UntilAnswersAsync(new Uri(Url, "/-/ready"), cancellationToken);
    }

    /// <summary>SIGTERM: it finishes what it holds. Returns its exit code.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        var code = await _process!.TerminateAsync(cancellationToken);
        await DisposeAsync();
        return code;
    }

    /// <summary>SIGKILL: nothing is finished.</summary>
    public async Task KillAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }

    [GeneratedRegex("http://[0-9A-Za-z.:\\[\\]]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
