using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Delivery;

/// <summary>Puts a claimed request of a post into the vendors' terms: what is sent, to whom, under which key.</summary>
internal static class Request
{
    /// <param name="identity">Of the database, so that the keys of another never meet these.</param>
    public static SendAttempt For(View view, PostIntent intent, DeliveryParts parts, string identity, DateTimeOffset now)
    {
        var post = view.Post;
        var key = $"{identity}-{post.Id}-{post.Progress.Generation}" + intent.Kind switch
        {
            SendKinds.Create => "-c",
            SendKinds.Edit => $"-e{intent.Version}",
            _ => $"-r{post.Progress.Told}",
        };
        return view switch
        {
            PostView incident => For(incident, intent, parts, key, now),
            DigestView digest => new CreateAttempt(post.Room, key, IsSilent(post, parts, now), parts.Writer.Digests.Write(digest, now)),
            SummaryView summary => For(summary, intent, parts.Writer.Summaries, key, now),
            _ => throw new InvalidOperationException($"{view} is not known"),
        };
    }

    private static bool IsSilent(Post post, DeliveryParts parts, DateTimeOffset now) =>
        parts.Lanes.Named(post.Lane) is var lane && (lane.Quiet || lane.IsSilent(post, now));

    private static SendAttempt For(SummaryView view, PostIntent intent, SummaryWriter writer, string key, DateTimeOffset now)
    {
        var (room, progress) = (view.Post.Room, view.Post.Progress);
        return intent.Kind switch
        {
            SendKinds.Create => new CreateAttempt(room, key, Silent: false, writer.Write(view, now)),
            SendKinds.Edit => new EditAttempt(room, key, progress.MessageId!, writer.Write(view, now)),
            _ => new ReplyAttempt(room, key, Silent: true, progress.MessageId!, progress.LastReplyId,
                SummaryWriter.Name(view.Named(intent.UpTo))),
        };
    }

    private static SendAttempt For(PostView view, PostIntent intent, DeliveryParts parts, string key, DateTimeOffset now)
    {
        var (post, incident, own, _) = view;

        // What waits since before a reload that has taken its lane away is shown by the lane that takes its place.
        var routing = parts.Lanes.Route(incident, own);
        var lane = parts.Lanes.Named(post.Lane) is var named && named != Lane.None ? named : routing.Follow(post.Lane);
        var callees = new Callees(post, lane, [.. routing.Lane.Steps(incident).Take(incident.Escalation.Escalated)]);
        var quiet = lane.IsSilent(post, now);
        switch (intent.Kind)
        {
            case SendKinds.Create:
                var silent = quiet || (lane.Quiet && post.Step == 0) || incident.Status == IncidentStatus.Resolved;
                return new CreateAttempt(post.Room, key, silent,
                    parts.Writer.Write(incident, silent ? null : callees.OfAnnouncement(incident), now));

            case SendKinds.Edit:
                return new EditAttempt(post.Room, key, post.Progress.MessageId!, parts.Writer.Write(incident, calls: null, now));

            default:
                var untold = view.Untold.Where(line => line.Id <= intent.UpTo && line.Change.IsToldInThread()).ToList();
                var changes = untold.ConvertAll(line => line.Change);
                var told = parts.Writer.Write(untold, incident, quiet ? null : callees.OfHistory(changes, incident), now)!;
                var makesNoSound = quiet || (!callees.Ring(changes, incident) && (lane.Quiet || told.Mention is null));
                return new ReplyAttempt(post.Room, key, makesNoSound, post.Progress.MessageId!, post.Progress.LastReplyId, told);
        }
    }
}
