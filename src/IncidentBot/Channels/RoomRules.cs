using IncidentBot.Rooms;
using IncidentBot.Settings;

namespace IncidentBot.Channels;

/// <summary>Rules for what names a place or a person in a chat: its kind is configured and its id has the vendor's form.</summary>
internal sealed class RoomRules(BotOptions options, Requirements requirements)
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
                requirements.Complain(itemPath, $"{Requirements.Quote(room.ToString())} stands twice", "each room once");
            }
            else
            {
                Check(itemPath, room.Kind, room.Id, "a room of", RoomAllowed(room), inbox: true);
            }
        }
    }

    /// <summary>Warns of rooms that are hardly the ones that were meant.</summary>
    public void WarnOfRooms(string path, List<Room> rooms)
    {
        for (var i = 0; i < rooms.Count; i++)
        {
            if (ChannelCatalog.Kind(rooms[i].Kind)?.RoomDoubt(rooms[i].Id) is { } doubt)
            {
                requirements.Warn(FormattableString.Invariant($"{path}[{i}]: {Requirements.Quote(rooms[i].ToString())}: {doubt}"));
            }
        }
    }

    public void CheckOperators(string path, List<Person> people)
    {
        for (var i = 0; i < people.Count; i++)
        {
            CheckPerson(FormattableString.Invariant($"{path}[{i}]"), people[i]);
        }
    }

    /// <summary>Somebody whom nobody else can pass for; a name that a proxy signs in is its own business.</summary>
    public void CheckPerson(string path, Person person)
    {
        if (person.Kind is not KnownPersonOptions.WebKind)
        {
            Check(path, person.Kind, person.Id, "a person in", ChannelCatalog.Kind(person.Kind ?? "")?.PersonAllowed(person.Id),
                inbox: false);
        }
    }

    public void CheckMention(string path, List<string> mention)
    {
        for (var i = 0; i < mention.Count; i++)
        {
            var itemPath = FormattableString.Invariant($"{path}[{i}]");
            var itself = requirements.Has(itemPath) ? itemPath : path;
            if (mention[i] is Everyone)
            {
                continue;
            }

            if (Person.TryParse(mention[i], out var person))
            {
                Check(itself, person.Value.Kind, person.Value.Id, "a person or group in",
                    ChannelCatalog.Kind(person.Value.Kind)?.CalleeAllowed(person.Value.Id), inbox: false);
            }
            else
            {
                requirements.Complain(itself, $"found {Requirements.Quote(mention[i])}", "everyone, or kind:id, such as slack:U024BE7LH");
            }
        }
    }

    /// <param name="allowed">What the id must be; null when it is right.</param>
    private void Check(string path, string? kind, string id, string role, string? allowed, bool inbox)
    {
        // What could not be read has its own complaint.
        if (kind is null)
        {
            return;
        }

        var kinds = ConfiguredKinds(inbox);
        if (!kinds.Contains(kind, StringComparer.Ordinal))
        {
            var known = ChannelCatalog.Kind(kind) is not null;
            requirements.Complain(
                path,
                $"found {Requirements.Quote($"{kind}:{id}")}, but {(known ? $"channels.{kind} is not configured" : "there is no such channel")}",
                kinds.Count > 0 ? $"{role} {string.Join(", ", kinds)}" : "nothing, while no channel is configured");
        }
        else if (allowed is not null)
        {
            requirements.Complain(path, $"found {Requirements.Quote($"{kind}:{id}")}", allowed);
        }
    }

    private List<string> ConfiguredKinds(bool inbox) =>
    [
        .. ChannelCatalog.Kinds.Where(kind => kind.IsConfigured(options.Channels) || requirements.Has($"channels.{kind.Name}"))
            .Select(kind => kind.Name),
        .. inbox ? [Room.Inbox.Kind] : (string[])[],
    ];

    private static string? RoomAllowed(Room room) => room.Kind is null || room == Room.Inbox ? null
        : string.Equals(room.Kind, Room.Inbox.Kind, StringComparison.Ordinal) ? Room.Inbox.ToString()
        : ChannelCatalog.Kind(room.Kind)?.RoomAllowed(room.Id);
}
