using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IncidentBot.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace IncidentBot.Line;

/// <summary>
/// Commands are done once: the program is killed again and again while people write in Slack and Telegram, and Slack exchanges sockets. By
/// hand with <c>CHAT_KILLS=full</c>: 1,000 commands, 20 exchanges, 50 kills.
/// </summary>
public sealed partial class ChatKillTests(ITestOutputHelper output)
{
    private const int People = 40;
    private static readonly (int Commands, int Refreshes, int Kills) InCi = (160, 5, 6);
    private static readonly (int Commands, int Refreshes, int Kills) ByHand = (1000, 20, 50);
    private static readonly TimeSpan DoneWithin = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Commands_are_done_once_over_kills_and_exchanged_sockets()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (commands, refreshes, kills) = Environment.GetEnvironmentVariable("CHAT_KILLS") == "full" ? ByHand : InCi;
        using var folder = new TemporaryFolder();
        await using var slack = await SlackServer.StartAsync(TimeProvider.System);
        await using var telegram = await TelegramServer.StartAsync(TimeProvider.System);
        slack.EnforcesRates = telegram.EnforcesRates = false;
        await using var bot = new BotProcess(folder, Configuration(slack, telegram));
        await using var services = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient();
        var port = Loopback.FreePort();
        await bot.StartAsync(cancel, port);
        await OpenIncidentAsync(client, bot, cancel);

