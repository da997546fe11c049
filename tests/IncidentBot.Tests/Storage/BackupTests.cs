using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Storage.Sqlite;
using IncidentBot.Support;
using Microsoft.Data.Sqlite;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Storage;

/// <summary>Copies of the database, and databases that earlier versions left behind.</summary>
public sealed class BackupTests : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-backup-");
    private readonly List<IIncidentStore> _stores = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_copy_that_is_made_under_load_holds_all_that_was_answered_before_it()
    {
        var store = await OpenAsync("bot.db");
        using var enough = new CancellationTokenSource();
        var answered = new List<string>();
        var load = LoadAsync(store, answered, enough.Token);
        while (Snapshot(answered).Count < 100)
        {
            await Task.Yield();
        }

        var before = Snapshot(answered);
        var copy = StoreCatalog.BackUp(Options("bot.db"), PathOf("copy.db"));
        await enough.CancelAsync();
        await load;

        var restored = await OpenAsync("copy.db");
        var places = (await restored.ListAsync(new IncidentFilter(Limit: int.MaxValue), Cancel)).Select(incident => incident.Place).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(before.Count, before.Count(pod => places.Contains($"namespace=media, pod={pod}")));
        Assert.Equal((copy.Incidents, copy.Open), (places.Count, places.Count));
        Assert.Equal(store.Identity, restored.Identity);
        await restored.ReceiveAsync(BotFixture.Alone(Firing("afterwards")), Cancel);
    }

    [Fact]
    public async Task Nothing_is_overwritten_and_a_copy_that_cannot_be_made_leaves_nothing_behind()
    {
        await OpenAsync("bot.db");
        await File.WriteAllTextAsync(PathOf("there.db"), "precious", Cancel);
        Directory.CreateDirectory(PathOf("folder.db"));
        var before = Names();

        Assert.Contains("exists, and nothing is overwritten", Refusal("bot.db", "there.db"), StringComparison.Ordinal);
        Assert.Contains("exists, and nothing is overwritten", Refusal("bot.db", "folder.db"), StringComparison.Ordinal);
        Assert.Contains("exists, and nothing is overwritten", Refusal("bot.db", "bot.db"), StringComparison.Ordinal);
        Assert.Contains("there is no folder", Refusal("bot.db", "nowhere/copy.db"), StringComparison.Ordinal);
        Assert.Contains("there is no database", Refusal("other.db", "copy.db"), StringComparison.Ordinal);
        Assert.Contains("damaged", Refusal("there.db", "copy.db"), StringComparison.Ordinal);

        Assert.Equal("precious", await File.ReadAllTextAsync(PathOf("there.db"), Cancel));
        Assert.Equal(before, Names());
    }

    [Fact]
    public async Task A_damaged_database_makes_no_copy()
    {
        var store = await OpenAsync("bot.db");
        await LoadAsync(store, [], TestContext.Current.CancellationToken, most: 200);
        await store.DisposeAsync();
        _stores.Clear();
        await using (var file = File.OpenWrite(PathOf("bot.db")))
        {
            for (var at = 8192; at < file.Length; at += 4096)
            {
                file.Position = at;
                file.Write(new byte[64]);
            }
        }

        Assert.Matches("damaged|not whole", Refusal("bot.db", "copy.db"));
        Assert.DoesNotContain(Names(), name => name.StartsWith("copy.db", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plain_copy_of_the_file_has_the_tables_from_the_beginning()
    {
        await OpenAsync("bot.db");
        File.Copy(PathOf("bot.db"), PathOf("copy.db"));

        using var connection = new SqliteConnection($"Data Source={PathOf("copy.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM incidents), (SELECT count(*) FROM store)";
        using var row = command.ExecuteReader();
        Assert.True(row.Read());
        Assert.Equal((0, 1), (row.GetInt32(0), row.GetInt32(1)));
    }

    [Theory]
    [InlineData("schema-8.sql")]
    public async Task What_an_earlier_version_left_is_brought_up_to_date_and_goes_on(string left)
    {
        using (var connection = new SqliteConnection($"Data Source={PathOf("old.db")};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = await File.ReadAllTextAsync(Repository.PathOf("tests", "IncidentBot.Tests", "Storage", "Schemas", left), Cancel);
            command.ExecuteNonQuery();
        }

        var store = await OpenAsync("old.db");

        Assert.Equal("d9308db140", store.Identity);
        var incidents = (await store.ListAsync(new IncidentFilter(), Cancel)).OrderBy(incident => incident.Number).ToList();
        Assert.Equal(["NodeDown", "PodNotReady", "DiskSpaceLow", "MCPServerDown"], incidents.Select(incident => incident.Title));
        Assert.Equal([IncidentStatus.Resolved, IncidentStatus.Resolved, IncidentStatus.Firing, IncidentStatus.Firing], incidents.Select(incident => incident.Status));
        Assert.Equal("ada", incidents[3].AcknowledgedBy);
        var disks = await store.FindAsync(3, Cancel);
        Assert.Equal((6, 1), (disks!.Incident.Alerts.Count, disks.Summary.Posts.Count));
        Assert.Equal(7, (await store.PostsAsync(100, Cancel)).Count);
        Assert.True((await store.FindAsync(2, Cancel))!.Timeline.Count >= 6);
        Assert.True(await store.ReceiveAsync(BotFixture.Alone(Firing("afterwards")), Cancel));
        Assert.Equal(5, (await store.ListAsync(new IncidentFilter(), Cancel)).Max(incident => incident.Number));
        Assert.Equal(5, StoreCatalog.BackUp(Options("old.db"), PathOf("new.db")).Incidents);
    }

    private static async Task LoadAsync(IIncidentStore store, List<string> answered, CancellationToken enough, int most = int.MaxValue)
    {
        for (var i = 0; i < most && !enough.IsCancellationRequested; i++)
        {
            await store.ReceiveAsync(BotFixture.Alone(Firing($"pod-{i}")), CancellationToken.None);
            lock (answered)
            {
                answered.Add($"pod-{i}");
            }
        }
    }

    private static List<string> Snapshot(List<string> answered)
    {
        lock (answered)
        {
            return [.. answered];
        }
    }

    private async Task<IIncidentStore> OpenAsync(string name)
    {
        var store = new SqliteIncidentStore(PathOf(name), new FakeClock(Noon), () => IncidentRules.Default, () => new LaneBook([]), new ChangeFeed());
        _stores.Add(store);
        await store.StartAsync(Cancel);
        return store;
    }

    private string Refusal(string database, string target) =>
        Assert.Throws<StoreRefusedException>(() => StoreCatalog.BackUp(Options(database), PathOf(target))).Message;

    private StoreOptions Options(string name) => new() { Sqlite = PathOf(name) };

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private List<string> Names() => [.. _folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Select(file => file.Name).Order(StringComparer.Ordinal)];
}
