using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Storage.Sqlite;

/// <summary>Writes what an incident's posts want to show, and which of them are refused. Used by the committing thread alone.</summary>
internal sealed class SqlitePosts(SqliteLedger ledger, SqliteTables tables)
{
    public SqliteRooms Rooms { get; } = new(tables);

    public SqliteStorms Storms { get; } = new(tables);

    /// <summary>
    /// Makes every post of an incident want its newest version as its lanes want it now, and adds those that its rooms lack while it
    /// fires and nothing explains it.
    /// </summary>
    /// <param name="history">The latest line for threads that the change brought; 0 for none.</param>
    /// <param name="begins">Digests tell of it as of something that begins now.</param>
    public List<Post> Want(IReadOnlyList<Post> known, Incident incident, Routing routing, long history, bool begins)
    {
        var places = incident.FiringCount > 0 ? Places(routing, incident) : [];
        var posts = new List<Post>(known.Count);
        foreach (var post in known)
        {
            if (post is { MessageId: null, Intent: null } && (incident.Inhibition is not null || (IsSettled(post) && incident.Status != IncidentStatus.Resolved)))
            {
                // It was about to be announced, and now there is no need; or there was none, and now it is announced as what is new.
                Drop(post);
            }
            else
            {
                posts.Add(Update(post, incident, places.Find(place => place.Room == post.Room), routing, history));
            }
        }

        if (incident is { Status: IncidentStatus.Firing, Inhibition: null })
        {
            foreach (var place in places.Where(place => place.Room != Room.Inbox && !posts.Exists(post => post.Room == place.Room)).ToList())
            {
                if (place.Lane.Digest is not null && place.Step == 0)
                {
                    LeaveToDigest(incident, place, begins);
                }
                else
                {
                    posts.Add(Create(incident, place, history));
                }
            }
        }

        return posts;
    }

    /// <summary>Marks everything that waits for a room as refused with it.</summary>
    public void Refuse(Room room, string? reason) => tables.Execute(
        "UPDATE posts SET refused = 1, reason = $1 WHERE room = $0 AND (shown < wanted OR told < history)", room.ToString(), reason);

    /// <summary>Whether it was never announced, and need not be any more: its incident ended in a storm.</summary>
    private static bool IsSettled(Post post) => post is { MessageId: null, Intent: null, NeedsWork: false };

    private static bool IsCalled(Incident incident) =>
        incident.Status != IncidentStatus.Resolved && incident.Escalation is { Acknowledged: null } call && (call.Escalated > 0 || call.RemindedAt is not null);

    /// <summary>Takes back a post that there is no need to announce as it is.</summary>
    private void Drop(Post post)
    {
        Storms.Changed(post.Summary);
        tables.Execute("DELETE FROM posts WHERE id = $0", post.Id);
        ledger.Wants(post with { Shown = post.Wanted });
    }

    /// <param name="place">Null when the incident is not shown in its room by any lane any more, or is over: it stays what it was.</param>
    private Post Update(Post post, Incident incident, Place? place, Routing routing, long history)
    {
        var now = ledger.Now;
        var lane = place?.Lane ?? routing.Follow(post.Lane);
        var isNews = post.Wanted != incident.Version || history > post.History;
        var wants = post with
        {
            Lane = lane.Name,
            Step = place?.Step ?? post.Step,
            Wanted = incident.Version,
            History = Math.Max(history, post.History),
            WantedSince = isNews && !post.NeedsWork ? now : post.WantedSince,
            Urgent = lane.IsUrgent(incident.Severity),
            Called = IsCalled(incident),
            Over = incident.Status == IncidentStatus.Resolved,
            Refused = post.Refused || Rooms.WhyRefused(post.Room) is not null,
            Reason = post.Reason ?? Rooms.WhyRefused(post.Room),
        };
        wants = IsSettled(post) || lane.WasHeldToTheEnd(wants, now) ? wants with { Shown = wants.Wanted, Told = wants.History, ShownAt = now } : wants;
        if (wants == post)
        {
            return post;
        }

        Storms.Changed(post.Summary);
        return tables.Write(wants);
    }

    private void LeaveToDigest(Incident incident, Place place, bool begins) => tables.Execute(
        "INSERT INTO digested (room, lane, incident, since) VALUES ($0, $1, $2, $3) ON CONFLICT DO "
        + (begins ? "UPDATE SET since = excluded.since" : "NOTHING"),
        place.Room.ToString(), place.Lane.Name, incident.Number, Stored.Time(ledger.Now));

    private Post Create(Incident incident, Place place, long history)
    {
        // A new message shows all there is: of what came before its thread is told nothing.
        var latest = incident.Version > 1 ? tables.LatestLine(incident.Number) : history;
        var refused = Rooms.WhyRefused(place.Room);
        return tables.Write(new Post(0, incident.Number, place.Room, place.Lane.Name, incident.Version, 0, null, null, latest, 0,
            refused, refused is not null, 0, null, 0, ledger.Now, null)
        {
            Urgent = place.Lane.IsUrgent(incident.Severity),
            Called = IsCalled(incident),
            Summary = Storms.In(place.Room),
            Step = place.Step,
        });
    }

    /// <summary>
    /// Where an incident is shown, as rooms are called now: in those of its lanes, a room in several lanes being the most urgent
    /// one's that does not leave incidents to its digest, and in those of the steps of escalation that were taken.
    /// </summary>
    private List<Place> Places(Routing routing, Incident incident)
    {
        var places = new List<Place>();
        foreach (var lane in routing.Lanes.OrderBy(lane => lane.Digest is not null))
        {
            Add(lane.Rooms, lane, 0);
        }

        foreach (var (index, step) in routing.Lane.Steps(incident).Take(incident.Escalation.Escalated).Index())
        {
            Add(step.Rooms, routing.Lane, index + 1);
        }

        return places;

        void Add(IReadOnlyList<Room> rooms, Lane lane, int step)
        {
            foreach (var room in rooms.Select(Rooms.Now).Where(room => !places.Exists(place => place.Room == room)))
            {
                places.Add(new Place(room, lane, step));
            }
        }
    }

    /// <summary>A room that shows an incident, by which lane, and by which step of escalation; 0 for the lane's own rooms.</summary>
    private sealed record Place(Room Room, Lane Lane, int Step);
}
