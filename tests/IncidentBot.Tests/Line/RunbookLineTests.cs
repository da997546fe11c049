using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Line;

/// <summary>What a room is told about what to do.</summary>
public sealed class RunbookLineTests
{
    [Fact]
    public async Task A_message_leads_to_the_page_filled_in_and_says_the_tier()
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
            bot.Expect(BotFixture.InTelegram, "https://bot.example.org/runbooks/pods?incident=1");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
