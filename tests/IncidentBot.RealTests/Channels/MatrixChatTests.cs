using System.Net.Http.Json;
using System.Text.Json.Nodes;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace IncidentBot.Channels;

/// <summary>Commands, replies and reactions before a real homeserver: heard, done once, also after an hour in which much was said.</summary>
[Trait(Support.Requirements.Needs, Support.Requirements.Homeserver)]
public sealed class MatrixChatTests(MatrixAgainstSynapseTests.Homeserver homeserver) : IClassFixture<MatrixAgainstSynapseTests.Homeserver>
{
    private const int Noise = 500;
    private const int Commands = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Synapse Synapse => homeserver.Synapse;

    [Fact]
    public async Task Reactions_replies_and_commands_act_and_a_strangers_do_not()
    {
        await using var room = await RoomAsync();
        var post = await room.PostAsync();
        var text = (await Synapse.EventAsync(room.Id, post, room.Ada, Stop))["content"].Text("body")!;
        Assert.Contains("React with 👍", text, StringComparison.Ordinal);

        await Synapse.ReactAsync(room.Id, room.Eve, post, "👍", Stop);
        await Synapse.ReactAsync(room.Id, room.Ada, post, "👍🏽", Stop);
        await room.UntilAsync(async () => await room.AcknowledgedByAsync() is not null);
        Assert.Contains("ada", await room.AcknowledgedByAsync(), StringComparison.OrdinalIgnoreCase);

        await Synapse.SayAsync(room.Id, room.Ada, "unack", Stop, root: post);
        await room.UntilAsync(async () => await room.AcknowledgedByAsync() is null);

        var asked = await Synapse.SayAsync(room.Id, room.Ada, "!ib status", Stop);
        JsonObject? answer = null;
        await room.UntilAsync(async () => (answer = (await Synapse.MessagesAsync(room.Id, room.Ada, Stop))
            .FirstOrDefault(said => said["content"]!["m.relates_to"]?["m.in_reply_to"].Text("event_id") == asked)) is not null);
        Assert.Equal("m.notice", answer!["content"].Text("msgtype"));
        Assert.DoesNotContain(await Synapse.RoomsAsync(room.Bot.Token, Stop), id => id == room.StrangersRoom);
    }

    [Fact]
    public async Task What_is_said_in_a_noisy_hour_while_the_program_is_away_is_done_once()
    {
        await using var room = await RoomAsync();
        await room.PostAsync();
        await room.Program.KillAsync();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < Noise)
            {
                var command = i % (Noise / Commands) == 7 && i / (Noise / Commands) < Commands;
                await Synapse.SayAsync(room.Id, command ? room.Ada : room.Eve, command ? $"!ib note 1 gap{i / (Noise / Commands):00}." : $"noise {i}", Stop);
            }
        }));
        await room.Program.StartAsync(Stop);
        await room.UntilAsync(async () => (await room.NotesAsync()).Count >= Commands);
        await room.Program.KillAsync();
        await Synapse.SayAsync(room.Id, room.Ada, "!ib note 1 after.", Stop);
        await room.Program.StartAsync(Stop);
        await room.UntilAsync(async () => (await room.NotesAsync()).Contains("after."));
        var notes = await room.NotesAsync();
        Assert.Equal([.. Enumerable.Range(0, Commands).Select(i => $"gap{i:00}."), "after."], notes.OrderBy(note => note == "after.").ThenBy(note => note, StringComparer.Ordinal));
    }

    private async Task<World> RoomAsync()
    {
        var bot = await Synapse.RegisterAsync($"bot-{Guid.NewGuid():N}", Stop);
        var ada = await Synapse.RegisterAsync($"ada-{Guid.NewGuid():N}", Stop);
        var eve = await Synapse.RegisterAsync($"eve-{Guid.NewGuid():N}", Stop);
        var id = await Synapse.CreateRoomAsync(bot.Token, Stop);
        foreach (var person in new[] { ada, eve })
        {
            await Synapse.InviteAsync(id, bot.Token, person.User, Stop);
            await Synapse.JoinAsync(id, person.Token, Stop);
        }

        var elsewhere = await Synapse.CreateRoomAsync(eve.Token, Stop);
        await Synapse.InviteAsync(elsewhere, eve.Token, bot.User, Stop);
        var folder = new TemporaryFolder();
        var program = new BotProcess(folder, $$"""
            server: { listen: "127.0.0.1:0", log_level: warning }
            channels:
              matrix: { homeserver: "{{Synapse.Url}}", access_token: "{{bot.Token}}" }
            people:
              operators: ["matrix:{{ada.User}}"]
            lanes:
              - { name: all, match: {}, rooms: ["matrix:{{id}}"] }
            """);
        await program.StartAsync(Stop);
        return new World(this, folder, program, id, bot, ada.Token, eve.Token, elsewhere);
    }

    /// <summary>A room with an operator, a stranger and the program.</summary>
    private sealed class World(MatrixChatTests tests, TemporaryFolder folder, BotProcess program, string id, (string User, string Token) bot, string ada, string eve, string elsewhere) : IAsyncDisposable
    {
        private readonly ServiceProvider _services = new ServiceCollection().AddHttpClient().BuildServiceProvider();

        public BotProcess Program => program;

        public string Id => id;

        public (string User, string Token) Bot => bot;

        public string Ada => ada;

        public string Eve => eve;

        public string StrangersRoom => elsewhere;

        private HttpClient Client => _services.GetRequiredService<IHttpClientFactory>().CreateClient();

        /// <summary>Opens incident 1. Returns the event of its post, when the bot also hears.</summary>
        public async Task<string> PostAsync()
        {
            var body = JsonNode.Parse("""{"version":"4","groupKey":"{}","status":"firing","receiver":"bot","groupLabels":{"alertname":"NodeDown"},"commonLabels":{},"commonAnnotations":{},"externalURL":"","alerts":[{"status":"firing","labels":{"alertname":"NodeDown","severity":"critical"},"annotations":{"summary":"A node is down"},"startsAt":"2026-03-01T03:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"aaaaaaaaaaaaaaaa"}]}""");
            using var answer = await Client.PostAsJsonAsync(program.Webhook, body, Stop);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
            JsonObject? post = null;
            await UntilAsync(async () => (post = (await tests.Synapse.MessagesAsync(id, ada, Stop)).FirstOrDefault(said => said.Text("sender") == bot.User)) is not null);
            await UntilAsync(async () => (await Client.GetStringAsync(new Uri(program.Url, "/metrics"), Stop)).Contains("incidentbot_chat_listening{channel=\"matrix\"} 1", StringComparison.Ordinal));
            return post!.Text("event_id")!;
        }

        public async Task<string?> AcknowledgedByAsync() => (await IncidentAsync()).Text("acknowledged_by");

        public async Task<IReadOnlyList<string>> NotesAsync() =>
        [
            .. from line in (await IncidentAsync())["timeline"]!.AsArray()
               from word in line!.ToJsonString().Split(' ', '"', '\\')
               where word.StartsWith("gap", StringComparison.Ordinal) || word == "after."
               select word,
        ];

        public async Task UntilAsync(Func<Task<bool>> met)
        {
            var since = TimeProvider.System.GetTimestamp();
            while (!await met())
            {
                Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, $"nothing came of it\n{program.LogTail}");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await program.DisposeAsync();
            await _services.DisposeAsync();
            folder.Dispose();
        }

        private async Task<JsonObject> IncidentAsync() =>
            (JsonObject)JsonNode.Parse(await Client.GetStringAsync(new Uri(program.Url, "/api/v1/incidents/1"), Stop))!;
    }
}
