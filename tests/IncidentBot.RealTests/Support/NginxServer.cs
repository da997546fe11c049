using System.Globalization;

namespace IncidentBot.Support;

/// <summary>An nginx that serves the files of a folder, as plainly as it can.</summary>
internal sealed class NginxServer : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private NginxServer(ServerProcess process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<NginxServer> StartAsync(TemporaryFolder folder, string files, CancellationToken cancellationToken)
    {
        var port = Loopback.FreePort().ToString(CultureInfo.InvariantCulture);
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
              server { listen 127.0.0.1:{{port}}; root {{files}}; }
            }
            """);
        var process = ServerProcess.Start(Requirements.Nginx, ["-c", configuration, "-p", folder.Path, "-e", "stderr"], folder.Path);
        var address = new Uri($"http://127.0.0.1:{port}/");
        await process.UntilAnswersAsync(new Uri(address, "page.html"), cancellationToken);
        return new NginxServer(process, address);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
