using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace IncidentBot.Web.Live;

/// <summary>
/// <c>GET /api/v1/events</c>: server-sent events that name the incidents that changed, at most two a second, and a heartbeat by
/// which both sides notice a dead connection: an event, because scripts cannot see comments.
/// </summary>
internal static class LiveEvents
{
    public static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan PauseBetween = TimeSpan.FromMilliseconds(500);

    public static async Task StreamAsync(HttpContext context, LiveFeed feed, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        if (!feed.TryListen(out var reader))
        {
            context.Response.Headers.RetryAfter = "30";
            await Problems.Answer(StatusCodes.Status503ServiceUnavailable,
                $"{LiveFeed.MostReaders} pages listen already; this one can be reloaded by hand").ExecuteAsync(context);
            return;
        }

        using (reader)
        using (var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping))
        {
            try
            {
                await StreamAsync(context, reader, time, ending.Token);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                // The page was closed or the program stops: both are the ordinary end of a stream.
            }
        }
    }

    private static async Task StreamAsync(HttpContext context, LiveReader reader, TimeProvider time, CancellationToken cancellationToken)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        // nginx would otherwise hold the events back.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        await WriteAsync(context, FormattableString.Invariant(
            $"retry: 3000\nevent: hello\ndata: {{\"beat\":{HeartbeatEvery.TotalSeconds}}}\n\n"), cancellationToken);

        Task<LiveNews>? next = null;
        while (true)
        {
            next ??= reader.NextAsync(cancellationToken);
            if (!await EndsWithinAsync(next, HeartbeatEvery, time, cancellationToken))
            {
                await WriteAsync(context, "event: beat\ndata: {}\n\n", cancellationToken);
                continue;
            }

            var news = JsonSerializer.Serialize(await next, ApiJson.Default.LiveNews);
            next = null;
            await WriteAsync(context, $"event: changed\ndata: {news}\n\n", cancellationToken);
            await Task.Delay(PauseBetween, time, cancellationToken);
        }
    }

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(limit, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task WriteAsync(HttpContext context, string text, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
