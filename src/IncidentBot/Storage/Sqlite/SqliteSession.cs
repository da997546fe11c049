using IncidentBot.Alerts;
using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// The one writer of the database: what a change does inside the transaction that it shares with others. Used by the
/// committing thread alone.
/// </summary>
internal sealed class SqliteSession(SqliteConnection connection, SqliteTables tables, TimeProvider clock) : ICommitSession
{
    private const long CacheBytes = 48 * 1024 * 1024;

    private readonly IncidentCache _cache = new(CacheBytes);
    private readonly SqlitePosts _posts = new(tables, clock);
    private readonly List<Post> _wanted = [];
    private readonly HashSet<long> _changed = [];
    private bool _begun;
    private bool _failed;

    /// <summary>Hands over what the last commit made to want sending and which incidents it changed.</summary>
    public (IReadOnlyList<Post> Wanted, IReadOnlyList<long> Changed) TakeNews()
    {
        if (_changed.Count == 0 && _wanted.Count == 0)
        {
            return ([], []);
        }

        var news = (_wanted.ToArray(), _changed.ToArray());
        _wanted.Clear();
        _changed.Clear();
        return news;
    }

    /// <summary>Applies a notification to the incidents that its alerts belong to.</summary>
    public bool Receive(Notification notification, IncidentRules rules, LaneBook lanes)
    {
        var now = clock.GetUtcNow();
        var key = IncidentKey.Of(notification);
        var byKey = Latest(key);
        var owners = Owners(notification);
        var changed = false;
        foreach (var share in Assignment.Assign(notification, byKey, Owner, rules, now))
        {
            var incident = share.Incident ?? new Incident { Key = key };
            changed |= Write(share.Incident is null ? null : Load(incident.Number), incident.Apply(share.Reports, notification, now), lanes);
        }

        return changed;

        Incident? Owner(string fingerprint) => owners.TryGetValue(fingerprint, out var owner) ? Load(owner)?.Incident : null;
    }

    /// <summary>Applies a difference to Alertmanager's own list, as far as it still holds. Returns whether anything changed.</summary>
    public bool Reconcile(Finding finding, IncidentRules rules, LaneBook lanes)
    {
        var now = clock.GetUtcNow();
        switch (finding)
        {
            case Finding.Gone gone:
                return Load(gone.Incident) is { } losing && Write(losing, Reconciliation.Lose(losing.Incident, gone, now), lanes);
            case Finding.Marked marked:
                return Load(marked.Incident) is { } marking && Write(marking, Reconciliation.Mark(marking.Incident, marked, now), lanes);
            case Finding.Fires { Notification: var listed } fires:
                var owners = Owners(listed);
                var news = Reconciliation.News(
                    fires, Latest(IncidentKey.Of(listed)), alert => owners.TryGetValue(alert, out var owner) ? Load(owner)?.Incident : null, rules, now);
                return news.Alerts.Count > 0 && Receive(news, rules, lanes);
            default:
                throw new ArgumentException($"{finding} is not a difference that is known", nameof(finding));
        }
    }

    public int Sweep(IncidentRules rules, LaneBook lanes)
    {
        var now = clock.GetUtcNow();
        var silent = tables.Query("SELECT number FROM incidents WHERE status = 1 AND heard_at <= $0 LIMIT 100",
            row => row.GetInt64(0), Stored.Time(now - rules.StaleAfter));
        foreach (var number in silent)
        {
            var stored = Load(number)!;
            Write(stored, stored.Incident.Sweep(rules, now), lanes);
        }

        return silent.Count;
    }

    /// <summary>Deletes a few ended incidents; so few that a webhook hardly notices.</summary>
    public int DeleteEnded(DateTimeOffset before)
    {
        const int Few = 4;
        var ended = tables.Query("SELECT number, source FROM incidents WHERE status <> 1 AND updated_at < $0 ORDER BY updated_at LIMIT $1",
            row => (Number: row.GetInt64(0), Source: row.GetString(1)), Stored.Time(before), (long)Few);
        foreach (var (number, source) in ended)
        {
            Begin();
            tables.Execute("DELETE FROM owners WHERE source = $1 AND incident = $0 AND fingerprint IN (SELECT fingerprint FROM alerts WHERE incident = $0)",
                number, source);
            tables.Execute("DELETE FROM alerts WHERE incident = $0", number);
            tables.Execute("DELETE FROM timeline WHERE incident = $0", number);
            tables.Execute("DELETE FROM posts WHERE incident = $0", number);
            tables.Execute("DELETE FROM incidents WHERE number = $0", number);
            _cache.Remove(number);
        }

        return ended.Count;
    }

