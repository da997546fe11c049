using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Support;

/// <summary>Posts as tests need them.</summary>
internal static class PostBuilding
{
    /// <summary>A post of an incident that wants its first announcement, or an edit or a reply.</summary>
    public static Post Wanting(long id, Room room, SendKinds kind, DateTimeOffset since) => new(
        id, new PostSubject.OfIncident(id), new PostAddress(room, "all"),
        new PostProgress
        {
            Wanted = kind == SendKinds.Reply ? 1 : 2,
            Shown = kind == SendKinds.Create ? 0 : 1,
            MessageId = kind == SendKinds.Create ? null : "m",
            History = kind == SendKinds.Reply ? 5 : 0,
            WantedSince = since,
        },
        PostTrouble.None);

    public static Post With(this Post post, Func<PostProgress, PostProgress> change) => post with { Progress = change(post.Progress) };

    public static Post Failed(this Post post, int attempts) => post with { Trouble = new PostTrouble("no answer", Attempts: attempts) };
}
