using System.Reflection;
using IncidentBot.Incidents;
using IncidentBot.Storage.Sqlite;
using IncidentBot.Support;
using Microsoft.Data.Sqlite;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Storage;

/// <summary>A commit that fails after everything was worked out: nothing of it is remembered anywhere, and the same again is news.</summary>
public sealed class FailedCommitTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-commit-");
    private readonly StillClock _clock = new(Noon);
    private readonly IncidentRules _rules = IncidentRules.Default with
    {
        Inhibit = [new InhibitRule([Matcher.Parse("pod", "node")], [Matcher.Parse("alertname", "PodNotReady")], ["namespace"])],
    };

    private SqliteIncidentStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _store = new SqliteIncidentStore(Path.Combine(_folder.FullName, "bot.db"), _clock, () => _rules, () => Lanes.LaneBook.Of([]), new ChangeFeed());
        await _store.StartAsync(Cancel);

        // A constraint that is looked at by COMMIT alone.
        Execute("PRAGMA foreign_keys = ON; CREATE TABLE parents (id INTEGER PRIMARY KEY); "
            + "CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)");
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_was_not_committed_is_news_when_it_comes_again()
    {
        await FailAsync(() => _store.ReceiveAsync(Group(Firing("plex-0")), Cancel));
        Assert.Empty(await _store.ListAsync(new IncidentFilter(), Cancel));

        Assert.True(await _store.ReceiveAsync(Group(Firing("plex-0")), Cancel));
        Assert.Single(await _store.ListAsync(new IncidentFilter(), Cancel));

        await FailAsync(() => _store.ReceiveAsync(Group(Firing("plex-0"), Firing("plex-1")), Cancel));
        Assert.True(await _store.ReceiveAsync(Group(Firing("plex-0"), Firing("plex-1")), Cancel));
        Assert.Equal(2, Assert.Single(await _store.ListAsync(new IncidentFilter(), Cancel)).Firing);
    }

    [Fact]
    public async Task What_was_not_committed_inhibits_nothing()
    {
        await FailAsync(() => _store.ReceiveAsync(BotFixture.Alone(Firing("node")), Cancel));

        await _store.ReceiveAsync(BotFixture.Alone(Firing("plex-0")), Cancel);

        Assert.Null((await _store.FindAsync(1, Cancel))!.Incident.Inhibition);
    }

    private async Task FailAsync(Func<Task> change)
    {
        Execute("CREATE TRIGGER fails AFTER INSERT ON timeline BEGIN INSERT INTO children VALUES (1); END");
        await Assert.ThrowsAsync<StoreUnavailableException>(change);
        Execute("DROP TRIGGER fails");
    }

    /// <summary>On the connection that writes, while nothing is written.</summary>
    private void Execute(string sql)
    {
        var connection = (SqliteConnection)typeof(SqliteIncidentStore).GetField("_connection", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(_store)!;
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
