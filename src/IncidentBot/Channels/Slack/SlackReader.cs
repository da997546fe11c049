using System.Globalization;
using System.Text.RegularExpressions;
using IncidentBot.Rooms;

namespace IncidentBot.Channels.Slack;

/// <summary>
/// Reads what Slack sends as requests to the bot. Pure: the same payload is the same request. Null is what is no request: talk among
/// people, edits, bots, and what this program itself wrote.
/// </summary>
internal static partial class SlackReader
{
    /// <summary>A message or a mention. Slack sends a mention as both, with one id.</summary>
    /// <param name="refused">Why it is not taken, where that is worth counting.</param>
    public static ChatRequest? Read(SlackEventBody body, DateTimeOffset now, out DoorRefusal? refused)
    {
        refused = null;
        if (body.Event is not { Type: "message" or "app_mention", Channel: { Length: > 0 } channel, Ts: { Length: > 0 } ts } said)
        {
            return null;
        }

        var own = body.Authorizations?.Find(one => one is { UserId.Length: > 0, IsBot: not false })?.UserId;
        if (said.Subtype is not null || said.BotId is not null || said.User is not { Length: > 0 } user
            || string.Equals(user, own, StringComparison.Ordinal))
        {
            refused = said.Subtype is "message_changed" ? DoorRefusal.Edited : null;
            return null;
        }

        var mention = said.Type is "app_mention" ? own ?? FirstMention(said.Text) : own;
        var isMentioned = said.Type is "app_mention"
            || (own is not null && said.Text?.Contains($"<@{own}", StringComparison.Ordinal) == true);
        var thread = string.Equals(said.ThreadTs, ts, StringComparison.Ordinal) ? null : said.ThreadTs;
        var isPrivate = IsPrivate(channel);
        if (!isMentioned && thread is null && !isPrivate)
        {
            return null;
        }

        return new ChatRequest
        {
            Room = RoomOf(channel, user),
            Id = $"{channel}:{ts}",
            By = new Person(SlackChannel.Name, user),
            Input = new ChatInput.Said(Words(said.Text ?? "", mention)),
            MessageId = thread is null ? null : new SlackMessageId(channel, thread).In(RoomOf(channel, user)),
            Thread = new SlackThread(channel, thread ?? (isPrivate ? "" : ts)).ToString(),
            IsPrivate = isPrivate,
            IsAddressed = isMentioned || isPrivate,
            SaidAt = Time(ts) ?? now,
        };
    }

    /// <summary>A button; the request is null for one that only leads somewhere.</summary>
    public static ChatRequest? Read(SlackInteraction press, DateTimeOffset now)
    {
        var channel = press.Channel?.Id ?? press.Container?.ChannelId;
        if (press is not { Type: "block_actions", User.Id: { Length: > 0 } user, Actions: [{ } action, ..] } || string.IsNullOrEmpty(channel)
            || (action.SelectedOption?.Value ?? action.Value) is not { } data)
        {
            return null;
        }

        var message = press.Container?.MessageTs;
        var thread = press.Container?.ThreadTs ?? message;
        return new ChatRequest
        {
            Room = RoomOf(channel, user),
            Id = $"press:{press.TriggerId ?? $"{channel}:{user}:{action.ActionTs}"}",
            By = new Person(SlackChannel.Name, user),
            ByName = press.User.Name ?? press.User.Username ?? "",
            Input = new ChatInput.Pressed(ButtonPress.TryParse(data, out var read) ? read : new ButtonPress(ButtonAction.Unknown)),
            MessageId = message is null ? null : new SlackMessageId(channel, message).In(RoomOf(channel, user)),
            Thread = new SlackThread(channel, thread ?? "").ToString(),
            IsPrivate = IsPrivate(channel),
            SaidAt = now,
        };
    }

    /// <summary>A slash command. It cannot be given in a thread.</summary>
    public static ChatRequest? Read(SlackCommand command, DateTimeOffset now)
    {
        if (command is not { ChannelId: { Length: > 0 } channel, UserId: { Length: > 0 } user, TriggerId: { Length: > 0 } trigger })
        {
            return null;
        }

        return new ChatRequest
        {
            Room = RoomOf(channel, user),
            Id = $"slash:{trigger}",
            By = new Person(SlackChannel.Name, user),
            ByName = command.UserName ?? "",
            Input = new ChatInput.Said(Words(command.Text ?? "", mention: null)),
            Thread = new SlackThread(channel, "").ToString(),
            IsPrivate = IsPrivate(channel),
            SaidAt = now,
        };
    }

    /// <summary>
    /// What a person typed: Slack escapes three characters and puts addresses, people and channels in angle brackets.
    /// https://docs.slack.dev/messaging/formatting-message-text
    /// </summary>
    public static string Words(string text, string? mention)
    {
        var words = Bracketed().Replace(text, match =>
        {
            var (target, label) = (match.Groups["target"].Value, match.Groups["label"]);
            return mention is not null && string.Equals(target, $"@{mention}", StringComparison.Ordinal) ? " "
                : label.Success ? label.Value
                : target.StartsWith("mailto:", StringComparison.Ordinal) ? target["mailto:".Length..]
                : target.TrimStart('!');
        });
        return words.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal).Trim(' ', ':', ',', '\n', '\t', '\u00A0');
    }

    private static string? FirstMention(string? text) =>
        Bracketed().Match(text ?? "") is { Success: true } match && match.Groups["target"].Value is ['@', .. var id] ? id : null;

    /// <summary>A room of one person is named by the person, as where posts to them are sent.</summary>
    private static Room RoomOf(string channel, string user) => new(SlackChannel.Name, IsPrivate(channel) ? user : channel);

    private static bool IsPrivate(string channel) => channel.StartsWith('D');

    private static DateTimeOffset? Time(string ts) =>
        decimal.TryParse(ts, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 100_000_000_000m
            ? DateTimeOffset.UnixEpoch.AddMilliseconds((double)(seconds * 1000)) : null;

    [GeneratedRegex("<(?<target>[^<>|]*)(?:\\|(?<label>[^<>]*))?>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Bracketed();
}
