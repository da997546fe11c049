using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Storage.Sqlite;

/// <summary>What delivery reads and writes down for each request. Used by the committing thread alone.</summary>
internal sealed class SqliteSending(SqliteLedger ledger, SqliteTables tables, SqlitePosts posts, SqliteSummaries summaries,
    SqliteUnreached unreached)
{
    /// <summary>Reads a post with what it shows, and writes down the request that is about to be sent.</summary>
    public Claim Claim(long id, ClaimTerms terms, Rulebook by)
    {
        var found = Find(id);
        var view = found is not var (stored, post) ? null : View(stored, post);
        var claim = Posts.Claim.Of(view, terms, ledger.Now);
        switch (claim)
        {
            case Posts.Claim.Send send:
                Replace(found!.Value.Stored, found.Value.Post with { Progress = found.Value.Post.Progress with { Intent = send.Intent } });
                Remember(found.Value.Post, send.Intent.Kind, null);
                break;

            case Posts.Claim.NothingToSay:
                End(id, new RequestEnd.NothingToSay(), by);
                break;
        }

        return claim;
    }

    /// <summary>Writes down how a request ended.</summary>
    public Post? End(long id, RequestEnd end, Rulebook by)
    {
        if (Find(id) is not var (stored, post))
        {
            return null;
        }

        var after = post.After(end, ledger.Now);
        Replace(stored, after);
        Changed(post);
        var refusedBefore = posts.WhyRefused(post.Room) is not null;
        posts.Rooms.Heard(post.Room, end);
        switch (end)
        {
            case RequestEnd.TryAgain { ClosedUntil: { } until } when post.Progress.Intent is { Kind: var kind }:
                Remember(post, kind, until);
                break;

            case RequestEnd.Moved moved:
                return Move(after, moved.To);

            case RequestEnd.RefusedText:
                // It waits for a change or for a person, so nobody hears of it.
                return after;

            case RequestEnd.RefusedRoom refused:
                var urgent = posts.Refuse(post.Room, refused.Reason);
                ledger.Wants(after);

                // Of what comes later the other rooms are told as always; what has no other is called for by its first attempt.
                unreached.Call(!refusedBefore ? urgent : post.Trouble.Attempts == 0 ? urgent.Where(number => number == post.Incident) : [],
                    post.Room, refused.Reason, by);
                return after;
        }

        ledger.Wants(after);
        return after;
    }

    /// <summary>Refuses a post without reading its incident, which met a bug: it waits for a person.</summary>
    public Post? Refuse(long id, string reason)
    {
        ledger.Begin();
        tables.Execute("UPDATE posts SET refused = 1, reason = $0 WHERE id = $1", reason, id);
        if (ledger.Cache.OfPost(id) is { } number)
        {
            ledger.Evict(number);
        }

        return null;
    }

    /// <summary>Takes back the refusal of one post, or of all in a room.</summary>
    public IReadOnlyList<Post> SendAgain(long? id, Room? room)
    {
        var refused = id is { } one
            ? tables.Query("SELECT id FROM posts WHERE id = $0 AND refused = 1", row => row.GetInt64(0), one)
            : tables.Query("SELECT id FROM posts WHERE room = $0 AND refused = 1", row => row.GetInt64(0), room.ToString());
        var again = new List<Post>(refused.Count);
        foreach (var number in refused)
        {
            var (stored, post) = Find(number)!.Value;
            again.Add(Replace(stored, post with { Trouble = PostTrouble.None }));
            Changed(post);
        }

        ledger.Wants(again);
        if (room is { } asked)
        {
            posts.Rooms.RetryNow(asked);
        }

        return again;
    }

    private View View(StoredIncident? stored, Post post) => stored is null
        ? summaries.View(post)
        : new PostView(post, stored.Incident, stored.Lane, post.Progress.Told < post.Progress.History ? tables.Untold(post) : []);

    /// <summary>Writes down what counts against a vendor's limits, and forgets what does no longer.</summary>
    private void Remember(Post post, SendKinds kind, DateTimeOffset? closedUntil)
    {
        tables.AddRequest(new PastRequest(post.Room, kind, post.Urgent, ledger.Now, closedUntil));
        tables.DeleteRequests(ledger.Now - PastRequest.Kept, ledger.Now);
    }

    /// <summary>A post and what it shows; a summary's post is without an incident.</summary>
    private (StoredIncident? Stored, Post Post)? Find(long id)
    {
        if (ledger.Cache.OfPost(id) is not { } number)
        {
            if (tables.Post(id) is not { } read)
            {
                return null;
            }

            if (read.Incident is not { } incident)
            {
                return (null, read);
            }

            number = incident;
        }

        return ledger.Load(number) is { } stored && stored.Posts.FirstOrDefault(candidate => candidate.Id == id) is { } found
            ? (stored, found) : null;
    }

    private void Changed(Post post)
    {
        if (post.Incident is { } number)
        {
            ledger.Changed(number);
        }
    }

    private Post Replace(StoredIncident? stored, Post after)
    {
        ledger.Begin();
        tables.Write(after);
        if (stored is not null)
        {
            ledger.Put(stored with { Posts = [.. stored.Posts.Select(post => post.Id == after.Id ? after : post)] });
        }

        return after;
    }

    private Post? Move(Post post, Room to)
    {
        var left = tables.Query("SELECT subject_kind, subject FROM posts WHERE room = $0", SqlitePosts.SubjectOf, post.Room.ToString());
        var there = posts.Rooms.Move(post.Room, to);
        posts.Evict(left);
        posts.Evict(there.Select(moved => moved.Incident));
        posts.Storms.Clear();
        ledger.Wants(there.Where(moved => moved.NeedsWork));
        return there.FirstOrDefault(candidate => candidate.Id == post.Id);
    }
}
