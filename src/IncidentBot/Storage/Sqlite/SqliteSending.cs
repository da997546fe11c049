using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Storage.Sqlite;

/// <summary>What delivery reads and writes down for each request. Used by the committing thread alone.</summary>
internal sealed class SqliteSending(SqliteLedger ledger, SqliteTables tables, SqlitePosts posts, SqliteSummaries summaries)
{
    public View? View(long id) => Find(id) is not var (stored, post) ? null
        : stored is null ? summaries.View(post)
        : new PostView(post, stored.Incident, stored.Lane, post.Told < post.History ? tables.Untold(post) : []);

    public bool Begin(long id, PostIntent intent)
    {
        if (Find(id) is not var (stored, post))
        {
            return false;
        }

        Replace(stored, post, post with { Intent = intent });
        Remember(post, intent.Kind, null);
        return true;
    }

    public Post? End(long id, PostChange change)
    {
        if (Find(id) is not var (stored, post))
        {
            return null;
        }

        var after = post with
        {
            Shown = change.Vanished ? 0 : change.Shown ?? post.Shown,
            MessageId = change.Vanished ? null : change.MessageId ?? post.MessageId,
            LastReplyId = change.Vanished ? null : change.LastReplyId ?? post.LastReplyId,
            Told = change.Vanished && post.IsSummary ? 0 : change.Told ?? post.Told,
            Reason = change.Reason,
            Refused = change.Refused,
            Attempts = change.Reason is null ? 0 : post.Attempts + 1,
            Intent = change.Unclear ? post.Intent : null,
            Generation = change.Vanished ? post.Generation + 1 : post.Generation,
        };
        after = after.NeedsWork ? after : after with { ShownAt = ledger.Now };
        Replace(stored, post, after);
        Changed(post);
        if (change.ClosedUntil is { } until && post.Intent is { Kind: var kind })
        {
            Remember(post, kind, until);
        }

        if (change.MovedTo is { } room)
        {
            return Move(after, room);
        }

        if (!change.Refused || change.WholeRoom)
        {
            ledger.Wants(after);
        }

        posts.Rooms.Heard(post.Room, change);
        if (change is { Refused: true, WholeRoom: true })
        {
            posts.Refuse(post.Room, change.Reason);
            ledger.Cache.Clear();
        }

        return after;
    }

    public IReadOnlyList<Post> SendAgain(long? id, Room? room)
    {
        var refused = id is { } one
            ? tables.Query("SELECT id FROM posts WHERE id = $0 AND refused = 1", row => row.GetInt64(0), one)
            : tables.Query("SELECT id FROM posts WHERE room = $0 AND refused = 1", row => row.GetInt64(0), room.ToString());
        var again = new List<Post>(refused.Count);
        foreach (var post in refused)
        {
            var (stored, before) = Find(post)!.Value;
            again.Add(Replace(stored, before, before with { Refused = false, Reason = null, Attempts = 0 }));
            Changed(before);
        }

        ledger.Wants(again);
        if (room is { } asked)
        {
            posts.Rooms.RetryNow(asked);
        }

        return again;
    }

    /// <summary>Writes down what counts against a vendor's limits, and forgets what does no longer.</summary>
    private void Remember(Post post, SendKinds kind, DateTimeOffset? closedUntil)
    {
        var now = ledger.Now;
        tables.AddRequest(new PastRequest(post.Room, kind, post.Urgent, now, closedUntil));
        tables.DeleteRequests(now - PastRequest.Kept, now);
    }

    /// <summary>A post and what it shows; a summary's post is without an incident.</summary>
    private (StoredIncident? Stored, Post Post)? Find(long post)
    {
        if ((ledger.Cache.OfPost(post) ?? tables.IncidentOfPost(post)) is not { } number)
        {
            return null;
        }

        if (number < 0)
        {
            return summaries.Post(post) is { } summary ? (null, summary) : null;
        }

        return ledger.Load(number) is { } stored && stored.Posts.FirstOrDefault(candidate => candidate.Id == post) is { } found ? (stored, found) : null;
    }

    private void Changed(Post post)
    {
        if (!post.IsSummary)
        {
            ledger.Changed(post.Incident);
        }
    }

    private Post Replace(StoredIncident? stored, Post before, Post after)
    {
        ledger.Begin();
        tables.Write(after);
        if (stored is not null)
        {
            ledger.Cache.Put(stored with { Posts = [.. stored.Posts.Select(post => post.Id == before.Id ? after : post)] });
        }

        return after;
    }

    private Post? Move(Post post, Room to)
    {
        var moved = posts.Rooms.Move(post.Room, to);
        ledger.Cache.Clear();
        posts.Storms.Clear();
        ledger.Wants(moved);
        return moved.FirstOrDefault(candidate => candidate.Id == post.Id);
    }
}
