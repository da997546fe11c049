using IncidentBot.Settings;

namespace IncidentBot.Channels.Slack;

/// <summary>
/// Slack as settings know it: rooms and people by their ids, never by their names, which <c>chat.update</c> does not take.
/// </summary>
internal sealed class SlackKind() : ChannelKind<SlackOptions>(SlackChannel.Name)
{
    public override string? RoomAllowed(string id) => IsId(id, "CGDUW") ? null
        : "slack: and the id of a channel, such as slack:C024BE91L (in Slack: channel details, at the end), or of a person; not its name";

    /// <summary>
    /// The channel: the address of a message has the workspace's name in it. https://docs.slack.dev/interactivity/deep-linking
    /// </summary>
    public override Uri? Link(string id, string message) => IsId(id, "CG")
        ? new Uri($"https://slack.com/app_redirect?channel={id}") : null;

    public override string? CalleeAllowed(string id) => IsId(id, "UWS") ? null
        : "slack: and the id of a member or group, such as slack:U024BE7LH";

    public override string? PersonAllowed(string id) => IsId(id, "UW") ? null : "slack: and the id of a member, such as slack:U024BE7LH";

    protected override IChannel Make(SlackOptions options, IHttpClientFactory http, TimeProvider time) =>
        new SlackChannel(options, http, time);

    public override string WhyNoPress(ChannelOptions options) => options.Slack?.AppToken is not null
        ? "Is Interactivity switched on in the app (in Slack: Interactivity & Shortcuts), and is app_token of the same app as bot_token?"
        : "Is Interactivity switched on in the app, with the Request URL <external_url>/webhooks/slack/interactions? /deliveries says whether "
            + "requests come with a wrong signature.";

    protected override bool Hears(SlackOptions options) => options.Hears();

    protected override IChatVoice MakeVoice(SlackOptions options, IHttpClientFactory http, TimeProvider time) =>
        new SlackVoice(options, http, time);

    protected override void Check(SlackOptions options, string path, Requirements requirements)
    {
        requirements.Require($"{path}.bot_token", options.BotToken);
        requirements.RequireTimeout($"{path}.timeout", options.Timeout);
    }

    protected override void Warn(SlackOptions options, string path, Requirements requirements)
    {
        if (options.BotToken?.Reveal().TrimStart('"', '\'').StartsWith("xapp-", StringComparison.Ordinal) ?? false)
        {
            requirements.Warn($"{requirements.SecretPath($"{path}.bot_token")}: this is an app-level token (xapp-…), with which nothing can be posted; "
                + "the bot's own begins with xoxb- (in Slack: OAuth & Permissions)");
        }
    }

    private static bool IsId(string id, string first) => id.Length is > 1 and <= 32 && first.Contains(id[0], StringComparison.Ordinal)
        && id.All(character => char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character));
}
