using IncidentBot.Delivery;
using IncidentBot.Runbooks;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Line;

/// <summary>What a room is told about what to do.</summary>
public sealed class RunbookLineTests
{
    [Fact]
    public void A_message_leads_to_the_page_filled_in_with_its_incident()
    {
        var page = RunbookReader.Read("---\nalerts: [NodeDown]\n---\n## NodeDown\n", "infrastructure/node-down", "node-down.md");
        var set = new RunbookSet([page], System.Collections.Frozen.FrozenDictionary<string, RunbookPicture>.Empty, []);
        var incident = Scenes.NodeDown(41, Say.Noon).Build().Incident;

        Assert.Equal("https://bot.example.org/ops/runbooks/infrastructure/node-down?incident=41#nodedown", RunbookOf(set));
        Assert.Equal("https://runbooks.example.org/node-down", RunbookOf(RunbookSet.Empty));

        string RunbookOf(RunbookSet pages)
        {
            var guide = new RunbookGuide(() => pages, () => new RunbookNaming([], [new Uri("https://elsewhere.example/")]));
            var message = new MessageWriter(new Uri("https://bot.example.org/ops/"), TimeZoneInfo.Utc, guide).Write(incident, null, Say.Noon);
            return message.Links[0].Url.AbsoluteUri;
        }
    }

    [Fact]
    public async Task A_message_says_the_tier()
    {
        var folder = Directory.CreateTempSubdirectory("incidentbot-line-runbooks-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "pods.md"), "---\nalerts: [PodNotReady]\n---\n# Pods\n");
            await using var bot = await BotFixture.StartAsync(options => options.Runbooks.Path = [folder.FullName]);

            var report = Say.Firing("plex-0");
            await bot.PostAsync(report with { Labels = Alerts.LabelSet.From([.. report.Labels, new Alerts.Label("tier", "2")]) });
            await bot.RunUntilIdleAsync();

            bot.Expect(BotFixture.InMatrix, "Tier 2");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
