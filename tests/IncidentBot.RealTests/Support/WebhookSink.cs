using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IncidentBot.Support;

/// <summary>A webhook that takes every body as it comes and answers 200.</summary>
internal sealed class WebhookSink : IAsyncDisposable
{
    private readonly Channel<byte[]> _bodies = Channel.CreateUnbounded<byte[]>();
    private readonly WebApplication _server;

    private WebhookSink()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Urls.Add("http://127.0.0.1:0");
        _server.MapPost("/", TakeAsync);
    }

    public Uri Url => new(_server.Urls.First());

    public static async Task<WebhookSink> StartAsync(CancellationToken cancellationToken)
    {
        var sink = new WebhookSink();
        await sink._server.StartAsync(cancellationToken);
        return sink;
    }

    /// <summary>The next body that comes, within 30 s.</summary>
    public async Task<byte[]> NextAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        return await _bodies.Reader.ReadAsync(patience.Token);
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private async Task TakeAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        await _bodies.Writer.WriteAsync(body.ToArray(), request.HttpContext.RequestAborted);
    }
}
