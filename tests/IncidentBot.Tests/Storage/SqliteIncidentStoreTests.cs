using System.Globalization;
using System.Reflection;
using IncidentBot.Storage.Sqlite;
using IncidentBot.Support;
using Microsoft.Data.Sqlite;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Storage;

/// <summary>The file under the contract: who holds it, when it is full, and when it is something else.</summary>
public sealed class SqliteIncidentStoreTests : IncidentStoreContract
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-store-");

    private string File => Path.Combine(_folder.FullName, "new", "folder", "bot.db");

    private protected override IIncidentStore Create() => At(File);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_repetition_writes_nothing_to_the_file()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0"), Firing("plex-1")), Cancel);
        var log = new FileInfo(File + "-wal");
        var before = (log.Length, log.LastWriteTimeUtc);

        for (var i = 0; i < 20; i++)
        {
            await Store.ReceiveAsync(Group(Firing("plex-1"), Firing("plex-0")), Cancel);
        }

        log.Refresh();
        Assert.Equal(before, (log.Length, log.LastWriteTimeUtc));
    }

    [Fact]
    public async Task A_check_writes_also_when_nothing_else_does()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        var log = new FileInfo(File + "-wal");
        var before = (log.Length, log.LastWriteTimeUtc);

        await Store.CheckAsync(Cancel);

        log.Refresh();
        Assert.NotEqual(before, (log.Length, log.LastWriteTimeUtc));
    }

    [Fact]
    public async Task A_disk_that_is_full_is_said_and_forgotten_when_there_is_room_again()
    {
        await Store.ReceiveAsync(BotFixture.Alone(Firing("first")), Cancel);
        var full = await WithLimitAsync();

        Assert.Equal("the disk is full", full.Message);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("later")), Cancel);
        await OpenAgainAsync();
        var names = (await Store.ListAsync(new IncidentFilter(), Cancel)).Select(incident => incident.Place).ToList();
        Assert.Contains("namespace=media, pod=first", names);
        Assert.Contains("namespace=media, pod=later", names);
        Assert.Equal(names.Count, (await Store.WaitingAsync(Cancel)).Count);
    }

    [Fact]
    public async Task A_second_program_is_told_who_has_the_file()
    {
        await using var second = At(File);

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => second.StartAsync(Cancel));

        Assert.Contains("in use by another incidentbot", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_schema_and_what_is_no_database_are_refused_in_words()
    {
        var newer = Path.Combine(_folder.FullName, "newer.db");
        await using (var store = At(newer))
        {
            await store.StartAsync(Cancel);
        }

        Sql(newer, "PRAGMA user_version = 99");
        await using var fromTheFuture = At(newer);
        Assert.Contains("has schema 99", (await Assert.ThrowsAsync<StoreRefusedException>(() => fromTheFuture.StartAsync(Cancel))).Message, StringComparison.Ordinal);

        var text = Path.Combine(_folder.FullName, "text.db");
        await System.IO.File.WriteAllTextAsync(text, new string('x', 5000), Cancel);
        await using var noDatabase = At(text);
        Assert.Contains("damaged", (await Assert.ThrowsAsync<StoreRefusedException>(() => noDatabase.StartAsync(Cancel))).Message, StringComparison.Ordinal);

        await using var folder = At(_folder.FullName);
        await Assert.ThrowsAsync<StoreRefusedException>(() => folder.StartAsync(Cancel));
    }

    [Fact]
    public async Task A_store_that_is_not_open_or_stopped_is_unavailable()
    {
        var store = At(Path.Combine(_folder.FullName, "other.db"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReceiveAsync(Group(Firing("plex-0")), Cancel));
        await store.StartAsync(Cancel);
        await store.DisposeAsync();
        var stopped = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReceiveAsync(Group(Firing("plex-0")), Cancel));
        Assert.Contains("stopping", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_the_first_schema_is_brought_up_to_date()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        await Store.DisposeAsync();
        Sql(File, "DROP TABLE moves; DROP INDEX incidents_due; ALTER TABLE alerts DROP COLUMN suppression; ALTER TABLE posts DROP COLUMN urgent; "
            + "ALTER TABLE posts DROP COLUMN over; ALTER TABLE posts DROP COLUMN step; ALTER TABLE posts DROP COLUMN called; DROP TABLE requests; DROP INDEX posts_summary; "
            + "ALTER TABLE posts DROP COLUMN summary; DROP TABLE summaries; DROP TABLE digests; DROP TABLE digested; "
            + "ALTER TABLE timeline DROP COLUMN quiet; "
            + "ALTER TABLE incidents DROP COLUMN call; ALTER TABLE incidents DROP COLUMN flapping; ALTER TABLE incidents DROP COLUMN due_at; "
            + "ALTER TABLE incidents DROP COLUMN inhibition; ALTER TABLE incidents DROP COLUMN burdens; ALTER TABLE incidents DROP COLUMN rises; "
            + "ALTER TABLE timeline DROP COLUMN calls; PRAGMA user_version = 1");
        await OpenAgainAsync();

        Assert.Single(await Store.ListAsync(new IncidentFilter(), Cancel));
        await Store.ReceiveAsync(Group(Firing("plex-0"), Firing("plex-1")), Cancel);
    }

    [Fact]
    public async Task What_an_incident_forgets_is_forgotten_as_its_own_too()
    {
        await Store.ReceiveAsync(Group(Firing("stays")), Cancel);
        for (var i = 0; i < 12; i++)
        {
            Clock.Now = Say.At(i);
            await Store.ReceiveAsync(Group([.. Enumerable.Range(0, 100).Select(pod => Firing($"pod-{i}-{pod}", since: i))]), Cancel);
            await Store.ReceiveAsync(Group([.. Enumerable.Range(0, 100).Select(pod => Resolved($"pod-{i}-{pod}", since: i, at: i + 1))]), Cancel);
        }

        Assert.Equal((1001L, 1001L), (Count(File, "alerts"), Count(File, "owners")));
        await Store.ReceiveAsync(Group(Firing("pod-0-0", since: 30)), Cancel);
        Assert.Equal((1002L, 1002L), (Count(File, "alerts"), Count(File, "owners")));
        await Store.ReceiveAsync(Group(Resolved("pod-0-0", since: 30, at: 31), Resolved("stays", at: 31)), Cancel);
        await Store.DeleteEndedAsync(Say.At(100), Cancel);
        Assert.Equal((0L, 0L), (Count(File, "alerts"), Count(File, "owners")));
    }

    private static long Count(string path, string table)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Lets the file grow no further than it is, and fills it; then takes the limit back.</summary>
    private async Task<StoreUnavailableException> WithLimitAsync()
    {
        Limit(pages: 1);
        try
        {
            for (var i = 0; i < 5000; i++)
            {
                await Store.ReceiveAsync(BotFixture.Alone(Firing($"pod-{i}")), Cancel);
            }
        }
        catch (StoreUnavailableException full)
        {
            return full;
        }
        finally
        {
            Limit(pages: 1_000_000);
        }

        throw new InvalidOperationException("the file took everything");
    }

    /// <summary>The limit belongs to the connection that writes, which nobody else can reach.</summary>
    private void Limit(int pages)
    {
        var connection = (SqliteConnection)typeof(SqliteIncidentStore).GetField("_connection", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(Store)!;
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}");
        command.ExecuteNonQuery();
    }

    private SqliteIncidentStore At(string path) => new(path, Clock, () => Rules, () => Lanes, [Listener], [Listener]);

    private static void Sql(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
