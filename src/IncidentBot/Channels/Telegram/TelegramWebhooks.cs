using System.Text.Json;
using IncidentBot.Server;
using IncidentBot.Settings;

namespace IncidentBot.Channels.Telegram;

/// <summary>
/// <c>POST /webhooks/telegram</c>: what Telegram sends to a public address. The secret is compared before anything is parsed. What
/// cannot be
/// written down now Telegram is asked to send again.
/// </summary>
internal sealed class TelegramWebhooks(CurrentSettings settings, ChatDoor door, TelegramHook hook, TimeProvider clock)
{
    private const int MostBytes = 256 * 1024;
    private const string Secret = "X-Telegram-Bot-Api-Secret-Token";
    private const string WrongSecret = "secret";
    private static readonly TimeSpan BodyWithin = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/webhooks/telegram", (HttpContext context, TelegramWebhooks telegram) => telegram.AnswerAsync(context));

    private async Task<IResult> AnswerAsync(HttpContext context)
    {
        if (settings.Value.Channels.Telegram is not { Mode: "webhook", SecretToken: { } secret })
        {
            return Results.NotFound();
        }

        var shown = context.Request.Headers[Secret];
        if (shown is not [{ Length: > 0 } token])
        {
            return Refuse(DoorRefusal.Unsigned, StatusCodes.Status401Unauthorized);
        }

        if (!secret.Is(token))
        {
            door.Listening.Remark(TelegramChannel.Name, WrongSecret, "A request to /webhooks/telegram came with another secret, and was not taken. "
                + "If it is Telegram's, the webhook was set with another channels.telegram.secret_token; IncidentBot sets it anew at its next start.");
            return Refuse(DoorRefusal.WrongSecret, StatusCodes.Status401Unauthorized);
        }

        using var slow = new CancellationTokenSource(BodyWithin, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, slow.Token);
        if (await RawBody.ReadAsync(context, MostBytes, stop.Token) is not { } body)
        {
            return Refuse(DoorRefusal.TooLarge, StatusCodes.Status413PayloadTooLarge);
        }

        door.Listening.Heard(TelegramChannel.Name);
        door.Listening.Mended(TelegramChannel.Name, WrongSecret);
        return await TakeAsync(context, body);
    }

    private async Task<IResult> TakeAsync(HttpContext context, byte[] body)
    {
        DoorRefusal? refused = null;
        ChatRequest? request;
        try
        {
            var update = JsonSerializer.Deserialize(body, TelegramInboundJson.Default.TelegramUpdate);
            if (hook.Self is not { } self)
            {
                return Later(context);
            }

            request = update is null ? null : TelegramReader.Read(update, self, clock.GetUtcNow(), out refused);
        }
        catch (JsonException)
        {
            // An error would have Telegram send it again for a day.
            (request, refused) = (null, DoorRefusal.Unreadable);
        }

        if (refused is { } reason)
        {
            door.Listening.Refused(TelegramChannel.Name, reason);
        }

        var live = request?.Input is ChatInput.Pressed ? request.Id["press:".Length..] : "";
        return request is null || await door.TakeAsync(request, live, CancellationToken.None) != DoorEnd.NotTaken ? Results.Ok()
            : Later(context);
    }

    /// <summary>Telegram obeys the header. (telegram-bot-api, WebhookActor)</summary>
    private static IResult Later(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "2";
        return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }

    private IResult Refuse(DoorRefusal reason, int status)
    {
        door.Listening.Refused(TelegramChannel.Name, reason);
        return Results.StatusCode(status);
    }
}
