using System.Collections.Concurrent;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Delivery;

/// <summary>
/// Which rooms can be reached: when each last took something, and which refuse everything. It tells a post that waits its turn
/// in a busy room from one that nobody gets. Since the start of the program; what was before is not known.
/// </summary>
internal sealed class RoomHealth(TimeProvider clock)
{
    /// <summary>How long something critical may reach nobody.</summary>
    public static readonly TimeSpan UrgentWithin = TimeSpan.FromMinutes(5);

    /// <summary>How long anything else may: after an hour's outage of a vendor there is nothing to repair here.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromMinutes(15);

    private const int RefusalsBelieved = 3;

    private static readonly TimeSpan RefusalsBelievedAfter = TimeSpan.FromSeconds(10);

    private readonly DateTimeOffset _start = clock.GetUtcNow();
    private readonly ConcurrentDictionary<Room, DateTimeOffset> _took = new();
    private readonly ConcurrentDictionary<Room, bool> _refusing = new();
    private readonly ConcurrentDictionary<Room, (DateTimeOffset Since, int Times)> _doubted = new();

    /// <summary>A room refuses everything as far as is known.</summary>
    public bool Refuses(Room room) => _refusing.ContainsKey(room);

    /// <summary>
    /// Whether a room's refusal is to be believed. A single one, also of a token, comes from a vendor that is out of order for a moment:
    /// what was refused is tried again until the room has refused often enough, and long enough.
    /// </summary>
    public bool Believes(Room room)
    {
        var now = clock.GetUtcNow();
        var (since, times) = _doubted.AddOrUpdate(room, (now, 1),
            (_, before) => (before.Since > now ? now : before.Since, before.Times + 1));
        return Refuses(room) || (times >= RefusalsBelieved && now - since >= RefusalsBelievedAfter);
    }

    /// <summary>Learns from the end of a request.</summary>
    public void Heard(Room room, RequestEnd end)
    {
        switch (end)
        {
            case RequestEnd.Delivered:
                _took[room] = clock.GetUtcNow();
                _refusing.TryRemove(room, out _);
                _doubted.TryRemove(room, out _);
                break;
            case RequestEnd.RefusedRoom:
                _refusing[room] = true;
                break;
        }
    }

    /// <summary>
    /// Whether nobody gets a post and it is time that somebody looks: its room has taken nothing for too long, or refuses this
    /// one alone although it is critical and still burns. What quiet hours hold, or held until just now, is not meant to be got.
    /// </summary>
    public bool Misses(Post post, LaneBook lanes)
    {
        var now = clock.GetUtcNow();
        var limit = post.Urgent ? UrgentWithin : Within;
        var lane = lanes.Named(post.Lane);
        if (now - post.Progress.WantedSince < limit || now - _start < limit || lane.HoldsUntil(post, now) is not null
            || lane.HoldsUntil(post, now - limit) is not null)
        {
            return false;
        }

        return post.Trouble.Refused && !_refusing.ContainsKey(post.Room)
            ? post is { Urgent: true, Over: false }
            : now - _took.GetValueOrDefault(post.Room, _start) >= limit;
    }
}
