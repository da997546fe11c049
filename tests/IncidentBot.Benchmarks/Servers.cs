using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using IncidentBot.Alerts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace IncidentBot.Benchmarks;

/// <summary>A server in a process and a folder of its own; both go when it is disposed.</summary>
internal sealed class Server : IDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private Server(Process process, DirectoryInfo folder, Uri address)
    {
        (_process, _folder, Address) = (process, folder, address);
    }

    public Uri Address { get; }

    /// <summary>Resident memory in MB.</summary>
    public double Megabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>The processor time that it has taken so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<Server> IncidentBotAsync()
    {
        var folder = Directory.CreateTempSubdirectory("incidentbot-bench-");
        var port = FreePort();
        var config = Path.Combine(folder.FullName, "incidentbot.yml");
        await File.WriteAllTextAsync(config, $$"""
            server: { listen: 127.0.0.1:{{port}}, log_level: warning }
            store: { sqlite: {{Path.Combine(folder.FullName, "incidentbot.db")}} }
            """);
        return await StartAsync("dotnet", [typeof(IncidentBot.Program).Assembly.Location, "serve", $"--config.file={config}"],
            folder, port, "/-/ready");
    }

    public static async Task<Server> ParseOnlyAsync()
    {
        var port = FreePort();
        return await StartAsync("dotnet", [typeof(Load).Assembly.Location, "parse-only"], Directory.CreateTempSubdirectory("incidentbot-bench-"), port, "/",
            ("PARSE_ONLY_PORT", port.ToString(CultureInfo.InvariantCulture)));
    }

    public static async Task<Server> AlertmanagerAsync()
    {
        var folder = Directory.CreateTempSubdirectory("incidentbot-bench-");
        var port = FreePort();
        var config = Path.Combine(folder.FullName, "alertmanager.yml");
        await File.WriteAllTextAsync(config, """
            route: { receiver: nobody, group_by: [alertname, namespace], group_wait: 1h, group_interval: 1h }
            receivers: [{ name: nobody }]
            """);
        return await StartAsync(Alertmanager(), [$"--config.file={config}", $"--storage.path={folder.FullName}", $"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=", "--log.level=error"], folder, port, "/-/ready");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Alertmanager()
    {
        if (Environment.GetEnvironmentVariable("ALERTMANAGER") is { Length: > 0 } named)
        {
            return named;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var beside = Path.Combine(folder.FullName, "shared", "alertmanager-0.34.2", "alertmanager");
            if (File.Exists(beside))
            {
                return beside;
            }
        }

        throw new FileNotFoundException("Alertmanager 0.34.2 was not found: set ALERTMANAGER to its path");
    }

    public static async Task<Server> StartAsync(
        string program, string[] args, DirectoryInfo folder, int port, string ready, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, args) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var server = new Server(Process.Start(start)!, folder, new Uri($"http://127.0.0.1:{port}"));
        using var client = new HttpClient();
        for (var attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(server.Address, ready));
                return server;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100);
            }
        }

        server.Dispose();
        throw new TimeoutException($"{program} did not answer");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>The limit: an endpoint that reads and parses the same body with the same reader, and keeps nothing.</summary>
internal static class ParseOnlyServer
{
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal) { "prometheus_replica" };

    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:" + Environment.GetEnvironmentVariable("PARSE_ONLY_PORT"));
        builder.Logging.ClearProviders();
        var bodies = new Webhooks.BodyReader();
        var app = builder.Build();
        app.Run(async context =>
        {
            var (body, _) = await bodies.ReadAsync(context.Request, 1 << 24, context.RequestAborted);
            using (body)
            {
                context.Response.StatusCode = body.Bytes.IsEmpty || NotificationReader.Read(body.Bytes, "home", Ignored).Notification is not null ? 200 : 400;
            }

            context.Response.ContentLength = 0;
        });
        await app.RunAsync();
        return 0;
    }
}
