using System.Text;
using System.Text.Json;
using IncidentBot.Server;
using IncidentBot.Settings;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace IncidentBot.Channels.Slack;

/// <summary>
/// <c>POST /webhooks/slack/commands</c>, <c>/interactions</c> and <c>/events</c>: what Slack sends to a public address. Nothing is parsed
/// before the signature over the raw bytes is right, and every answer comes within the three seconds that Slack waits.
/// </summary>
internal sealed class SlackWebhooks(CurrentSettings settings, ChatDoor door, TimeProvider clock)
{
    /// <summary>Slack sends the whole message along with a press.</summary>
    private const int MostBytes = 256 * 1024;

    /// <summary>The remark that nothing has come yet.</summary>
    public const string NoUrl = "url";

    private const string WrongSecret = "secret";
    private const string NotTaken = "It could not be written down, so nothing was done. Say it again in a moment.";

    /// <summary>A body that takes longer is not Slack's.</summary>
    private static readonly TimeSpan BodyWithin = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/webhooks/slack/commands", (HttpContext context, SlackWebhooks slack) => slack.AnswerAsync(context, slack.CommandAsync));
        routes.MapPost("/webhooks/slack/interactions", (HttpContext context, SlackWebhooks slack) => slack.AnswerAsync(context, slack.PressAsync));
        routes.MapPost("/webhooks/slack/events", (HttpContext context, SlackWebhooks slack) => slack.AnswerAsync(context, slack.EventAsync));
    }

    private async Task<IResult> AnswerAsync(HttpContext context, Func<byte[], CancellationToken, Task<IResult>> take)
    {
        if (settings.Value.Channels.Slack?.SigningSecret is not { } secret)
        {
            return Results.NotFound();
        }

        using var slow = new CancellationTokenSource(BodyWithin, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, slow.Token);
        if (await RawBody.ReadAsync(context, MostBytes, stop.Token) is not { } body)
        {
            return Refuse(DoorRefusal.TooLarge, StatusCodes.Status413PayloadTooLarge);
        }

        var headers = context.Request.Headers;
        switch (SlackSignature.Check(secret, headers["X-Slack-Request-Timestamp"].ToString(), headers["X-Slack-Signature"].ToString(), body,
            clock.GetUtcNow()))
        {
            case SlackSigned.Unsigned:
                return Refuse(DoorRefusal.Unsigned, StatusCodes.Status401Unauthorized);
            case SlackSigned.TooOld:
                return Refuse(DoorRefusal.Replayed, StatusCodes.Status401Unauthorized);
            case SlackSigned.Wrong:
                door.Listening.Remark(SlackChannel.Name, WrongSecret, "A request to /webhooks/slack/ was signed with another secret, and was "
                    + "not taken. If it is Slack's, channels.slack.signing_secret is not that of the app (in Slack: Basic Information, Signing Secret).");
                return Refuse(DoorRefusal.WrongSecret, StatusCodes.Status401Unauthorized);
        }

        door.Listening.Heard(SlackChannel.Name);
        door.Listening.Mended(SlackChannel.Name, WrongSecret);
        door.Listening.Mended(SlackChannel.Name, NoUrl);
        try
        {
            return await take(body, CancellationToken.None);
        }
        catch (Exception failure) when (failure is JsonException or InvalidDataException or DecoderFallbackException)
        {
            return Refuse(DoorRefusal.Unreadable, StatusCodes.Status400BadRequest);
        }
    }

    private async Task<IResult> CommandAsync(byte[] body, CancellationToken cancellationToken)
    {
        var form = Form(body);
        var command = new SlackCommand(form("command"), form("text"), form("user_id"), form("user_name"), form("channel_id"),
            form("trigger_id"), form("response_url"));
        return SlackReader.Read(command, clock.GetUtcNow()) is not { } request ? Refuse(DoorRefusal.Unreadable,
            StatusCodes.Status400BadRequest)
            : await door.TakeAsync(request, command.ResponseUrl ?? "", cancellationToken) != DoorEnd.NotTaken ? Results.Ok()
            : Results.Json(new SlackNotice("ephemeral", NotTaken), SlackInboundJson.Default.SlackNotice);
    }

    private async Task<IResult> PressAsync(byte[] body, CancellationToken cancellationToken)
    {
        var press = JsonSerializer.Deserialize(Form(body)("payload") ?? "", SlackInboundJson.Default.SlackInteraction);
        return press is null ? Refuse(DoorRefusal.Unreadable, StatusCodes.Status400BadRequest)
            : SlackReader.Read(press, clock.GetUtcNow()) is not { } request ? Results.Ok()
            : After(await door.TakeAsync(request, press.ResponseUrl ?? "", cancellationToken));
    }

    private async Task<IResult> EventAsync(byte[] body, CancellationToken cancellationToken)
    {
        var told = JsonSerializer.Deserialize(body, SlackInboundJson.Default.SlackEventBody);
        if (told is { Type: "url_verification", Challenge: { } challenge })
        {
            return Results.Text(challenge);
        }

        DoorRefusal? refused = null;
        var request = told is null ? null : SlackReader.Read(told, clock.GetUtcNow(), out refused);
        if (refused is { } reason)
        {
            door.Listening.Refused(SlackChannel.Name, reason);
        }

        return request is null ? Results.Ok() : After(await door.TakeAsync(request, "", cancellationToken));
    }

    /// <summary>Slack repeats an event after 503, and shows a sign of warning beside a button.</summary>
    private static IResult After(DoorEnd end) =>
        end == DoorEnd.NotTaken ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable) : Results.Ok();

    private IResult Refuse(DoorRefusal reason, int status)
    {
        door.Listening.Refused(SlackChannel.Name, reason);
        return Results.StatusCode(status);
    }

    /// <summary>The fields of a form; one that stands twice is none.</summary>
    private static Func<string, string?> Form(byte[] body)
    {
        var fields = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (var field in new QueryStringEnumerable(new string(Encoding.UTF8.GetChars(body))))
        {
            var name = field.DecodeName().ToString();
            fields[name] = StringValues.Concat(fields.GetValueOrDefault(name), field.DecodeValue().ToString());
        }

        return name => fields.GetValueOrDefault(name) is { Count: 1 } value ? value[0] : null;
    }
}
