using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using IncidentBot.Line;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Cli;

/// <summary>What the page about backups promises, with the program itself: copied while it works, restored elsewhere; and its own health.</summary>
public sealed class BackupCommandTests
{
    private const string Configuration = "server: { listen: \"127.0.0.1:0\" }";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_that_is_made_under_load_is_restored_and_complete()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        await using var bot = new BotProcess(folder, Configuration);
        await bot.StartAsync(Stop);
        var answered = 0;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var load = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                await PostAsync(bot, answered);
                Interlocked.Increment(ref answered);
            }
        }, Stop);
        await Loopback.UntilAsync(() => Task.FromResult(Volatile.Read(ref answered) >= 50 ? "" : null), TimeSpan.FromSeconds(30), () => $"{answered} were answered", Stop);

        var before = Volatile.Read(ref answered);
        var (code, said) = await RunAsync(folder, "backup", "copy.db");
        await enough.CancelAsync();
        await load;
        Assert.Equal(0, code);
        Assert.Matches("^copy\\.db: whole, [0-9]+ bytes, [0-9]+ incidents ", said);

        var data = Directory.CreateDirectory(Path.Combine(elsewhere.Path, "data")).FullName;
        File.Copy(Path.Combine(folder.Path, "copy.db"), Path.Combine(data, "incidentbot.db"));
        await using var restored = new BotProcess(elsewhere, Configuration);
        await restored.StartAsync(Stop);
        var groups = JsonNode.Parse(await Loopback.Client.GetStringAsync(new Uri(restored.Url, "/api/v1/incidents?status=all"), Stop))!["incidents"]!.AsArray()
            .Select(incident => (string?)incident!["labels"]!["group"]).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(Enumerable.Range(0, before), number => !groups.Contains(Name(number)));

        Assert.Equal(1, (await RunAsync(folder, "backup", "copy.db")).Code);
    }

    [Fact]
    public async Task Health_is_0_while_it_is_ready_and_1_when_nothing_answers()
    {
        using var folder = new TemporaryFolder();
        var port = Loopback.FreePort();
        await using var bot = new BotProcess(folder, string.Create(CultureInfo.InvariantCulture, $"server: {{ listen: \"127.0.0.1:{port}\" }}"));
        Assert.Equal(1, (await RunAsync(folder, "health")).Code);
        await bot.StartAsync(Stop);

        Assert.Equal((0, "IncidentBot is ready."), await RunAsync(folder, "health"));
    }

    private static async Task<(int Code, string Said)> RunAsync(TemporaryFolder folder, params string[] arguments)
    {
        await using var command = ServerProcess.Start("dotnet", [BotProcess.Program, .. arguments], folder.Path);
        return (await command.WaitAsync(Stop), command.LogTail);
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"g{number}");

    private static async Task PostAsync(BotProcess bot, int number)
    {
        var group = new AlertGroup(Name(number), number, new Random(number));
        group.Change(TimeProvider.System.GetUtcNow(), end: false);
        using var content = new StringContent(group.Notification().Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await Loopback.Client.PostAsync(bot.Webhook, content, Stop);
        answer.EnsureSuccessStatusCode();
    }
}