    public PostView? View(long id) =>
        Find(id) is var (stored, post) ? new PostView(post, stored.Incident, stored.Lane, post.Told < post.History ? tables.Untold(post) : []) : null;

    public bool BeginSend(long id, PostIntent intent)
    {
        if (Find(id) is not var (stored, post))
        {
            return false;
        }

        Replace(stored, post, post with { Intent = intent });
        return true;
    }

    public Post? EndSend(long id, PostChange change)
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
            Told = change.Told ?? post.Told,
            Reason = change.Reason,
            Refused = change.Refused,
            Attempts = change.Reason is null ? 0 : post.Attempts + 1,
            Intent = change.Unclear ? post.Intent : null,
            Generation = change.Vanished ? post.Generation + 1 : post.Generation,
        };
        after = after.NeedsWork ? after : after with { ShownAt = clock.GetUtcNow() };
        Replace(stored, post, after);
        _changed.Add(post.Incident);
        if (change.MovedTo is { } room)
        {
            return Move(after, room);
        }

        if (!change.Refused || change.WholeRoom)
        {
            _wanted.Add(after);
        }

        _posts.Rooms.Heard(post.Room, change);
        if (change is { Refused: true, WholeRoom: true })
        {
            _posts.Refuse(post.Room, change.Reason);
            _cache.Clear();
        }

        return after;
    }

    public IReadOnlyList<Post> SendAgain(long? id, Room? room)
    {
        var refused = id is { } one
            ? tables.Query("SELECT id FROM posts WHERE id = $0 AND refused = 1", row => row.GetInt64(0), one)
            : tables.Query("SELECT id FROM posts WHERE room = $0 AND refused = 1", row => row.GetInt64(0), room.ToString());
        var posts = new List<Post>(refused.Count);
        foreach (var post in refused)
        {
            var (stored, before) = Find(post)!.Value;
            posts.Add(Replace(stored, before, before with { Refused = false, Reason = null, Attempts = 0 }));
            _changed.Add(before.Incident);
        }

        _wanted.AddRange(posts);
        if (room is { } asked)
        {
            _posts.Rooms.Forgive(asked);
        }

        return posts;
    }

    /// <summary>Takes and gives back the lock that every change needs; after a failure it writes, to see whether that works again.</summary>
    public bool Check()
    {
        Begin();
        if (_failed)
        {
            tables.Execute("UPDATE store SET identity = identity");
        }

        return true;
    }

    public void Commit()
    {
        if (_begun)
        {
            Execute("COMMIT");
            (_begun, _failed) = (false, false);
        }
    }

    public void Rollback()
    {
        _cache.Clear();
        _wanted.Clear();
        _changed.Clear();
        _posts.Rooms.Clear();
        _failed = true;
        if (_begun)
        {
            _begun = false;
            try
            {
                Execute("ROLLBACK");
            }
            catch (SqliteException)
            {
                // A full disk has SQLite roll back by itself, and then there is nothing left to roll back.
            }
        }
    }

    public string? Explain(Exception failure) => SqliteFailure.Explain(failure);

    private Incident? Latest(IncidentKey key)
    {
        if (_cache.Number(key) is { } held)
        {
            return Load(held)?.Incident;
        }

        if (tables.NumberByKey(key) is not { } number)
        {
            return null;
        }

        var latest = Load(number)?.Incident;
        _cache.IsLatest(number);
        return latest;
    }

    /// <summary>The incidents that last had the alerts of a notification; what the cache does not know is asked for at once.</summary>
    private Dictionary<string, long> Owners(Notification notification)
    {
        var owners = new Dictionary<string, long>(notification.Alerts.Count, StringComparer.Ordinal);
        List<string>? unknown = null;
        foreach (var report in notification.Alerts)
        {
            if (_cache.Owner(notification.Source, report.Fingerprint) is { } owner)
            {
                owners[report.Fingerprint] = owner;
            }
            else
            {
                (unknown ??= []).Add(report.Fingerprint);
            }
        }

        foreach (var (fingerprint, owner) in unknown is null ? [] : tables.Owners(notification.Source, unknown))
        {
            owners[fingerprint] = owner;
            Load(owner);
            _cache.Owns(owner, fingerprint);
        }

        return owners;
    }

    private StoredIncident? Load(long number)
    {
        if (_cache.TryGet(number, out var held))
        {
            return held;
        }

        if (tables.Incident(number) is not var (incident, lane, posts))
        {
            return null;
        }

        var stored = new StoredIncident(incident, lane, posts);
        _cache.Put(stored);
        return stored;
    }

    private (StoredIncident Stored, Post Post)? Find(long post) =>
        tables.IncidentOfPost(post) is { } number && Load(number) is { } stored ? (stored, stored.Posts.First(candidate => candidate.Id == post)) : null;

    /// <summary>Writes what an application changed: the incident, its alerts, its history, and what its posts want.</summary>
    private bool Write(StoredIncident? before, Applied applied, LaneBook lanes)
    {
        var incident = applied.Incident;
        if (applied.Changes.IsEmpty)
        {
            if (before is not null && !ReferenceEquals(incident, before.Incident))
            {
                Begin();
                tables.WriteHeard(incident);
                _cache.Put(before with { Incident = incident });
            }

            return false;
        }

        Begin();
        var lane = lanes.Route(incident, before?.Lane);
        incident = incident with { Number = tables.Write(incident, lane.Name) };
        var isNew = WriteAlerts(before?.Incident, incident);
        var history = 0L;
        foreach (var change in applied.Changes.Where(change => change.Kind != ChangeKind.Updated))
        {
            var line = tables.Add(incident.Number, change);
            history = change.Kind.IsToldInThread() ? line : history;
        }

        var posts = _posts.Want(before?.Posts ?? [], incident, lane, history);
        _wanted.AddRange(posts);
        _cache.Put(new StoredIncident(incident, lane.Name, posts));
        isNew.ForEach(fingerprint => _cache.Owns(incident.Number, fingerprint));
        if (before is null)
        {
            _cache.IsLatest(incident.Number);
        }

        _changed.Add(incident.Number);
        return true;
    }

    /// <summary>Writes the alerts that changed, and returns those that the incident has not had before.</summary>
    private List<string> WriteAlerts(Incident? before, Incident after)
    {
        var isNew = new List<string>();
        foreach (var (fingerprint, alert) in after.Alerts)
        {
            Alert? known = null;
            before?.Alerts.TryGetValue(fingerprint, out known);
            if (!ReferenceEquals(known, alert))
            {
                tables.Write(after.Number, alert);
                if (known is null)
                {
                    tables.WriteOwner(after.Key.Source, fingerprint, after.Number);
                    isNew.Add(fingerprint);
                }
            }
        }

        if (before is not null && before.Alerts.Count + 1 >= after.Alerts.Count)
        {
            foreach (var gone in before.Alerts.Keys.Where(fingerprint => !after.Alerts.ContainsKey(fingerprint)))
            {
                tables.DeleteAlert(after.Number, gone);
            }
        }

        return isNew;
    }

    private Post Replace(StoredIncident stored, Post before, Post after)
    {
        Begin();
        tables.Write(after);
        _cache.Put(stored with { Posts = [.. stored.Posts.Select(post => post.Id == before.Id ? after : post)] });
        return after;
    }

    private Post? Move(Post post, Room to)
    {
        var moved = _posts.Rooms.Move(post.Room, to);
        _cache.Clear();
        _wanted.AddRange(moved);
        return moved.FirstOrDefault(candidate => candidate.Id == post.Id);
    }

    private void Begin()
    {
        if (!_begun)
        {
            Execute("BEGIN IMMEDIATE");
            _begun = true;
        }
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
