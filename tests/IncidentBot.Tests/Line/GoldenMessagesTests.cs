using System.Text;
using System.Text.RegularExpressions;
using IncidentBot.Alerts;
using IncidentBot.Channels;
using IncidentBot.Channels.Matrix;
using IncidentBot.Channels.Slack;
using IncidentBot.Channels.Telegram;
using IncidentBot.Delivery;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>
/// Every kind of text that the three vendors are sent, whole and as a push shows it, in a file that a person can read. UPDATE_GOLDEN=1
/// writes it anew.
/// </summary>
public sealed class GoldenMessagesTests
{
    private static readonly string[] Everywhere = [InSlack, InTelegram, InMatrix];
    private static readonly MessageWriter Writer = new(new Uri("https://bot.example.org/"), TimeZoneInfo.Utc);

    private readonly StringBuilder _golden = new();

    [Fact]
    public async Task One_incident_from_its_beginning_to_its_end()
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            options.Lanes[0].Escalate = [new EscalationOptions { After = TimeSpan.FromMinutes(5), Mention = ["everyone"] }];
            options.Lanes[0].RemindEvery = TimeSpan.FromMinutes(10);
        });
        await StepAsync(bot, "opened, a warning", "12:00", Backup("PostgresBackupOld", 0, "warning"));
        await StepAsync(bot, "raised: a critical joins", "12:02", Backup("EmailRoundtripFailing", 2));
        await StepAsync(bot, "escalated", "12:07");
        await StepAsync(bot, "reminded", "12:17");
        await StepAsync(bot, "taken", "12:19", () => bot.Store.AcknowledgeAsync(1, "Ada", "the relay's disk is full", default));
        await StepAsync(bot, "joined: another critical, which Ada does not have", "12:20", Backup("RegistryDamaged", 20));
        await StepAsync(bot, "resolved", "12:30", Backup("PostgresBackupOld", 0, "warning", 30), Backup("EmailRoundtripFailing", 2, end: 30), Backup("RegistryDamaged", 20, end: 30));
        await StepAsync(bot, "came back", "12:35", Backup("EmailRoundtripFailing", 35));

        // The key that links are signed with is another one in each database.
        Golden.Check(Regex.Replace(_golden.ToString(), "/act/[A-Za-z0-9_-]+", "/act/…", RegexOptions.NonBacktracking), "Channels", "Golden", "messages.txt");
    }

    [Fact]
    public void A_storm_and_a_digest()
    {
        var post = new Post(1, new PostSubject.OfStorm(1), new PostAddress(Room.Parse(InSlack), ""), new PostProgress { Wanted = 1 }, PostTrouble.None);
        var (pods, nodes) = (new Severity("warning"), new Severity("critical"));
        SummaryCount[] raging = [new("NodeDown", nodes, 3, 0), new("PodNotReady", pods, 278, 0)];
        SummaryCount[] ended = [new("NodeDown", nodes, 2, 1), new("PodNotReady", pods, 0, 278)];
        Tell("storm begun", Writer.Summaries.Write(new SummaryView(post, new Summary(1, post.Room, StormPhase.Storm, Noon, null), raging, 278, 0, []), At(1)));
        Tell("storm calming down", Writer.Summaries.Write(new SummaryView(post, new Summary(1, post.Room, StormPhase.CatchingUp, Noon, null), raging, 120, 4, []), At(5)));
        Tell("storm over, something open", Writer.Summaries.Write(new SummaryView(post, new Summary(1, post.Room, StormPhase.Calm, Noon, At(9)), ended, 0, 0, []), At(9)));
        Tell("storm over, nothing open", Writer.Summaries.Write(new SummaryView(post, new Summary(1, post.Room, StormPhase.Calm, Noon, At(9)), [new("PodNotReady", pods, 0, 278)], 0, 0, []), At(9)));
        var digest = new Digest("info", Noon, At(60));
        DigestLine[] lines =
        [
            new DigestLine(4, "CPUThrottlingHigh", "namespace=media", new Severity("info"), false, At(-120), null),
            new DigestLine(7, "PodRestarts", "namespace=home", new Severity("info"), false, At(10), null),
            new DigestLine(6, "BackupSlow", "job_name=restic", new Severity("info"), false, At(5), At(25)),
        ];
        Tell("digest", Writer.Digests.Write(new DigestView(post, digest, 2, 1, 2, lines) { Total = 3 }, At(60)));

        var text = _golden.ToString();
        Assert.DoesNotContain("✅ STORM OVER · Alert storm, 2", text, StringComparison.Ordinal);
        Golden.Check(text, "Channels", "Golden", "summaries.txt");
    }

    private Task StepAsync(BotFixture bot, string what, string time, params AlertReport[] alerts) =>
        StepAsync(bot, what, time, () => alerts.Length == 0 ? Task.CompletedTask : bot.PostAsync(
            new Notification("home", "bot", LabelSet.From(("namespace", "infra")), alerts, "http://alertmanager.example:9093", 0)));

    private async Task StepAsync(BotFixture bot, string what, string time, Func<Task> happens)
    {
        await bot.AtAsync(time);
        var before = Everywhere.ToDictionary(room => room, room => Replies(bot, room).Count, StringComparer.Ordinal);
        await happens();
        await bot.GoOnAsync(TimeSpan.FromSeconds(50));
        _golden.AppendLine($"==== {what}").AppendLine();
        foreach (var room in Everywhere)
        {
            var root = bot.Expect(room);
            _golden.AppendLine($"-- {room}, the message").AppendLine(room == InSlack ? $"push: {root.Versions[^1]["text"]}" : "").AppendLine(root.Text).AppendLine();
            foreach (var reply in Replies(bot, room).Skip(before[room]))
            {
                var how = string.Join(", ", new[] { room == InSlack ? "" : reply.Silent ? "silent" : "with sound", room == InSlack && (bool?)reply.Versions[0]["reply_broadcast"] == true ? "in the channel too" : "" }
                    .Concat(reply.Mentions).Where(word => word.Length > 0));
                _golden.AppendLine($"-- {room}, a reply ({how})").AppendLine(reply.Text).AppendLine();
            }
        }
    }

    private static IReadOnlyList<ShownMessage> Replies(BotFixture bot, string room) =>
        bot.Shown(room) is [var root, ..] ? bot.Replies(room, root) : [];

    private void Tell(string what, Message message)
    {
        Assert.Equal(message.State == MessageState.Resolved, !message.Alerts.Any(line => line.State != MessageState.Resolved));
        var slack = SlackText.Write(message, null);
        _golden.AppendLine($"==== {what}").AppendLine().AppendLine($"-- slack, push: {slack.Text}").AppendLine(slack.Plain).AppendLine()
            .AppendLine("-- telegram").AppendLine(TelegramText.Write(message, null).Plain).AppendLine()
            .AppendLine("-- matrix").AppendLine(MatrixText.Write(message).Plain).AppendLine();
    }

    private static AlertReport Backup(string name, double since, string severity = "critical", double? end = null)
    {
        var labels = LabelSet.From(("alertname", name), ("namespace", "infra"), ("severity", severity), ("instance", "nas:9100"));
        var summary = name switch
        {
            "PostgresBackupOld" => "PostgreSQL has no fresh backup",
            "EmailRoundtripFailing" => "E-mail does not arrive",
            _ => "The registry serves a damaged image",
        };
        return new AlertReport(Fingerprint.Of(labels), labels, LabelSet.From(("summary", summary), ("description", $"{summary}, on nas:9100.")), At(since),
            end is { } minute ? At(minute) : null, "http://prometheus.example:9090/graph?g0.expr=up");
    }
}
