using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Rooms;

namespace IncidentBot.Posts;

/// <summary>One thing to be done with the posts of an incident after a turn.</summary>
internal abstract record PostStep
{
    /// <summary>The post is as it was.</summary>
    internal sealed record Keep(Post Post) : PostStep;

    /// <summary>The post wants something else, or is new.</summary>
    internal sealed record Write(Post Post) : PostStep;

    /// <summary>There is no need to announce it as it is: it is taken back.</summary>
    internal sealed record Drop(Post Post) : PostStep;

    /// <summary>The room hears of the incident by the lane's next digest.</summary>
    /// <param name="Begins">As of something that begins now, also when the digest knows of it.</param>
    internal sealed record LeaveToDigest(Room Room, string Lane, bool Begins) : PostStep;
}

/// <summary>The history that a turn brought.</summary>
/// <param name="News">The latest line for threads; 0 for none.</param>
/// <param name="Latest">The latest line of all; it may cost a read.</param>
internal readonly record struct TurnHistory(long News, Func<long> Latest);

/// <summary>
/// Which rooms show an incident after a turn and what each post wants from then on: every post wants the newest version as its
/// lane has it now, and rooms that lack one get it while the incident fires and nothing inhibits it.
/// </summary>
internal static class PostPlan
{
    /// <param name="known">The posts that the incident has.</param>
    /// <param name="turn">The turn, with the incident's number.</param>
    public static IReadOnlyList<PostStep> Of(IReadOnlyList<Post> known, Turn turn, TurnHistory history, IRoomStates rooms)
    {
        var incident = turn.Incident;
        var places = incident.FiringCount > 0 ? Places(turn, rooms) : [];
        var steps = new List<PostStep>(known.Count);
        foreach (var post in known)
        {
            steps.Add(IsNeedless(post, incident) ? new PostStep.Drop(post)
                : Update(post, places.Find(place => place.Room == post.Room), turn, history, rooms));
        }

        if (incident is { Status: IncidentStatus.Firing, IsHeld: false })
        {
            var shown = known.Where(post => !IsNeedless(post, incident)).Select(post => post.Room).ToHashSet();
            steps.AddRange(places.Where(place => place.Room != Room.Inbox && !shown.Contains(place.Room))
                .Select(place => Begin(place, turn, history, rooms)));
        }

        return steps;
    }

    /// <summary>
    /// Whether it was about to be announced and is inhibited now, or needed no announcement and is announced now as what is new.
    /// </summary>
    private static bool IsNeedless(Post post, Incident incident) => post.Progress is { MessageId: null, Intent: null }
        && (incident.IsHeld || (post.IsSettled && incident.Status != IncidentStatus.Resolved));

    /// <param name="place">Null when no lane shows the incident in its room any more, or it is over: the post stays what it was.</param>
    private static PostStep Update(Post post, Place? place, Turn turn, TurnHistory history, IRoomStates rooms)
    {
        var incident = turn.Incident;
        var lane = place?.Lane ?? turn.Routing.Follow(post.Lane);
        var progress = post.Progress;
        var isNews = progress.Wanted != incident.Version || history.News > progress.History;
        var refusal = rooms.WhyRefused(post.Room);
        var wants = post with
        {
            Address = post.Address with { Lane = lane.Name, Step = place?.Step ?? post.Step },
            Progress = progress with
            {
                Wanted = incident.Version,
                History = Math.Max(history.News, progress.History),
                WantedSince = isNews && !post.NeedsWork ? turn.At : progress.WantedSince,
            },
            Trouble = post.Trouble with { Refused = post.Trouble.Refused || refusal is not null, Reason = post.Trouble.Reason ?? refusal },
            Urgent = lane.IsUrgent(incident.Severity),
            Called = IsCalled(incident),
            Over = incident.Status == IncidentStatus.Resolved,
        };
        if (post.IsSettled || lane.WasHeldToTheEnd(wants, turn.At))
        {
            wants = wants with { Progress = wants.Progress.Settled(turn.At) };
        }

        return wants == post ? new PostStep.Keep(post) : new PostStep.Write(wants);
    }

    private static PostStep Begin(Place place, Turn turn, TurnHistory history, IRoomStates rooms)
    {
        if (place.Lane.Digest is not null && place.Step == 0)
        {
            return new PostStep.LeaveToDigest(place.Room, place.Lane.Name, turn.Begins);
        }

        var incident = turn.Incident;
        var post = Post.New(
            new PostSubject.OfIncident(incident.Number), new PostAddress(place.Room, place.Lane.Name, place.Step), incident.Version,
                rooms.WhyRefused(place.Room), turn.At);
        return new PostStep.Write(post with
        {
            // A new message shows all there is: of what came before its thread is told nothing.
            Progress = post.Progress with { History = incident.Version > 1 ? history.Latest() : history.News },
            Urgent = place.Lane.IsUrgent(incident.Severity),
            Called = IsCalled(incident),
            Summary = rooms.StormIn(place.Room),
        });
    }

    private static bool IsCalled(Incident incident) => incident.Status != IncidentStatus.Resolved
        && incident.Escalation is { IsTaken: false } escalation && (escalation.Escalated > 0 || escalation.RemindedAt is not null);

    /// <summary>
    /// Where an incident is shown, as rooms are called now: in those of its lanes, a room in several lanes being the most urgent
    /// one's that does not leave incidents to its digest, and in those of the steps of escalation that were taken.
    /// </summary>
    private static List<Place> Places(Turn turn, IRoomStates rooms)
    {
        var (incident, routing) = (turn.Incident, turn.Routing);
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

        void Add(IReadOnlyList<Room> named, Lane lane, int step)
        {
            foreach (var room in named.Select(rooms.Now).Where(room => !places.Exists(place => place.Room == room)))
            {
                places.Add(new Place(room, lane, step));
            }
        }
    }

    /// <summary>A room that shows an incident, by which lane, and by which step of escalation; 0 for the lane's own rooms.</summary>
    private sealed record Place(Room Room, Lane Lane, int Step);
}
