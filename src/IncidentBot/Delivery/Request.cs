using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Delivery;

/// <summary>One request for a post: what is sent, what it is written down as, and what its success means.</summary>
internal sealed record Request(SendAttempt Attempt, PostIntent Intent, long ToldUpTo)
{
    /// <summary>
    /// The next request for a post; null when it only has history that is not for threads. A request that was begun and whose
    /// end is unknown comes again under the same key and as of the same version, so that a vendor can tell that it is the same.
    /// </summary>
    /// <param name="identity">Of the database, so that the keys of another never meet these.</param>
    public static Request? For(View view, DeliveryParts parts, string identity, DateTimeOffset now)
    {
        var key = $"{identity}-{view.Post.Id}-{view.Post.Generation}";
        return view switch
        {
            PostView incident => For(incident, parts, key, now),
            DigestView digest => new Request(
                new CreateAttempt(view.Post.Room, key + "-c", IsSilent(view.Post, parts, now), parts.Writer.Digests.Write(digest, now)),
                new PostIntent(SendKinds.Create, view.Post.Wanted, 0), 0),
            SummaryView summary => For(summary, parts.Writer.Summaries, key, now),
            _ => throw new InvalidOperationException($"{view} is not known"),
        };
    }

    private static bool IsSilent(Post post, DeliveryParts parts, DateTimeOffset now) =>
        parts.Lanes.Named(post.Lane) is var lane && (lane.Quiet || lane.IsSilent(post, now));

    private static Request? For(SummaryView view, SummaryWriter writer, string key, DateTimeOffset now)
    {
        var post = view.Post;
        switch (post.Next)
        {
            case SendKinds.Create:
                var version = post.Intent is { Kind: SendKinds.Create } begun ? begun.Version : post.Wanted;
                return new Request(
                    new CreateAttempt(post.Room, key + "-c", Silent: false, writer.Write(view, now)), new PostIntent(SendKinds.Create, version, 0), 0);

            case SendKinds.Edit:
                return new Request(
                    new EditAttempt(post.Room, $"{key}-e{post.Wanted}", post.MessageId!, writer.Write(view, now)),
                    new PostIntent(SendKinds.Edit, post.Wanted, post.Told), post.Told);

            case SendKinds.Reply when SummaryWriter.Name(view, post.Intent is { Kind: SendKinds.Reply } reply ? reply.UpTo : null) is var (named, upTo):
                return new Request(
                    new ReplyAttempt(post.Room, $"{key}-r{post.Told}", Silent: true, post.MessageId!, post.LastReplyId, named),
                    new PostIntent(SendKinds.Reply, post.Shown, upTo), upTo);

            default:
                return null;
        }
    }

    private static Request? For(PostView view, DeliveryParts parts, string key, DateTimeOffset now)
    {
        var (post, incident, own, _) = view;

        // What waits since before a reload that has taken its lane away is shown by the lane that takes its place.
        var routing = parts.Lanes.Route(incident, own);
        var lane = parts.Lanes.Named(post.Lane) is var named && named != Lane.None ? named : routing.Follow(post.Lane);
        var callees = new Callees(post, lane, [.. routing.Lane.Steps(incident).Take(incident.Escalation.Escalated)]);
        var quiet = lane.IsSilent(post, now);
        switch (post.Next)
        {
            case SendKinds.Create:
                var intent = post.Intent is { Kind: SendKinds.Create } begun ? begun : new PostIntent(SendKinds.Create, incident.Version, post.History);
                var silent = quiet || (lane.Quiet && post.Step == 0) || incident.Status == IncidentStatus.Resolved;
                var message = parts.Writer.Write(incident, silent ? null : callees.OfAnnouncement(incident), now);
                return new Request(
                    new CreateAttempt(post.Room, key + "-c", silent, message), intent, intent.UpTo);

            case SendKinds.Edit:
                return new Request(
                    new EditAttempt(post.Room, $"{key}-e{incident.Version}", post.MessageId!, parts.Writer.Write(incident, calls: null, now)),
                    new PostIntent(SendKinds.Edit, incident.Version, post.Told), post.Told);

            case SendKinds.Reply:
                var upTo = post.Intent is { Kind: SendKinds.Reply } reply ? reply.UpTo : view.Untold.Count > 0 ? view.Untold[^1].Id : post.History;
                var untold = view.Untold.Where(line => line.Id <= upTo && line.Change.IsToldInThread()).ToList();
                var changes = untold.ConvertAll(line => line.Change);
                var told = parts.Writer.Write(untold, quiet ? null : callees.OfHistory(changes));
                return told is null ? null : new Request(
                    new ReplyAttempt(post.Room, $"{key}-r{post.Told}", quiet || (!callees.Ring(changes) && (lane.Quiet || told.Mention is null)), post.MessageId!, post.LastReplyId, told),
                    new PostIntent(SendKinds.Reply, post.Shown, upTo), upTo);

            default:
                return null;
        }
    }

    /// <summary>What the post is after the vendor took the request.</summary>
    public PostChange Shown(string messageId) => Attempt is ReplyAttempt
        ? new PostChange(LastReplyId: messageId, Told: ToldUpTo)
        : new PostChange(Shown: Intent.Version, MessageId: Attempt is CreateAttempt ? messageId : null, Told: ToldUpTo);
}
