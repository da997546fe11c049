using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace IncidentBot.Webhooks;

/// <summary>
/// <c>POST /webhooks/alertmanager</c>. It answers 2xx only after the commit. What may work later is answered 503, because
/// Alertmanager repeats on 5xx and drops the notification on everything else, 429 included.
/// </summary>
internal sealed partial class AlertmanagerWebhook(
    CurrentSettings settings, IIncidentStore store, HeardSources sources, BodyReader bodies, WebhookMetrics metrics, TimeProvider clock,
        ILogger<AlertmanagerWebhook> logger)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/webhooks/alertmanager", (HttpContext context, AlertmanagerWebhook webhook) => webhook.AnswerAsync(context));

    private async Task AnswerAsync(HttpContext context)
    {
        var begun = clock.GetTimestamp();
        var answer = await TakeAsync(context);
        metrics.Answered(answer.Status, answer is WebhookAnswer.Taken { Alerts: var alerts } ? alerts : 0, clock.GetElapsedTime(begun));
        context.Response.StatusCode = answer.Status;
        switch (answer)
        {
            case WebhookAnswer.Taken taken:
                LogTaken(taken.Source, taken.Alerts);
                Remark(context, taken);
                break;
            case WebhookAnswer.Refused refused:
                LogNotTaken(refused.Source, refused.Status, refused.Reason);
                Remember(context, refused);
                await ExplainAsync(context, refused);
                break;
        }
    }

    /// <summary>What Alertmanager drops now is seen by people; what it repeats is not lost.</summary>
    private void Remember(HttpContext context, WebhookAnswer.Refused refused)
    {
        var from = context.Connection.RemoteIpAddress;
        if (refused.Status == StatusCodes.Status401Unauthorized)
        {
            sources.Refusals.WrongCredentials(from, context.Request.Headers.UserAgent.ToString());
        }
        else if (refused.Status < StatusCodes.Status500InternalServerError)
        {
            sources.Refusals.Refused(refused.Source, from, refused.Reason);
        }
    }

    /// <summary>What was odd in what was taken is logged, and seen where something of it could not be shown.</summary>
    private void Remark(HttpContext context, WebhookAnswer.Taken taken)
    {
        sources.Refusals.Taken(taken.Source, context.Connection.RemoteIpAddress);
        if (!taken.Remarks.IsEmpty)
        {
            LogOdd(taken.Source, taken.Remarks.Repaired, taken.Remarks.LeftOut, taken.Remarks.First[0]);
            sources.Refusals.LeftOut(taken.Source, context.Connection.RemoteIpAddress, taken.Remarks);
        }

        if (taken.Version is not ("4" or "1" or "") && sources.Refusals.IsFirst(taken.Source, taken.Version))
        {
            LogVersion(taken.Source, BodyFields.Shorten(taken.Version));
        }
    }

    private static async Task ExplainAsync(HttpContext context, WebhookAnswer.Refused refused)
    {
        if (refused.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer, Basic realm=\"incidentbot\"";
        }

        if (!context.RequestAborted.IsCancellationRequested)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(refused.Reason + "\n", context.RequestAborted);
        }
    }

    private async Task<WebhookAnswer> TakeAsync(HttpContext context)
    {
        var options = settings.Value;
        if (WebhookAuthentication.Source(context.Request.Headers.Authorization, options.Alertmanagers) is not { } source)
        {
            return WebhookAnswer.Unknown(
                "the webhook's credentials are not those of any alertmanagers[] entry: set http_config.authorization or basic_auth of the receiver");
        }

        if (options.Server.WebhookAuth is null && WebhookAuthentication.NobodyHasAToken(options.Alertmanagers)
            && ForwardedRequest.IsForwarded(context.Request))
        {
            return new WebhookAnswer.Refused(source, StatusCodes.Status401Unauthorized,
                "a proxy passed this on, and without a token webhooks are taken from this machine only: set alertmanagers[].webhook_token, or server.webhook_auth: none");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        try
        {
            return await TakeAsync(context, source, options);
        }
        catch (StoreUnavailableException failure)
        {
            return WebhookAnswer.Later(source, failure.Message);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or BadHttpRequestException)
        {
            return WebhookAnswer.Later(source, "the sender went away before the body had come");
        }
        catch (Exception failure)
        {
            // Alertmanager tries again after 500 too; nothing was stored.
            LogBug(failure, source);
            return new WebhookAnswer.Refused(
                source, StatusCodes.Status500InternalServerError, "IncidentBot met a bug with this webhook: see its log");
        }
    }

    /// <summary>What tells the peers of one source apart: their addresses, also behind a proxy, and what each says of itself.</summary>
    private static string SenderOf(HttpRequest request, string externalUrl)
    {
        var forwarded = BodyFields.Shorten(request.Headers["X-Forwarded-For"].ToString());
        return $"{request.HttpContext.Connection.RemoteIpAddress} {forwarded} {externalUrl}";
    }

    private async Task<WebhookAnswer> TakeAsync(HttpContext context, string source, BotOptions options)
    {
        var (body, problem) = await bodies.ReadAsync(context.Request, options.Server.MaxBodyBytes, context.RequestAborted);
        if (problem == BodyProblem.TooLarge)
        {
            return new WebhookAnswer.Refused(source, StatusCodes.Status413PayloadTooLarge,
                $"the body is larger than {options.Server.MaxBodyBytes} bytes: set max_alerts in the receiver, or raise server.max_body_bytes");
        }

        if (problem == BodyProblem.Overloaded)
        {
            metrics.Overload();
            return WebhookAnswer.Later(source, "too many webhooks wait for the disk: try again");
        }

        ReadResult read;
        using (body)
        {
            read = NotificationReader.Read(body.Bytes, source, options.Incidents.Ignored);
        }

        if (read.Problem is { } unreadable)
        {
            return new WebhookAnswer.Refused(source, StatusCodes.Status400BadRequest, unreadable.ToString());
        }

        // The Watchdog is a heartbeat: it is heard here, and only what is not one is stored.
        var said = read.Notification! with { Sender = SenderOf(context.Request, read.Notification.ExternalUrl) };
        if (sources.Hear(said) is { } notification && await store.ReceiveAsync(notification, context.RequestAborted))
        {
            LogNews(source, notification.Receiver, notification.Alerts.Count);
        }

        return new WebhookAnswer.Taken(source, read.Notification!.Alerts.Count)
        {
            Remarks = read.Remarks,
            Version = read.Notification.Version
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "News of {Source} for receiver {Receiver} in {Alerts} alerts, committed")]
    private partial void LogNews(string source, string receiver, int alerts);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Webhook of {Source} with {Alerts} alerts taken")]
    private partial void LogTaken(string source, int alerts);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Webhook of {Source} is odd: {Repaired} values repaired, {LeftOut} alerts left out, the first at {First}")]
    private partial void LogOdd(string source, int repaired, int leftOut, ReadProblem first);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Webhook of {Source} has version \"{Version}\", which is not known; it is read as version 4 is. This is logged once")]
    private partial void LogVersion(string source, string version);

    [LoggerMessage(Level = LogLevel.Error, Message = "A webhook of {Source} met a bug")]
    private partial void LogBug(Exception failure, string source);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook of {Source} answered {Status}: {Reason}")]
    private partial void LogNotTaken(string source, int status, string reason);
}
