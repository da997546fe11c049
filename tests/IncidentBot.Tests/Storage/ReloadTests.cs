using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Rooms;
using IncidentBot.Storage.Sqlite;
using IncidentBot.Support;
using Microsoft.Data.Sqlite;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Storage;

/// <summary>The cost of one webhook does not grow with what is stored, also not when the rules have just changed.</summary>
public sealed class ReloadTests : IAsyncLifetime
{
    private const int Incidents = 2000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-reload-");
    private readonly StillClock _clock = new(Noon);
    private readonly LaneBook _lanes = new([new Lane("all", 0, [], [Room.Inbox], false, [], false) { Escalate = [] }]);
    private IncidentRules _rules = IncidentRules.Default;
    private SqliteIncidentStore? _store;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SqliteIncidentStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _store = new SqliteIncidentStore(Path.Combine(_folder.FullName, "bot.db"), _clock, () => _rules, () => _lanes, new ChangeFeed());
        await _store.StartAsync(Cancel);
        await Task.WhenAll(Enumerable.Range(0, Incidents).Select(i => Store.ReceiveAsync(BotFixture.Alone(Firing($"pod-{i}")), Cancel)));
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_first_webhook_after_the_rules_changed_waits_for_no_reading_and_the_new_rules_come_into_force_all_the_same()
    {
        await TimeAsync("warm");
        var before = await TimeAsync("before");
        Inhibit("PodNotReady");

        var first = await TimeAsync("node");
        await UntilAsync(async () => (await Store.FindAsync(1, Cancel))!.Incident.Inhibition is not null);

        Assert.True(first < before + TimeSpan.FromMilliseconds(250), $"{first} after, {before} before");
        Assert.Equal(Incidents + 2, (await InhibitedAsync()).Count);
    }

    [Fact]
    public void Rules_that_say_the_same_are_the_same()
    {
        var before = Inhibit("PodNotReady");

        Assert.Equal(before, Inhibit("PodNotReady"));
        Assert.NotEqual(before, Inhibit("=~PodNotReady"));
        Assert.NotEqual(before, Inhibit("!=PodNotReady"));
    }

    [Fact]
    public async Task A_change_that_fails_takes_back_what_it_taught_and_reads_nothing_else()
    {
        Inhibit("PodNotReady");
        await TimeAsync("node");
        await UntilAsync(async () => (await Store.FindAsync(1, Cancel))!.Incident.Inhibition is not null);

        Limit(pages: 1);
        var pod = 0;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            while (++pod < 5000)
            {
                await Store.ReceiveAsync(BotFixture.Alone(Firing($"fills-{pod}")), Cancel);
            }
        });
        Limit(pages: 1_000_000);

        var after = await TimeAsync("after");
        Assert.True(after < TimeSpan.FromMilliseconds(500), $"{after}");
        Assert.NotNull((await Store.FindAsync((await Store.ListAsync(new IncidentFilter(Text: "after"), Cancel)).Single().Number, Cancel))!.Incident.Inhibition);

        // What was lost with the transaction is news when it is said again.
        Assert.True(await Store.ReceiveAsync(BotFixture.Alone(Firing($"fills-{pod}")), Cancel));
    }

    /// <summary>How far the file may grow; the limit belongs to the connection that writes.</summary>
    private void Limit(int pages)
    {
        var connection = (SqliteConnection)typeof(SqliteIncidentStore).GetField("_connection", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(Store)!;
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}");
        command.ExecuteNonQuery();
    }

    private InhibitRule Inhibit(string target)
    {
        var rule = new InhibitRule([Matcher.Parse("pod", "node")], [Matcher.Parse("alertname", target)], ["namespace"]);
        _rules = IncidentRules.Default with { Inhibit = [rule] };
        return rule;
    }

    private async Task<TimeSpan> TimeAsync(string pod)
    {
        var watch = Stopwatch.StartNew();
        await Store.ReceiveAsync(BotFixture.Alone(Firing(pod)), Cancel);
        return watch.Elapsed;
    }

    private async Task UntilAsync(Func<Task<bool>> met)
    {
        for (var i = 0; i < 2000 && !await met(); i++)
        {
            if (await Store.TakeDueAsync(Cancel) == 0)
            {
                await Task.Yield();
            }
        }

        Assert.True(await met());
        while (await Store.TakeDueAsync(Cancel) > 0)
        {
        }
    }

    private async Task<List<IncidentSummary>> InhibitedAsync()
    {
        var found = new List<IncidentSummary>();
        foreach (var incident in await Store.ListAsync(new IncidentFilter(Limit: Incidents + 10), Cancel))
        {
            if ((await Store.FindAsync(incident.Number, Cancel))!.Incident.Inhibition is not null)
            {
                found.Add(incident);
            }
        }

        return found;
    }
}
