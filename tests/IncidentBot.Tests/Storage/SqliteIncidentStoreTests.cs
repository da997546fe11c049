using System.Globalization;
using System.Reflection;
using IncidentBot.Incidents;
using IncidentBot.Posts;
using IncidentBot.Rooms;
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
    public async Task A_repetition_waits_for_nobody_and_a_change_waits_for_its_turn()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        await using var other = new SqliteConnection($"Data Source={File}");
        await other.OpenAsync(Cancel);
        await using var transaction = await other.BeginTransactionAsync(Cancel);

        Assert.False(await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.ReceiveAsync(Group(Resolved("plex-0")), Cancel));
        Assert.False(await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel));
        await transaction.RollbackAsync(Cancel);

        Assert.True(await Store.ReceiveAsync(Group(Resolved("plex-0")), Cancel));
        Assert.False(await Store.ReceiveAsync(Group(Resolved("plex-0")), Cancel));
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

        // Also one that is newer by a single step.
        Sql(newer, $"PRAGMA user_version = {Version(newer) + 1}");
        await using var next = At(newer);
        Assert.Contains("has schema", (await Assert.ThrowsAsync<StoreRefusedException>(() => next.StartAsync(Cancel))).Message, StringComparison.Ordinal);
        await next.DisposeAsync();

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
        await Store.DisposeAsync();
        System.IO.File.Delete(File);
        Old(schema: 1, Row("incidents", FirstIncident), Row("alerts", FirstAlert), Row("owners", "'home', 'f1', 1"),
            Row("posts", "1, 1, 'slack:C1', 'critical', 1, 0, NULL, NULL, 0, 0, NULL, 0, 0, NULL, NULL, NULL, 0, 60000000, NULL"));
        await OpenAgainAsync();

        var found = (await Store.FindAsync(1, Cancel))!;
        Assert.Equal("plex-0", Assert.Single(found.Incident.Alerts.Values).Labels["pod"]);
        Assert.Equal((Ops, SendKinds.Create), Assert.Single(found.Summary.Posts) is var post ? (post.Room, post.Next) : default);
        await Store.ReceiveAsync(Group(Firing("plex-0"), Firing("plex-1")), Cancel);
    }

    [Fact]
    public async Task Alerts_and_posts_of_the_schema_with_a_row_for_each_alert_are_kept()
    {
        await Store.DisposeAsync();
        System.IO.File.Delete(File);
        const string QuotedLabels = """{"pod":"plex \"0\""}""";
        const string Silence = """{"by":"ops","comment":"ü","kind":"1","until":""}""";
        const string Post = "(id, incident, room, lane, wanted, shown, message_id, history, told, refused, attempts, generation, wanted_since, urgent, step, called) VALUES";
        const string Alert = "(incident, fingerprint, labels, annotations, generator_url, starts_at, firing_since, ends_at, heard_at, suppression) VALUES";
        Old(schema: 8,
            Row("incidents", FirstIncident + ", '{}', NULL, NULL, NULL, '', ''"),
            $"INSERT INTO alerts {Alert} (1, 'f1', '{QuotedLabels}', '{{}}', 'http://g', 60000000, 60000000, NULL, 60000000, '{Silence}')",
            $"INSERT INTO alerts {Alert} (1, 'f2', '{{\"pod\":\"b\"}}', '{{\"summary\":\"s\"}}', '', 60000000, 61000000, 90000000, 60000000, NULL)",
            "INSERT INTO owners VALUES ('home', 'f1', 1)",
            "INSERT INTO summaries (number, room, phase, began_at, digest) VALUES (5, 'slack:C1', 1, 60000000, NULL), (6, 'slack:C1', 0, 60000000, 'rest')",
            $"INSERT INTO posts {Post} (7, 1, 'slack:C1', 'critical', 3, 2, 'm', 9, 8, 0, 1, 2, 60000000, 1, 1, 1), (8, -5, 'slack:C1', '', 1, 0, NULL, 0, 0, 0, 0, 0, 60000000, 0, 0, 0), "
            + "(9, -6, 'slack:C1', 'rest', 1, 0, NULL, 0, 0, 0, 0, 0, 60000000, 0, 0, 0)",
            "DELETE FROM posts WHERE id = 9", "INSERT INTO posts (incident, room, lane, wanted, shown, history, told, refused, attempts, generation, wanted_since) "
            + "VALUES (-6, 'slack:C1', 'rest', 1, 0, 0, 0, 0, 0, 0, 60000000)");
        await OpenAgainAsync();

        var alerts = (await Store.FindAsync(1, Cancel))!.Incident.Alerts;
        Assert.Equal("plex \"0\"", alerts["f1"].Labels["pod"]);
        Assert.Equal(new Suppression(SuppressionKind.Silenced, "ops", "ü"), alerts["f1"].Suppression);
        Assert.Equal(("b", "s", DateTimeOffset.UnixEpoch.AddSeconds(90)), (alerts["f2"].Labels["pod"], alerts["f2"].Annotations["summary"], alerts["f2"].EndsAt));
        var posts = await PostsAsync();
        Assert.Equal([(7, new PostSubject.OfIncident(1)), (8, new PostSubject.OfStorm(5)), (10, (PostSubject)new PostSubject.OfDigest(6))], posts.Select(post => (post.Id, post.Subject)));
        Assert.Equal((1, true, true, 2, "m", 8L), (posts[0].Step, posts[0].Urgent, posts[0].Called, posts[0].Progress.Generation, posts[0].MessageId, posts[0].Progress.Told));

        // Requests are keyed by the number, so none is given twice.
        await Store.ReceiveAsync(BotFixture.Alone(Firing("new")), Cancel);
        Assert.Equal(11, (await PostsAsync()).Max(post => post.Id));
    }

    [Fact]
    public void The_numbers_in_statements_are_those_of_the_kinds_of_things() => Assert.Equal(
        [(int)IncidentStatus.Firing, (int)IncidentStatus.Resolved, (int)IncidentStatus.Stale, (int)StormPhase.Calm],
        new[] { Sqlite.Sql.Firing, Sqlite.Sql.Resolved, Sqlite.Sql.Stale, Sqlite.Sql.Calm }.Select(number => int.Parse(number, CultureInfo.InvariantCulture)));

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

        Assert.Equal((1001, 1001L), ((await Store.FindAsync(1, Cancel))!.Incident.Alerts.Count, Count(File, "owners")));
        await Store.ReceiveAsync(Group(Firing("pod-0-0", since: 30)), Cancel);
        Assert.Equal((1L, 1002L), (Count(File, "alerts"), Count(File, "owners")));
        await Store.ReceiveAsync(Group(Resolved("pod-0-0", since: 30, at: 31), Resolved("stays", at: 31)), Cancel);
        await Store.DeleteEndedAsync(Say.At(100), Cancel);
        Assert.Equal((0L, 0L), (Count(File, "alerts"), Count(File, "owners")));
    }

    [Theory]
    [InlineData("Critical", 3, "critical", 4)]
    [InlineData("P1", 3, "critical", 4)]
    [InlineData("ERROR", 2, "high", 3)]
    [InlineData("warn", 2, "warning", 2)]
    [InlineData("Odd", 2, "odd", 2)]
    [InlineData("notice", 1, "info", 1)]
    [InlineData("none", 0, "none", 0)]
    public async Task Severities_that_an_earlier_program_left_are_named_and_ranked_anew(string word, int rank, string name, int newRank)
    {
        await Store.DisposeAsync();
        System.IO.File.Delete(File);
        Old(schema: 1, Row("incidents", FirstIncident.Replace("'critical', 3", $"'{word}', {rank}", StringComparison.Ordinal)));
        await OpenAgainAsync();
        Assert.Equal(new Severity(name), Assert.Single(await Store.ListAsync(new IncidentFilter(Severity: word), Cancel)).Severity);
        Assert.Equal(newRank, (int)new Severity(word).Level);
        Assert.Equal(1, Count(File, $"incidents WHERE rank = {newRank}"));
    }

    private const string FirstIncident = "1, '{\"source\":\"home\"}', 'home', 'incidentbot', '{}', '{}', 1, 1, 'critical', 3, 'critical', 'PodNotReady', '', '', NULL, 1, 0, 0, 0, '', '', 60000000, 60000000, NULL, 60000000, 60000000";
    private const string FirstAlert = "1, 'f1', '{\"alertname\":\"PodNotReady\",\"pod\":\"plex-0\"}', '{}', '', 60000000, 60000000, NULL, 60000000";

    private static string Row(string table, string values) => $"INSERT INTO {table} VALUES ({values})";

    /// <summary>Makes the database as an earlier program left it.</summary>
    private void Old(int schema, params string[] rows)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=false");
        connection.Open();
        SqliteSchema.Migrate(connection, schema);
        foreach (var row in rows)
        {
            using var command = connection.CreateCommand();
            command.CommandText = row;
            command.ExecuteNonQuery();
        }
    }

    private static long Version(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return (long)command.ExecuteScalar()!;
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

    private SqliteIncidentStore At(string path) => new(path, Clock, () => Rules, () => Lanes, Feed());

    private ChangeFeed Feed()
    {
        var feed = new ChangeFeed();
        feed.Subscribe(Listener.Take);
        return feed;
    }

    private static void Sql(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
