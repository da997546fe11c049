using System.Globalization;

namespace IncidentBot.Support;

/// <summary>An nginx that does one thing, as plainly as it can.</summary>
internal sealed class NginxServer : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private NginxServer(ServerProcess process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Serves the files of a folder, among them <c>page.html</c>.</summary>
    public static async Task<NginxServer> ServeAsync(TemporaryFolder folder, string files, CancellationToken cancellationToken)
    {
        var server = Start(folder, Loopback.FreePort(), $"root {files};");
        await server._process.UntilAnswersAsync(new Uri(server.Address, "page.html"), cancellationToken);
        return server;
    }

    /// <summary>Passes requests on as a location says, until the program behind it answers.</summary>
    /// <param name="path">Of the location, with a slash at both ends.</param>
    public static async Task<NginxServer> ProxyAsync(TemporaryFolder folder, int port, string path, string location, CancellationToken cancellationToken)
    {
        var server = Start(folder, port, location);
        await server._process.UntilAnswersAsync(new Uri(server.Address, $"{path}-/ready"), cancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static NginxServer Start(TemporaryFolder folder, int port, string server)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        var configuration = folder.Write("nginx.conf", $$"""
            user root;
            daemon off;
            pid {{folder.Path}}/nginx.pid;
            error_log stderr warn;
            worker_processes 2;
            events { worker_connections 512; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 1000000;
              open_file_cache max=100;
              default_type text/html;
              client_body_temp_path {{folder.Path}}/body;
              proxy_temp_path {{folder.Path}}/proxy;
              fastcgi_temp_path {{folder.Path}}/fastcgi;
              uwsgi_temp_path {{folder.Path}}/uwsgi;
              scgi_temp_path {{folder.Path}}/scgi;
              server { listen {{address}}; {{server}} }
            }
            """);
        var process = ServerProcess.Start(Requirements.Nginx, ["-c", configuration, "-p", folder.Path, "-e", "stderr"], folder.Path);
        return new NginxServer(process, new Uri($"http://{address}/"));
    }
}
