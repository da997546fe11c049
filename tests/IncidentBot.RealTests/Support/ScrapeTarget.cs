using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IncidentBot.Support;

/// <summary>Something that Prometheus scrapes; the test sets what it measures.</summary>
internal sealed class ScrapeTarget : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly WebApplication _server;

    private ScrapeTarget()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Urls.Add("http://127.0.0.1:0");
        _server.MapGet("/metrics", () => Results.Text(Text(), "text/plain; version=0.0.4"));
    }

    /// <summary><c>host:port</c>, as Prometheus wants it.</summary>
    public string Address => new Uri(_server.Urls.First()).Authority;

    public static async Task<ScrapeTarget> StartAsync(CancellationToken cancellationToken)
    {
        var target = new ScrapeTarget();
        await target._server.StartAsync(cancellationToken);
        return target;
    }

    /// <summary>Sets a sample, such as <c>pod_ready{pod="plex-0"}</c>; null takes it away.</summary>
    public void Set(string sample, double? value)
    {
        if (value is { } number)
        {
            _values[sample] = number;
        }
        else
        {
            _values.TryRemove(sample, out _);
        }
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private string Text()
    {
        var text = new StringBuilder();
        foreach (var (sample, value) in _values)
        {
            text.Append(CultureInfo.InvariantCulture, $"{sample} {value}\n");
        }

        return text.ToString();
    }
}