        var random = new Random(7);
        var killing = KillAsync(bot, port, kills, random, cancel);
        var talking = Task.WhenAll(TalkInSlackAsync(slack, commands / 2, cancel), TalkInTelegramAsync(telegram, commands / 2, cancel));
        var refreshed = 0;
        while (!killing.IsCompleted || refreshed < refreshes)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200 + random.Next(600)), TimeProvider.System, cancel);
            if (refreshed < refreshes && slack.OpenSockets > 0)
            {
                await slack.RefreshAsync();
                refreshed++;
            }
        }

        await killing;
        await talking;
        var since = TimeProvider.System.GetTimestamp();
        while (telegram.Waiting > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < DoneWithin, $"{telegram.Waiting} updates of Telegram are not confirmed\n{bot.LogTail}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancel);
        }

        Assert.Equal(0, await bot.TerminateAsync(cancel));
        var done = await DoneAsync(folder, cancel);
        output.WriteLine($"{commands} commands, {refreshed} exchanged sockets, {slack.Greeted} greeted, {kills} kills: {slack.Retold} told again by Slack, {done.Count} notes found");
        var expected = Enumerable.Range(0, commands / 2).SelectMany(i => new[] { $"s{i}", $"t{i}" }).ToList();
        Assert.Empty(expected.Except(done.Keys));
        Assert.DoesNotContain(done, note => note.Value != 1);
        Assert.Empty(slack.Violations);
        Assert.Empty(telegram.Violations);
    }

    [Fact]
    public async Task Acknowledge_is_shown_by_the_post_soon_after_it_is_pressed()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await using var slack = await SlackServer.StartAsync(TimeProvider.System);
        await using var telegram = await TelegramServer.StartAsync(TimeProvider.System);
        slack.EnforcesRates = telegram.EnforcesRates = false;
        await using var bot = new BotProcess(folder, Configuration(slack, telegram));
        await using var services = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await bot.StartAsync(cancel);
        await OpenIncidentAsync(client, bot, cancel);
        await UntilAsync(() => slack.Messages("C01").Count == 1 && slack.OpenSockets > 0, cancel);
        var post = slack.Messages("C01")[0];
        List<double> took = [];
        for (var press = 0; press < 40; press++)
        {
            var (label, words) = press % 2 == 0 ? ("I am on it", "has it") : ("Give back", "");
            await UntilAsync(() => SlackServer.Pressable(post).Any(button => button.Label == label), cancel);
            var edits = post.Edits;
            var since = TimeProvider.System.GetTimestamp();
            Assert.NotNull(await slack.PressAsync(post, $"U{press % People}", label));
            await UntilAsync(() => post.Edits > edits && post.Text.Contains(words, StringComparison.Ordinal), cancel);
            took.Add(TimeProvider.System.GetElapsedTime(since).TotalMilliseconds);
        }

        took.Sort();
        output.WriteLine($"from press to post: median {took[20]:0} ms, p99 {took[^1]:0} ms, of {took.Count}");
        Assert.Equal(0, await bot.TerminateAsync(cancel));
    }

    private static async Task UntilAsync(Func<bool> met, CancellationToken cancel)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!met())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < DoneWithin, "nothing came of it");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancel);
        }
    }

    private static async Task KillAsync(BotProcess bot, int port, int kills, Random random, CancellationToken cancel)
    {
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(700)), TimeProvider.System, cancel);
            await bot.KillAsync();
            await bot.StartAsync(cancel, port);
        }
    }

    private static async Task TalkInSlackAsync(SlackServer slack, int count, CancellationToken cancel)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < count)
            {
                await slack.SayAsync("C01", $"U{i % People}", $"note 1 s{i}", mention: true);
                await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, cancel);
            }
        }));
    }

    private static async Task TalkInTelegramAsync(TelegramServer telegram, int count, CancellationToken cancel)
    {
        telegram.GoOnWith(900_000);
        for (var i = 0; i < count; i++)
        {
            if (i == count / 2)
            {
                // As after a week without news: anywhere, also below.
                telegram.GoOnWith(100_000);
            }

            telegram.Say(-1001, 1000 + (i % People), $"/note 1 t{i}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancel);
        }
    }

    private static async Task OpenIncidentAsync(HttpClient client, BotProcess bot, CancellationToken cancel)
    {
        var body = JsonNode.Parse("""{"version":"4","groupKey":"{}","status":"firing","receiver":"bot","groupLabels":{"alertname":"NodeDown"},"commonLabels":{},"commonAnnotations":{},"externalURL":"","alerts":[{"status":"firing","labels":{"alertname":"NodeDown","severity":"critical"},"annotations":{"summary":"A node is down"},"startsAt":"2026-03-01T03:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"aaaaaaaaaaaaaaaa"}]}""");
        using var answer = await client.PostAsJsonAsync(bot.Webhook, body, cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancel));
    }

    /// <summary>How often each note stands in the history of incidents; the API shows the latest only.</summary>
    private static async Task<Dictionary<string, int>> DoneAsync(TemporaryFolder folder, CancellationToken cancel)
    {
        await using var connection = new SqliteConnection($"Data Source={folder.Path}/data/incidentbot.db;Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT detail FROM timeline";
        var done = new Dictionary<string, int>(StringComparer.Ordinal);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
        {
            foreach (var note in NoteWord().Matches(rows.GetString(0)).Select(match => match.Value).Distinct(StringComparer.Ordinal))
            {
                done[note] = done.GetValueOrDefault(note) + 1;
            }
        }

        return done;
    }

    private static string Configuration(SlackServer slack, TelegramServer telegram) => $$"""
        server: { listen: "127.0.0.1:0", log_level: warning }
        channels:
          slack: { api_url: "{{slack.ApiUrl}}", bot_token: "{{SlackServer.Token}}", app_token: "{{SlackServer.AppToken}}" }
          telegram: { api_url: "{{telegram.Url}}", bot_token: "{{TelegramServer.Token}}" }
        people:
          operators: [{{string.Join(", ", Enumerable.Range(0, People).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"slack:U{i}\", \"telegram:{1000 + i}\"")))}}]
        lanes:
          - { name: all, match: {}, rooms: ["slack:C01", "telegram:-1001"] }
        """;

    [GeneratedRegex(@"\b[st][0-9]+\b", RegexOptions.NonBacktracking)]
    private static partial Regex NoteWord();
}
