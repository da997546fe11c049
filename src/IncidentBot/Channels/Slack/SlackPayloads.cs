using System.Text.Json;
using System.Text.Json.Serialization;

namespace IncidentBot.Channels.Slack;

/// <summary>One frame of Socket Mode. https://docs.slack.dev/apis/events-api/using-socket-mode</summary>
/// <param name="Type"><c>hello</c>, <c>disconnect</c>, or what kind of payload it brings.</param>
/// <param name="Reason">Why Slack lets go of the socket.</param>
internal sealed record SlackFrame(string? Type, string? EnvelopeId, JsonElement Payload, string? Reason, int? RetryAttempt);

/// <summary>That a frame has arrived. It goes back on the socket that the frame came on.</summary>
internal sealed record SlackReceipt(string EnvelopeId, SlackNotice? Payload = null);

/// <summary>Words for the one person who used a command or a button.</summary>
/// <param name="ResponseType"><c>ephemeral</c>: nobody else sees it.</param>
/// <param name="ReplaceOriginal">False: the message with the buttons stays.</param>
internal sealed record SlackNotice(string ResponseType, string Text, bool? ReplaceOriginal = null);

/// <summary>The body of Slack's Events API. https://docs.slack.dev/apis/events-api</summary>
/// <param name="Challenge">Sent once, with <c>url_verification</c>, when somebody enters the address.</param>
internal sealed record SlackEventBody(string? Type, string? Challenge, SlackEvent? Event, List<SlackAuthorization?>? Authorizations);

/// <summary>For whom an event was sent: the bot's own user.</summary>
internal sealed record SlackAuthorization(string? UserId, bool? IsBot);

/// <summary>
/// A message that somebody wrote. https://docs.slack.dev/reference/events/message and app_mention
/// </summary>
/// <param name="Subtype">Of everything that is no new message of a person: edits, joins, bots.</param>
internal sealed record SlackEvent(
    string? Type, string? Subtype, string? User, string? BotId, string? Text, string? Ts, string? ThreadTs, string? Channel,
        string? ChannelType);

/// <summary>A button that somebody pressed. https://docs.slack.dev/reference/interaction-payloads/block_actions-payload</summary>
internal sealed record SlackInteraction(
    string? Type, string? TriggerId, string? ResponseUrl, SlackUser? User, SlackPlace? Channel, SlackContainer? Container,
        List<SlackAction?>? Actions);

/// <summary>Who pressed it.</summary>
internal sealed record SlackUser(string? Id, string? Username, string? Name);

/// <summary>Where.</summary>
internal sealed record SlackPlace(string? Id);

/// <summary>The message with the button.</summary>
internal sealed record SlackContainer(string? MessageTs, string? ThreadTs, string? ChannelId);

/// <summary>The button, or the choice of a menu.</summary>
internal sealed record SlackAction(string? ActionId, string? Value, SlackChoice? SelectedOption, string? ActionTs);

/// <summary>What was chosen.</summary>
internal sealed record SlackChoice(string? Value);

/// <summary>A slash command. https://docs.slack.dev/interactivity/implementing-slash-commands</summary>
internal sealed record SlackCommand(
    string? Command, string? Text, string? UserId, string? UserName, string? ChannelId, string? TriggerId, string? ResponseUrl);

/// <summary>How what comes from Slack is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SlackFrame))]
[JsonSerializable(typeof(SlackReceipt))]
[JsonSerializable(typeof(SlackNotice))]
[JsonSerializable(typeof(SlackEventBody))]
[JsonSerializable(typeof(SlackInteraction))]
[JsonSerializable(typeof(SlackCommand))]
internal sealed partial class SlackInboundJson : JsonSerializerContext;
