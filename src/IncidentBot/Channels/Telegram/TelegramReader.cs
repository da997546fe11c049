using System.Globalization;
using IncidentBot.Rooms;

namespace IncidentBot.Channels.Telegram;

/// <summary>The bot itself, as Telegram knows it.</summary>
internal sealed record TelegramSelf(long Id, string Username);

/// <summary>
/// Reads updates of Telegram as requests to the bot. Pure. Null is what is no request: talk among people, edits, bots, words of others
/// that somebody forwards, commands to another bot.
/// </summary>
internal static class TelegramReader
{
    /// <param name="refused">Why it is not taken, where that is worth counting.</param>
    public static ChatRequest? Read(TelegramUpdate update, TelegramSelf self, DateTimeOffset now, out DoorRefusal? refused)
    {
        refused = update.EditedMessage is null ? null : DoorRefusal.Edited;
        return update.CallbackQuery is { } press ? Read(press, now)
            : update.Message is { } message ? Read(message, self, now)
            : null;
    }

    private static ChatRequest? Read(TelegramMessage message, TelegramSelf self, DateTimeOffset now)
    {
        if (message is not { Chat: { } chat, From: { IsBot: not true } from, Text: { Length: > 0 } text, ForwardOrigin: null })
        {
            return null;
        }

        var isPrivate = chat.Id > 0;
        var reply = message.ReplyToMessage is { From: { } author } to && author.Id == self.Id ? to : null;
        if (Words(text, self, isPrivate, out var isAddressed) is not { } words || (!isAddressed && reply is null))
        {
            return null;
        }

        var topic = message.IsTopicMessage == true ? message.MessageThreadId : null;
        return new ChatRequest
        {
            Room = RoomOf(chat.Id, topic),
            Id = string.Create(CultureInfo.InvariantCulture, $"{chat.Id}:{message.MessageId}"),
            By = Of(from),
            ByName = Name(from),
            Input = new ChatInput.Said(words),
            MessageId = reply?.MessageId.ToString(CultureInfo.InvariantCulture),
            Thread = new TelegramThread(chat.Id, topic, message.MessageId).ToString(),
            IsPrivate = isPrivate,
            IsAddressed = isAddressed,
            SaidAt = message.Date > 0 ? DateTimeOffset.FromUnixTimeSeconds(Math.Min(message.Date, int.MaxValue)) : now,
        };
    }

    /// <summary>What counts is the data; the message may be one that Telegram does not show any more.</summary>
    private static ChatRequest? Read(TelegramPress press, DateTimeOffset now)
    {
        if (press is not { Id: { Length: > 0 } id, From: { } from, Message: { Chat: { } chat } message })
        {
            return null;
        }

        var topic = message.IsTopicMessage == true ? message.MessageThreadId : null;
        return new ChatRequest
        {
            Room = RoomOf(chat.Id, topic),
            Id = $"press:{id}",
            By = Of(from),
            ByName = Name(from),
            Input = new ChatInput.Pressed(ButtonPress.TryParse(press.Data, out var read) ? read : new ButtonPress(ButtonAction.Unknown)),
            MessageId = message.MessageId.ToString(CultureInfo.InvariantCulture),
            Thread = new TelegramThread(chat.Id, topic, message.MessageId).ToString(),
            IsPrivate = chat.Id > 0,
            SaidAt = now,
        };
    }

    /// <summary>The words without what addressed the bot; null for a command to another bot.</summary>
    private static string? Words(string text, TelegramSelf self, bool isPrivate, out bool isAddressed)
    {
        text = text.Trim();
        isAddressed = isPrivate;
        if (text.StartsWith('/'))
        {
            var end = text.AsSpan().IndexOfAny(' ', '\n', '\t');
            var (command, rest) = end < 0 ? (text[1..], "") : (text[1..end], text[end..]);
            var at = command.IndexOf('@', StringComparison.Ordinal);
            if (at >= 0 && !command.AsSpan(at + 1).Equals(self.Username, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            isAddressed = true;
            return (at < 0 ? command : command[..at]) + rest;
        }

        var mention = $"@{self.Username}";
        if (self.Username.Length > 0 && text.StartsWith(mention, StringComparison.OrdinalIgnoreCase)
            && (text.Length == mention.Length || !(char.IsAsciiLetterOrDigit(text[mention.Length]) || text[mention.Length] == '_')))
        {
            isAddressed = true;
            return text[mention.Length..].TrimStart(' ', ':', ',', '\n', '\t');
        }

        return text;
    }

    private static Room RoomOf(long chat, int? topic) => new(TelegramChannel.Name,
        topic is { } number ? string.Create(CultureInfo.InvariantCulture, $"{chat}/{number}") : chat.ToString(CultureInfo.InvariantCulture));

    private static Person Of(TelegramUser user) => new(TelegramChannel.Name, user.Id.ToString(CultureInfo.InvariantCulture));

    private static string Name(TelegramUser user) => $"{user.FirstName} {user.LastName}".Trim() is { Length: > 0 } name ? name : user.Username ?? "";
}

/// <summary>Where an answer is put: a chat, one of its topics, and the message that is answered.</summary>
internal readonly record struct TelegramThread(long Chat, int? Topic, int Message)
{
    /// <summary>Null of what this program did not write.</summary>
    public static TelegramThread? Parse(string text) =>
        text.Split('/') is [var chat, var topic, var message]
        && long.TryParse(chat, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && int.TryParse(message, NumberStyles.None, CultureInfo.InvariantCulture, out var answered)
            ? new TelegramThread(number, int.TryParse(topic, NumberStyles.None, CultureInfo.InvariantCulture, out var one) ? one : null,
                answered)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Chat}/{Topic}/{Message}");
}
