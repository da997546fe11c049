using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Lanes;

namespace IncidentBot.Storage.Sqlite;

/// <summary>Writes what an incident's posts want to show, and which of them are refused. Used by the committing thread alone.</summary>
internal sealed class SqlitePosts(SqliteLedger ledger, SqliteTables tables, TimeProvider clock)
{
    public SqliteRooms Rooms { get; } = new(tables);

    public SqliteStorms Storms { get; } = new(tables);

    /// <summary>Makes every post of an incident want its newest version, and adds those that its rooms lack while it fires and nothing explains it.</summary>
    public List<Post> Want(IReadOnlyList<Post> known, Incident incident, Routing routing, long history)
    {
        var now = clock.GetUtcNow();
        var urgent = incident.Severity.IsUrgent;
        var over = incident.Status == IncidentStatus.Resolved;
        var called = !over && incident.Call is { Acknowledged: null } call && (call.Escalated > 0 || call.RemindedAt is not null);
        var places = Places(routing, incident);
        var posts = new List<Post>(known.Count);
        foreach (var post in known)
        {
            Storms.Changed(post.Summary);
            var isSettled = post is { MessageId: null, Intent: null, NeedsWork: false };
            if (post is { MessageId: null, Intent: null } && (incident.Inhibition is not null || (isSettled && !over)))
            {
                // It was about to be announced, and now there is no need; or there was none, and now it is announced as what is new.
                tables.Execute("DELETE FROM posts WHERE id = $0", post.Id);
                ledger.Wants(post with { Shown = post.Wanted });
                continue;
            }

            var lane = (incident.FiringCount > 0 ? places.Find(place => place.Room == post.Room).Lane : null) ?? routing.Follow(post);
            var wants = post with
            {
                Lane = lane.Name,
                Wanted = incident.Version,
                History = Math.Max(history, post.History),
                WantedSince = post.NeedsWork ? post.WantedSince : now,
                Urgent = urgent,
                Called = called,
                Over = over,
                Refused = post.Refused || Rooms.WhyRefused(post.Room) is not null,
                Reason = post.Reason ?? Rooms.WhyRefused(post.Room),
            };
            posts.Add(tables.Write(isSettled || lane.WasHeldToTheEnd(wants, now) ? wants with { Shown = wants.Wanted, Told = wants.History, ShownAt = now } : wants));
        }

        if (incident is { Status: IncidentStatus.Firing, Inhibition: null })
        {
            foreach (var (room, lane, step) in places)
            {
                if (room == Room.Inbox || posts.Exists(post => post.Room == room))
                {
                    continue;
                }

                if (lane.Digest is not null && step == 0)
                {
                    tables.Execute("INSERT OR IGNORE INTO digested (room, lane, incident) VALUES ($0, $1, $2)", room.ToString(), lane.Name, incident.Number);
                }
                else
                {
                    // A new message shows all there is: of what came before its thread is told nothing.
                    var latest = incident.Version > 1 ? tables.LatestLine(incident.Number) : history;
                    var refused = Rooms.WhyRefused(room);
                    posts.Add(tables.Write(new Post(
                        0, incident.Number, room, lane.Name, incident.Version, 0, null, null, latest, 0, refused, refused is not null, 0, null, 0, now, null)
                    {
                        Urgent = urgent,
                        Called = called,
                        Summary = Storms.In(room),
                        Step = step,
                    }));
                }
            }
        }

        return posts;
    }

    /// <summary>
    /// Where an incident is shown, as rooms are called now: in those of its lanes, a room in several lanes being the most urgent
    /// one's that does not leave incidents to its digest, and in those of the steps of escalation that were taken.
    /// </summary>
    private List<(Room Room, Lane Lane, int Step)> Places(Routing routing, Incident incident)
    {
        var places = new List<(Room Room, Lane Lane, int Step)>();
        foreach (var lane in routing.Lanes.OrderBy(lane => lane.Digest is not null))
        {
            Add(lane.Rooms, lane, 0);
        }

        foreach (var (index, step) in routing.Lane.Steps(incident).Take(incident.Call.Escalated).Index())
        {
            Add(step.Rooms, routing.Lane, index + 1);
        }

        return places;

        void Add(IReadOnlyList<Room> rooms, Lane lane, int step)
        {
            foreach (var room in rooms.Select(Rooms.Now).Where(room => !places.Exists(place => place.Room == room)))
            {
                places.Add((room, lane, step));
            }
        }
    }

    /// <summary>Marks everything that waits for a room as refused with it.</summary>
    public void Refuse(Room room, string? reason) => tables.Execute(
        "UPDATE posts SET refused = 1, reason = $1 WHERE room = $0 AND (shown < wanted OR told < history)", room.ToString(), reason);
}
