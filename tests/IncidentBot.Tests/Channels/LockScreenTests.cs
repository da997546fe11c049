using System.Text;
using System.Text.RegularExpressions;
using IncidentBot.Alerts;
using IncidentBot.Channels.Matrix;
using IncidentBot.Channels.Slack;
using IncidentBot.Channels.Telegram;
using IncidentBot.Delivery;
using IncidentBot.Incidents;
using IncidentBot.Runbooks.Lint;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Channels;

/// <summary>What a locked phone shows of every alert that is shipped.</summary>
public sealed partial class LockScreenTests
{
    private const int InSight = 80;
    private const int SummaryInSight = 40;
    private static readonly MessageWriter Writer = new(new Uri("https://bot.example.org/"), TimeZoneInfo.Utc);
    private static readonly Mention Everyone = new(true, ["U1"]);

    [Fact]
    public void Sign_severity_and_forty_characters_of_the_summary_are_in_sight_for_every_shipped_alert()
    {
        var table = new StringBuilder();
        foreach (var (rule, incident) in Shipped())
        {
            var message = Writer.Write(incident, Everyone, Say.At(1));
            var (slack, telegram, matrix) = (SlackText.Write(message, Everyone), TelegramText.Write(message, Everyone), MatrixText.Write(message));
            var summary = Headline.Summary(incident);
            var begins = $"{StateSign.Of(message.State)} {incident.Severity.Word.ToUpperInvariant()} · {summary[..Math.Min(SummaryInSight, summary.Length)]}";
            Assert.All(new[] { slack.Text, telegram.Plain, matrix.Plain }, push =>
            {
                Assert.StartsWith(Markup.Escape(begins), Markup.Escape(push).Replace("&amp;", "&", StringComparison.Ordinal), StringComparison.Ordinal);
                Assert.Contains(rule, push, StringComparison.Ordinal);
                Assert.Contains("#7", push, StringComparison.Ordinal);
                Assert.DoesNotContain("✅", push, StringComparison.Ordinal);
                Assert.DoesNotMatch(@"\(in \d|\d (s|min|h) ago\b|\u001B|\p{Cc}(?<!\n)", push);
            });
            var over = Writer.Write(Ended(incident), null, Say.At(5));
            Assert.All(new[] { SlackText.Write(over, null).Text, TelegramText.Write(over, null).Plain, MatrixText.Write(over).Plain }, push =>
            {
                Assert.StartsWith($"✅ RESOLVED, lasted 4 min · {rule}", push, StringComparison.Ordinal);
                Assert.DoesNotMatch($@"^.{{0,20}}{Regex.Escape(summary[..Math.Min(12, summary.Length)])}", push);
            });
            Assert.True(begins.Length <= InSight, begins);
            Assert.InRange(telegram.Plain.Split('\n').Count(line => line.Length > 0 && !line.StartsWith("http", StringComparison.Ordinal)), 2, 18);
            Assert.InRange(Regex.Count(telegram.Html, "\n(?!\n)", RegexOptions.None, TimeSpan.FromSeconds(1)), 1, 14);
            table.AppendLine(Cut(slack.Text)).AppendLine(Cut(telegram.Plain)).AppendLine(Cut(matrix.Plain)).AppendLine();
        }

        Golden.Check(table.ToString(), "Channels", "Golden", "lock-screens.txt");
    }

    [Fact]
    public void An_end_that_is_told_while_it_fires_again_is_a_line_of_history_and_no_all_clear()
    {
        var (_, incident) = Shipped().First();
        var reply = Writer.Write([new TimelineEntry(1, 7, new Change(ChangeKind.Resolved, Say.Noon, "pod=plex-0"))], incident, null, Say.Noon)!;

        Assert.Equal("Resolved: pod=plex-0", SlackText.Write(reply).Text);
    }

    [Fact]
    public void Every_call_for_a_shipped_alert_names_it_its_number_and_its_severity()
    {
        foreach (var (rule, incident) in Shipped())
        {
            foreach (var kind in new[] { ChangeKind.Escalated, ChangeKind.Reminded, ChangeKind.Reopened, ChangeKind.SeverityRaised, ChangeKind.LaneRaised })
            {
                var reply = Writer.Write([new TimelineEntry(1, 7, new Change(kind, Say.Noon, "nobody acknowledged for 5 min"))], incident, Everyone, Say.Noon)!;
                Assert.All(new[] { SlackText.Write(reply).Text, TelegramText.Write(reply).Plain, MatrixText.Write(reply).Plain }, text =>
                {
                    Assert.StartsWith(StateSign.Of(MessageWriter.State(incident.Severity)), text, StringComparison.Ordinal);
                    Assert.Contains($"{rule} #7, {incident.Severity.Word}", text, StringComparison.Ordinal);
                });
            }
        }
    }

    private static Incident Ended(Incident incident)
    {
        var alert = incident.Alerts.Values.Single();
        var group = new Notification("home", "bot", incident.Key.GroupLabels,
            [new AlertReport(alert.Fingerprint, alert.Labels, alert.Annotations, Say.Noon, Say.At(4), "")], "", 0);
        return incident.Apply(group.Alerts, group, Say.At(4)).Incident;
    }

    /// <summary>Every alerting rule of the folders of rules, firing once, with something in the place of its templates.</summary>
    private static IEnumerable<(string Name, Incident Incident)> Shipped()
    {
        var files = new[] { "prometheus", "loki" }.SelectMany(kind =>
            Directory.EnumerateFiles(Repository.PathOf("deploy", kind, "rules"), "*.yml").Order(StringComparer.Ordinal));
        var complaints = new List<string>();
        foreach (var rule in files.SelectMany(file => RuleFile.Read(File.ReadAllBytes(file), file, complaints, out _)))
        {
            var labels = LabelSet.From([.. rule.Labels, new Label("alertname", rule.Name), new Label("instance", "node-3:9100")]);
            var annotations = LabelSet.From([.. rule.Annotations.Select(one => new Label(one.Name, Template().Replace(one.Value, "node-3")))]);
            var group = new Notification("home", "bot", LabelSet.From(("alertname", rule.Name)),
                [new AlertReport(Fingerprint.Of(labels), labels, annotations, Say.Noon, null, "")], "", 0);
            yield return (rule.Name, new Incident { Key = IncidentKey.Of(group), Number = 7 }.Apply(group.Alerts, group, Say.Noon).Incident);
        }

        Assert.Empty(complaints);
    }

    private static string Cut(string push) => push.ReplaceLineEndings(" ⏎ ") is var line && line.Length > InSight ? line[..InSight] : line;

    [GeneratedRegex(@"\{\{.*?\}\}", RegexOptions.Singleline, 1000)]
    private static partial Regex Template();
}
