using IncidentBot.Rooms;

namespace IncidentBot.Channels.Slack;

/// <summary>
/// A message's channel and timestamp. The channel is kept only where Slack answers with another than the room's: a message to
/// a person lands in a channel of its own (<c>D…</c>), and can be edited only there.
/// </summary>
internal readonly record struct SlackMessageId(string Channel, string Ts)
{
    public static SlackMessageId Parse(string id, Room room)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new SlackMessageId(room.Id, id) : new SlackMessageId(id[..slash], id[(slash + 1)..]);
    }

    /// <summary>As it is remembered for a post of a room.</summary>
    public string In(Room room) => string.Equals(Channel, room.Id, StringComparison.Ordinal) ? Ts : $"{Channel}/{Ts}";
}
