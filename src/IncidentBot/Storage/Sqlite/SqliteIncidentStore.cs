using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// Incidents in one SQLite file. One thread writes, with a group commit; readers have connections of their own and never wait
/// for it. A second program is kept away by a lock on a file beside the database.
/// </summary>
internal sealed partial class SqliteIncidentStore(
    string path, TimeProvider clock, Func<IncidentRules> rules, Func<LaneBook> lanes, ChangeFeed feed, SetAside? setAside = null,
    StoreHealth? health = null)
    : IIncidentStore
{
    /// <summary>Webhooks that may wait for the disk; each is bounded by the intake. More are answered 503.</summary>
    private const int Waiting = 4096;

    /// <summary>How long another program may hold the database before a change is answered 503.</summary>
    private const int BusySeconds = 2;

    /// <summary>Incidents that are read and fed to an index at once.</summary>
    private const int InSlice = 50;

    private readonly SetAside _setAside = setAside ?? new SetAside(clock, NullLogger<SetAside>.Instance);
    private FileStream? _lock;
    private SqliteConnection? _connection;
    private SqliteTables? _tables;
    private SqliteSession? _session;
    private GroupCommit<SqliteSession>? _commits;
    private SqliteReads? _reads;
    private SqliteProbeRecords? _probes;
    private SqliteDeedBook? _deeds;
    private Task _rebuilding = Task.CompletedTask;

    private GroupCommit<SqliteSession> Commits => _commits ?? throw new StoreUnavailableException("the store is not open yet");

    private SqliteReads Reads => _reads ?? throw new StoreUnavailableException("the store is not open yet");

    public string Identity { get; private set; } = "";

    public IProbeRecords Probes => _probes ?? throw new StoreUnavailableException("the store is not open yet");

    public IDeeds Deeds => _deeds ?? throw new StoreUnavailableException("the store is not open yet");

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            _lock = new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem) when (!IsHeld(problem))
        {
            throw new StoreRefusedException($"{file} cannot be written: {problem.Message}", problem);
        }
        catch (IOException problem)
        {
            throw new StoreRefusedException(
                $"{file} is in use by another incidentbot: stop that one, or name another file in store.sqlite.", problem);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new StoreRefusedException($"{file} cannot be written: check the permissions of its folder.", problem);
        }

        var source = new SqliteConnectionStringBuilder { DataSource = file, Pooling = true, DefaultTimeout = BusySeconds }.ToString();
        try
        {
            _connection = new SqliteConnection(source);
            _connection.Open();
            SqliteSchema.Recognise(_connection);
            Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; "
                + $"PRAGMA wal_autocheckpoint = {SqliteCheckpoints.AtTheLatestPages}; PRAGMA journal_size_limit = 67108864;");
            SqliteSchema.Migrate(_connection);

            // Whoever looks into the file itself finds the tables there, and not only in the log beside it.
            Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (TypeInitializationException problem)
        {
            throw new StoreRefusedException(
                "The SQLite that comes with incidentbot cannot be loaded here: take the build for this platform; on Linux it needs glibc 2.34 or newer "
                + "(Debian 12, Ubuntu 22.04, RHEL 9).", problem);
        }
        catch (SqliteException problem)
        {
            throw new StoreRefusedException($"{file} cannot be used: {SqliteFailure.Explain(problem)}.", problem);
        }

        _tables = new SqliteTables(_connection);
        Identity = _tables.Query("SELECT identity FROM store", row => row.GetString(0))[0];
        _session = new SqliteSession(_connection, _tables, next => _rebuilding = RebuildAsync(next), _setAside,
            health ?? new StoreHealth());
        _reads = new SqliteReads(source);
        _commits = new GroupCommit<SqliteSession>(_session, Waiting, clock, Announce, _setAside.AfterCommit);
        _probes = new SqliteProbeRecords(_commits, _reads);

        _deeds = new SqliteDeedBook(_commits, By, _reads,
            _tables.Query("SELECT link_key FROM store WHERE link_key IS NOT NULL", row => (byte[])row[0])[0]);

        // Which incidents inhibit which is known before the first webhook comes.
        return LivingAsync(session => By(session), cancellationToken);
    }

    public Task<bool> ReceiveAsync(Notification notification, CancellationToken cancellationToken) =>
        _session?.Ledger.Cache.Committed.Knows(notification, rules(), clock.GetUtcNow()) == true
            ? Task.FromResult(false)
            : LivingAsync(session => session.Intake.Receive(notification, By(session)), cancellationToken);

    public Task<bool> ReconcileAsync(Finding finding, CancellationToken cancellationToken) =>
        LivingAsync(session => session.Intake.Reconcile(finding, By(session)), cancellationToken);

    public Task<int> SweepAsync(CancellationToken cancellationToken) =>
        LivingAsync(session => session.Calendar.Sweep(By(session)), cancellationToken);

    public Task<int> TakeDueAsync(CancellationToken cancellationToken) =>
        LivingAsync(session => session.Calendar.TakeDue(By(session)), cancellationToken);

    public Task RecalculateDueAsync(CancellationToken cancellationToken) =>
        Commits.RunAsync(session => session.Calendar.RecalculateDue(), cancellationToken);

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => _session?.Calendar.HasWork == true
        ? Task.FromResult<DateTimeOffset?>(clock.GetUtcNow())
        : Reads.NextDueAsync(cancellationToken);

    public async Task<int> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var deleted = 0;
        while (await LivingAsync(session => session.Calendar.DeleteEnded(before), cancellationToken) is > 0 and var few)
        {
            deleted += few;
        }

        return deleted;
    }

    public Task<Claim> ClaimAsync(long post, ClaimTerms terms, CancellationToken cancellationToken) =>
        Commits.RunAsync(session => session.Sending.Claim(post, terms, By(session)), cancellationToken);

    public async Task<Post?> EndAsync(long post, RequestEnd end, CancellationToken cancellationToken)
    {
        try
        {
            return await Commits.RunAsync(session => session.Sending.End(post, end, By(session)), cancellationToken);
        }
        catch (IncidentFailedException bug)
        {
            _setAside.Add(bug);
            return await Commits.RunAsync(session => session.Sending.Refuse(post, bug.Message), cancellationToken);
        }
    }

    public Task<IReadOnlyList<Post>> SendAgainAsync(long? post, Room? room, CancellationToken cancellationToken) =>
        Commits.RunAsync(session => session.Sending.SendAgain(post, room), cancellationToken);

    public Task<long> SummarizeAsync(Room room, long? summary, StormPhase phase, CancellationToken cancellationToken) =>
        Commits.RunAsync(session => session.Summaries.Summarize(room, summary, phase), cancellationToken);

    public Task<int> DigestAsync(Lane lane, DateTimeOffset until, CancellationToken cancellationToken) =>
        Commits.RunAsync(session => session.Digests.Make(lane, until), cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => Commits.RunAsync(session => session.Check(), cancellationToken);

    public Task<IReadOnlyList<PastRequest>> PastRequestsAsync(CancellationToken cancellationToken) =>
        Reads.PastRequestsAsync(clock.GetUtcNow() - PastRequest.Kept, cancellationToken);

    public Task<IReadOnlyList<Summary>> OpenSummariesAsync(CancellationToken cancellationToken) =>
        Reads.OpenSummariesAsync(cancellationToken);

    public Task<IReadOnlyList<Post>> WaitingAsync(CancellationToken cancellationToken) => Reads.WaitingAsync(cancellationToken);

    public Task<IReadOnlyList<Post>> UntoldAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        Reads.UntoldAsync(before, cancellationToken);

    public Task<IReadOnlyList<IncidentSummary>> ListAsync(IncidentFilter filter, CancellationToken cancellationToken) =>
        Reads.ListAsync(filter, cancellationToken);

    public Task<IncidentDetail?> FindAsync(long number, CancellationToken cancellationToken) => Reads.FindAsync(number, cancellationToken);

    public Task<IReadOnlyList<PostSummary>> PostsAsync(int limit, CancellationToken cancellationToken) =>
        Reads.PostsAsync(limit, cancellationToken);

    public Task<IReadOnlyList<Incident>> FiringAsync(long after, int limit, CancellationToken cancellationToken) =>
        Reads.FiringAsync(after, limit, cancellationToken);

    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken) => Reads.CountAsync(cancellationToken);

    public Task<IReadOnlyList<OpenAlert>> OpenAlertsAsync(string source, CancellationToken cancellationToken) =>
        Reads.OpenAlertsAsync(source, cancellationToken);

    public Task<IReadOnlyList<string>> ReceiversAsync(string source, DateTimeOffset after, CancellationToken cancellationToken) =>
        Reads.ReceiversAsync(source, after, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_commits is not null)
        {
            await _commits.DisposeAsync();
        }

        _tables?.Dispose();
        if (_connection is not null)
        {
            SqliteConnection.ClearPool(_connection);
            await _connection.DisposeAsync();
        }

        if (_lock is not null)
        {
            await _lock.DisposeAsync();
        }
    }

    /// <summary>
    /// Reads all firing incidents beside the changes, and feeds them to the index of other rules in slices that hold up nobody.
    /// </summary>
    private async Task RebuildAsync(InhibitionIndex next)
    {
        try
        {
            IReadOnlyList<Incident> slice;
            for (var after = 0L; ; after = slice[^1].Number)
            {
                slice = await Reads.FiringAsync(after, InSlice, CancellationToken.None);
                if (slice.Count == 0)
                {
                    break;
                }

                if (!await Commits.RunAsync(session => session.Inhibitions.Feed(next, slice), CancellationToken.None))
                {
                    return;
                }
            }

            await Commits.RunAsync(session => session.Inhibitions.TakeOver(next)
                && session.Calendar.RecalculateDue(), CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The next change meets the other rules again and begins anew.
            await Commits.RunAsync(session => session.Inhibitions.GiveUp(next), CancellationToken.None);
        }
    }

    /// <summary>Makes a change, without the incidents that meet a bug in it: they are set aside and keep no other from it.</summary>
    private async Task<T> LivingAsync<T>(Func<SqliteSession, T> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await Commits.RunAsync(change, cancellationToken);
            }
            catch (IncidentFailedException bug) when (_setAside.Add(bug))
            {
                // Once more, without it.
            }
        }
    }

    private Rulebook By(SqliteSession session)
    {
        var current = rules();
        return new Rulebook(current, lanes(), session.Inhibitions.By(current));
    }

    private void Announce()
    {
        _session!.Ledger.Cache.Publish();
        if (_session.Ledger.TakeNews() is { } news)
        {
            feed.Publish(news);
        }
    }

    /// <summary>Whether another program has the file; the runtime says so by the system's own number, EAGAIN, or that of Windows.</summary>
    private static bool IsHeld(IOException problem) => (problem.HResult & 0xFFFF) is 11 or 35 or 32;

    private void Execute(string sql)
    {
        using var command = _connection!.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
