using System.Globalization;
using IncidentBot.Storage;
using IncidentBot.Storage.Sqlite;
using IncidentBot.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace IncidentBot.Line;

/// <summary>Nothing lost, nothing twice: the program is killed again and again under a stream of notifications.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 200;
    private const int KillsUnderAlertmanager = 20;
    private const int Teams = 4;
    private const int Groups = 160;

    /// <summary>Every third life ends while the program starts, the others soon after it was ready.</summary>
    private static readonly (int Starting, int Ready) LongestLife = (900, 400);

    /// <summary>Requests and answers travel long enough that many kills hit between send and record.</summary>
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan QuietWithin = TimeSpan.FromMinutes(4);

    /// <summary>Nothing of the vendors' budgets counts as spent at a start, so that a restart now and then shortens the wait.</summary>
    private static readonly TimeSpan RestartEvery = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Two_hundred_kills_lose_nothing_and_say_nothing_twice()
    {
        var cancel = TestContext.Current.CancellationToken;
        var seed = Seed();
        output.WriteLine($"seed {seed}: to repeat, set KILL_SEED");
        using var folder = new TemporaryFolder();
        await using var vendors = await Vendors.StartAsync(Latency);
        await using var bot = new BotProcess(folder, vendors.Configuration(Teams));
        var port = Loopback.FreePort();
        var webhook = new Uri($"http://127.0.0.1:{port}/webhooks/alertmanager");
        var stream = new AlertStream(() => webhook, seed, Teams, Groups);
        var census = new Census(folder, vendors);

        await ForgetPaceAsync(bot, port, folder, cancel);
        var streaming = stream.RunAsync(cancel);
        var killed = await KillAgainAndAgainAsync(Kills, bot, port, new Random(seed), census, cancel);
        stream.End();
        var restarts = await UntilQuietAsync(bot, port, () => Task.FromResult(streaming.IsCompleted), cancel);
        await streaming;
        Assert.Equal(0, await bot.TerminateAsync(cancel));

        var aftermath = new Aftermath(vendors, await IncidentsAsync(folder, cancel));
        aftermath.Compare(stream.Groups);
        output.WriteLine($"webhooks accepted          {stream.Accepted}, after {stream.Retried} attempts that met no program");
        Print(census, aftermath, vendors, killed, restarts);
        Assert.All(stream.Groups, group => Assert.True(group.Accepted > 0));
        Judge(stream.Complaints, census, aftermath, vendors);
        Assert.True(Found(census).Any(), "no kill hit Slack between send and record, so that nothing was found again");
    }

    [Fact]
    [Trait(Requirements.Needs, Requirements.Alertmanager)]
    public async Task Kills_under_a_real_Alertmanager_lose_nothing_and_say_nothing_twice()
    {
        var cancel = TestContext.Current.CancellationToken;
        var seed = Seed();
        output.WriteLine($"seed {seed}");
        using var folder = new TemporaryFolder();
        await using var vendors = await Vendors.StartAsync(Latency);
        await using var bot = new BotProcess(folder, vendors.Configuration(Teams));
        var port = Loopback.FreePort();
        await using var alertmanager = await AlertmanagerServer.StartAsync(
            AlertmanagerServer.Newest,
            AlertmanagerServer.Posting(new Uri($"http://127.0.0.1:{port}/webhooks/alertmanager"), groupBy: "alertname, group, team"), cancel);
        var alerts = new AlertmanagerStream(alertmanager, new Random(seed), Teams, groups: 30);
        var census = new Census(folder, vendors);

        await ForgetPaceAsync(bot, port, folder, cancel);
        var streaming = alerts.RunAsync(cancel);
        var killed = await KillAgainAndAgainAsync(KillsUnderAlertmanager, bot, port, new Random(seed), census, cancel);
        alerts.End();
        await streaming;
        var restarts = await UntilQuietAsync(bot, port, () => alerts.HasArrivedAsync(bot.Url, cancel), cancel);
        Assert.Equal(0, await bot.TerminateAsync(cancel));

        var aftermath = new Aftermath(vendors, await IncidentsAsync(folder, cancel));
        aftermath.Compare(alerts.Groups, everyChange: false);
        output.WriteLine($"posts to Alertmanager      {alerts.Posted}");
        Print(census, aftermath, vendors, killed, restarts);
        Judge([], census, aftermath, vendors);
    }

    /// <summary>
    /// Has the database forget at once what was sent when, or hundreds of restarts at the vendors' pace would take hours. What else
    /// it holds at a kill is left as it is.
    /// </summary>
    private static async Task ForgetPaceAsync(BotProcess bot, int port, TemporaryFolder folder, CancellationToken cancel)
    {
        await bot.StartAsync(cancel, port);
        Assert.Equal(0, await bot.TerminateAsync(cancel));
        await using var connection = new SqliteConnection($"Data Source={folder.Path}/data/incidentbot.db;Pooling=False");
        await connection.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "CREATE TRIGGER forget AFTER INSERT ON requests BEGIN DELETE FROM requests; END";
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<(int Starting, int Ready)> KillAgainAndAgainAsync(
        int kills, BotProcess bot, int port, Random random, Census census, CancellationToken cancel)
    {
        var starting = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            bot.Launch(port);
            if (random.Next(3) == 0)
            {
                starting++;
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(LongestLife.Starting)), TimeProvider.System, cancel);
            }
            else
            {
                await bot.UntilReadyAsync(cancel);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(LongestLife.Ready)), TimeProvider.System, cancel);
            }

            await bot.KillAsync();
            census.Take(kill);
        }

        return (starting, kills - starting);
    }

    /// <summary>Runs until everything was told and the rooms show it. Returns how often the program was restarted meanwhile.</summary>
    private static async Task<int> UntilQuietAsync(BotProcess bot, int port, Func<Task<bool>> told, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var restarts = 0; ; restarts++)
        {
            await bot.StartAsync(cancel, port);
            var started = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(started) < RestartEvery)
            {
                if (await told() && await WaitingAsync(bot, cancel) == 0)
                {
                    return restarts;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancel);
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < QuietWithin, $"posts still wait after {QuietWithin}; the program printed:\n{bot.LogTail}");
            Assert.Equal(0, await bot.TerminateAsync(cancel));
        }
    }

    /// <summary>How many posts do not show what they should.</summary>
    private static async Task<double> WaitingAsync(BotProcess bot, CancellationToken cancel)
    {
        var metrics = await Loopback.Client.GetStringAsync(new Uri(bot.Url, "/metrics"), cancel);
        return metrics.Split('\n').Where(line => line.StartsWith("incidentbot_posts_pending{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
    }

    /// <summary>What the database holds, read as the program reads it.</summary>
    private static async Task<IReadOnlyList<IncidentDetail>> IncidentsAsync(TemporaryFolder folder, CancellationToken cancel)
    {
        var reads = new SqliteReads($"Data Source={folder.Path}/data/incidentbot.db;Pooling=False");
        var all = await reads.ListAsync(new IncidentFilter(Limit: 10_000), cancel);
        var details = new List<IncidentDetail>();
        foreach (var incident in all)
        {
            details.Add((await reads.FindAsync(incident.Number, cancel))!);
        }

        return details;
    }

    private static void Judge(IEnumerable<string> told, Census census, Aftermath aftermath, Vendors vendors)
    {
        var complaints = told.Concat(aftermath.Complaints).Concat(vendors.Violations).ToList();
        foreach (var (room, incident, kind) in aftermath.Duplicates.Distinct())
        {
            var duplicates = aftermath.Duplicates.Count(one => one == (room, incident, kind));
            var hits = census.Hits.Count(hit => hit.Room == room && hit.Incident == incident && hit.Kind == kind);
            if (room.Kind == "matrix" || duplicates > hits)
            {
                complaints.Add($"#{incident} in {room}: {kind} is there {duplicates} times more than once, after {hits} kills between send and record");
            }
        }

        complaints.AddRange(Found(census).Where(hit => census.With(hit.Room, hit.Key) != 1)
            .Select(hit => $"{hit.Key} had reached Slack before kill {hit.Kill} and is there {census.With(hit.Room, hit.Key)} times"));
        Report.None(complaints);
    }

    private static IEnumerable<Hit> Found(Census census) =>
        census.Hits.Where(hit => hit is { Room.Kind: "slack", CarriedOut: true }).DistinctBy(hit => hit.Key);

    private void Print(Census census, Aftermath aftermath, Vendors vendors, (int Starting, int Ready) killed, int restarts)
    {
        output.WriteLine($"kills                      {killed.Starting + killed.Ready}: "
            + $"{killed.Starting} during a start, {killed.Ready} after it; {restarts} graceful restarts at the end");
        output.WriteLine($"incidents                  {aftermath.Incidents}");
        foreach (var kind in new[] { "slack", "telegram", "matrix" })
        {
            var requests = vendors.Of(new Rooms.Room(kind, "")).Requests.Count;
            var hits = census.Hits.Where(hit => hit.Room.Kind == kind).ToList();
            var twice = aftermath.Duplicates.Count(one => one.Room.Kind == kind);
            output.WriteLine($"{kind,-10} {aftermath.Messages.GetValueOrDefault(kind)} posts, "
                + $"{aftermath.Lines.GetValueOrDefault(kind)} history lines, {requests} requests; "
                + $"{hits.Count} creations or replies cut off between send and record; {twice} shown twice");
        }

        var known = census.Hits.Where(hit => hit.CarriedOut == true).ToList();
        output.WriteLine($"cut off after the vendor had done it: {known.Count(hit => hit.Room.Kind == "matrix")} in Matrix, "
            + $"{Found(census).Count()} in Slack, of which found again by metadata {Found(census).Count(hit => census.With(hit.Room, hit.Key) == 1)}");
    }

    private static int Seed() => Environment.GetEnvironmentVariable("KILL_SEED") is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture)
        : Environment.ProcessId;
}
