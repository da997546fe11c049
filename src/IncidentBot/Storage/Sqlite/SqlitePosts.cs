using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Lanes;

namespace IncidentBot.Storage.Sqlite;

/// <summary>Writes what an incident's posts want to show, and which of them are refused. Used by the committing thread alone.</summary>
internal sealed class SqlitePosts(SqliteTables tables, TimeProvider clock)
{
    public SqliteRooms Rooms { get; } = new(tables);

    /// <summary>Makes every post of an incident want its newest version, and adds those that its lane's rooms lack while it fires.</summary>
    public List<Post> Want(IReadOnlyList<Post> known, Incident incident, Lane lane, long history)
    {
        var now = clock.GetUtcNow();
        var posts = new List<Post>(known.Count);
        foreach (var post in known)
        {
            posts.Add(tables.Write(post with
            {
                Lane = lane.Name,
                Wanted = incident.Version,
                History = Math.Max(history, post.History),
                WantedSince = post.NeedsWork ? post.WantedSince : now,
                Refused = post.Refused || Rooms.WhyRefused(post.Room) is not null,
                Reason = post.Reason ?? Rooms.WhyRefused(post.Room),
            }));
        }

        if (incident.Status == IncidentStatus.Firing)
        {
            foreach (var room in lane.Rooms.Select(Rooms.Now))
            {
                if (room != Room.Inbox && !posts.Exists(post => post.Room == room))
                {
                    // A new message shows all there is: of what came before its thread is told nothing.
                    var latest = incident.Version > 1 ? tables.LatestLine(incident.Number) : history;
                    var refused = Rooms.WhyRefused(room);
                    posts.Add(tables.Write(new Post(
                        0, incident.Number, room, lane.Name, incident.Version, 0, null, null, latest, 0, refused, refused is not null, 0, null, 0, now, null)));
                }
            }
        }

        return posts;
    }

    /// <summary>Marks everything that waits for a room as refused with it.</summary>
    public void Refuse(Room room, string? reason) => tables.Execute(
        "UPDATE posts SET refused = 1, reason = $1 WHERE room = $0 AND (shown < wanted OR told < history)", room.ToString(), reason);
}
