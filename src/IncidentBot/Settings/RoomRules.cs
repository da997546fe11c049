using IncidentBot.Channels;

namespace IncidentBot.Settings;

/// <summary>Rules for what names a place or a person in a chat: its kind is configured and its id has the vendor's form.</summary>
internal sealed class RoomRules(BotOptions options, SettingsBinder places)
{
    private const string Everyone = "everyone";

    public void CheckRooms(string path, List<Room> rooms)
    {
        for (var i = 0; i < rooms.Count; i++)
        {
            var itemPath = FormattableString.Invariant($"{path}[{i}]");
            var room = rooms[i];
            if (rooms.Take(i).Contains(room))
            {
                places.Complain(itemPath, $"{Complaint.Quote(room.ToString())} stands twice", "each room once");
            }
            else
            {
                Check(itemPath, room, "a room of", AllowedRoom(room), inbox: true);
            }
        }
    }

    public void CheckOperators(string path, List<Room> people)
    {
        for (var i = 0; i < people.Count; i++)
        {
            Check(FormattableString.Invariant($"{path}[{i}]"), people[i], "a person in", AllowedPerson(people[i], groups: false), inbox: false);
        }
    }

    public void CheckMention(string path, List<string> mention)
    {
        for (var i = 0; i < mention.Count; i++)
        {
            var itemPath = FormattableString.Invariant($"{path}[{i}]");
            var itself = places.Has(itemPath) ? itemPath : path;
            if (mention[i] is Everyone)
            {
                continue;
            }

            if (Room.TryParse(mention[i], out var person))
            {
                Check(itself, person.Value, "a person or group in", AllowedPerson(person.Value, groups: true), inbox: false);
            }
            else
            {
                places.Complain(itself, $"found {Complaint.Quote(mention[i])}", "everyone, or kind:id, such as slack:U024BE7LH");
            }
        }
    }

    /// <param name="allowed">What the id must be; null when it is right.</param>
    private void Check(string path, Room room, string role, string? allowed, bool inbox)
    {
        // A room that could not be read has its own complaint.
        if (room.Kind is null)
        {
            return;
        }

        var kinds = ConfiguredKinds(inbox);
        if (!kinds.Contains(room.Kind, StringComparer.Ordinal))
        {
            var known = room.Kind is "slack" or "telegram" or "matrix";
            places.Complain(
                path,
                $"found {Complaint.Quote(room.ToString())}, but {(known ? $"channels.{room.Kind} is not configured" : "there is no such channel")}",
                kinds.Count > 0 ? $"{role} {string.Join(", ", kinds)}" : "nothing, while no channel is configured");
        }
        else if (allowed is not null)
        {
            places.Complain(path, $"found {Complaint.Quote(room.ToString())}", allowed);
        }
    }

    private List<string> ConfiguredKinds(bool inbox)
    {
        var kinds = new List<string>();
        foreach (var (kind, configured) in new[]
        {
            ("slack", options.Channels.Slack is not null),
            ("telegram", options.Channels.Telegram is not null),
            ("matrix", options.Channels.Matrix is not null),
            ("inbox", inbox),
        })
        {
            if (configured || places.Has($"channels.{kind}"))
            {
                kinds.Add(kind);
            }
        }

        return kinds;
    }

    private static string? AllowedRoom(Room room) => room.Kind switch
    {
        // chat.update takes ids only, never names.
        "slack" => IsSlackId(room.Id, "CGD")
            ? null
            : "slack: and the id of a channel, such as slack:C024BE91L (in Slack: channel details, at the end); not its name",
        "telegram" => IsNumber(room.Id) || IsTelegramName(room.Id)
            ? null
            : "telegram: and the number of a chat, such as telegram:-1001234567890, or telegram:@name",
        "matrix" => room.Id.StartsWith('!') && IsPlain(room.Id)
            ? null
            : "matrix: and the id of a room, such as matrix:!abc:example.org (it begins with !; an alias with # is not one)",
        "inbox" => room == Room.Inbox ? null : "inbox:web",
        _ => null,
    };

    private static string? AllowedPerson(Room person, bool groups) => person.Kind switch
    {
        "slack" => IsSlackId(person.Id, groups ? "UWS" : "UW") ? null : groups
            ? "slack: and the id of a member or group, such as slack:U024BE7LH"
            : "slack: and the id of a member, such as slack:U024BE7LH",
        "telegram" => IsNumber(person.Id) && person.Id[0] != '-' ? null : "telegram: and the number of a user, such as telegram:12345",
        "matrix" => person.Id.StartsWith('@') && person.Id.Contains(':', StringComparison.Ordinal) && IsPlain(person.Id)
            ? null
            : "matrix: and the id of a user, such as matrix:@me:example.org",
        _ => null,
    };

    private static bool IsSlackId(string id, string first) =>
        id.Length is > 1 and <= 32 && first.Contains(id[0], StringComparison.Ordinal)
            && id.All(character => char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character));

    private static bool IsTelegramName(string id) =>
        id.Length is > 1 and <= 65 && id[0] == '@' && id.Skip(1).All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    private static bool IsNumber(string id)
    {
        var digits = id.StartsWith('-') ? id[1..] : id;
        return digits.Length is > 0 and <= 18 && digits.All(char.IsAsciiDigit);
    }

    private static bool IsPlain(string id) => id.Length is > 1 and <= 255
            && !id.Any(character => char.IsControl(character) || char.IsWhiteSpace(character));
}
