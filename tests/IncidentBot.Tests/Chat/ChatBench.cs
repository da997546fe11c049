using IncidentBot.Channels;
using IncidentBot.Rooms;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Storage;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;

namespace IncidentBot.Chat;

/// <summary>The whole program with people in its rooms, and an Alertmanager that takes silences. What is said goes straight to the desk.</summary>
internal sealed class ChatBench : IAsyncDisposable
{
    private int _said;

    private ChatBench(BotFixture bot, SilencingServer alertmanager) => (Bot, Alertmanager) = (bot, alertmanager);

    public BotFixture Bot { get; }

    public SilencingServer Alertmanager { get; }

    public IChatDesk Desk => Bot.Services.GetRequiredService<IChatDesk>();

    public ChatMetrics Metrics => Bot.Services.GetRequiredService<ChatMetrics>();

    public IDeeds Deeds => Bot.Store.Deeds;

    /// <summary>Ada is an operator in all chats, Grace in Slack alone; the times are those of Sofia, 14:00 at noon.</summary>
    public static async Task<ChatBench> StartAsync(Action<BotOptions>? configure = null)
    {
        var bot = await BotFixture.StartAsync();
        var alertmanager = await SilencingServer.StartAsync(bot.Clock);
        await bot.StopAsync();
        await bot.StartAgainAsync(options =>
        {
            options.Server.TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Sofia");
            options.People.Operators = [Person.Parse("slack:UADA"), Person.Parse("slack:UGRACE")];
            options.People.Known =
            [
                new KnownPersonOptions { Name = "Ada", Slack = "UADA", Telegram = "1", Matrix = "@ada:localhost" },
                new KnownPersonOptions { Name = "Grace", Slack = "UGRACE" },
            ];
            options.Alertmanagers[0].Urls = [alertmanager.Url];
            configure?.Invoke(options);
        });
        return new ChatBench(bot, alertmanager);
    }

    /// <summary>An alert fires, here and in the Alertmanager.</summary>
    public async Task FiresAsync(string pod, string severity = "warning")
    {
        var alert = Support.Say.Firing(pod, severity: severity);
        Alertmanager.Firing.Add(alert);
        await Bot.PostAloneAsync(alert);
        await Bot.GoOnAsync(TimeSpan.FromSeconds(4));
    }

    public async Task EndsAsync(string pod)
    {
        Alertmanager.Firing.RemoveAll(alert => alert.Labels["pod"] == pod);
        await Bot.PostAloneAsync(Support.Say.Resolved(pod));
        await Bot.RunUntilIdleAsync();
    }

    /// <summary>What is answered to words, one line each.</summary>
    public async Task<string> SayAsync(string text, string by = "slack:UADA", string room = BotFixture.InSlack, string? thread = null) =>
        Text(await Desk.AnswerAsync(Request(text, by, room, thread), default));

    public async Task<ChatAnswer> PressAsync(ButtonPress press, string by = "slack:UADA", string room = BotFixture.InSlack) =>
        await Desk.AnswerAsync(Request("", by, room, null) with { Input = new ChatInput.Pressed(press) }, default);

    public ChatRequest Request(string text, string by = "slack:UADA", string room = BotFixture.InSlack, string? thread = null) => new()
    {
        Room = Room.Parse(room),
        Id = $"said-{Interlocked.Increment(ref _said)}",
        By = Person.Parse(by),
        ByName = "Somebody",
        Input = new ChatInput.Said(text),
        MessageId = thread,
        SaidAt = Bot.Clock.GetUtcNow(),
    };

    /// <summary>The id of the message that shows an incident in a room.</summary>
    public async Task<string> MessageAsync(long incident, string room = BotFixture.InSlack) =>
        (await Bot.PostsAsync()).Single(post => post.Subject.Number == incident && post.Room == Room.Parse(room)).Progress.MessageId!;

    public static string Text(ChatAnswer answer) => string.Join('\n', answer.Lines);

    public async Task<string?> TakenByAsync(long incident) => (await Bot.Store.FindAsync(incident, default))!.Summary.AcknowledgedBy;

    public async Task<IReadOnlyList<string>> AuditAsync() =>
        [.. (await Deeds.AuditAsync(null, 100, default)).Reverse().Select(line => $"{line.Deed.Name} {line.Deed.Action} {line.Deed.Incident} {line.Deed.What}: {line.Result}")];

    public async ValueTask DisposeAsync()
    {
        await Bot.DisposeAsync();
        await Alertmanager.DisposeAsync();
    }
}
