using System.Diagnostics;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Telemetry;

/// <summary>What the program says about itself, judged by Prometheus' own tool.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task The_metrics_are_accepted_by_promtool()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Refuse("not_in_channel", times: 1);
        await bot.PostAsync(Say.Firing("plex-0"));
        using (await bot.SendAsync("nonsense"))
        {
            await bot.AtAsync("12:05");
        }

        var text = await bot.Client.GetStringAsync(new Uri("metrics", UriKind.Relative), cancel);
        using var promtool = Process.Start(new ProcessStartInfo(Requirements.Promtool, ["check", "metrics"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync(cancel) + await promtool.StandardError.ReadToEndAsync(cancel);
        await promtool.WaitForExitAsync(cancel);

        Assert.True(promtool.ExitCode == 0, said);
        Assert.Contains("incidentbot_delivery_attempts_total{channel=\"slack\",result=\"refused\"} 1\n", text, StringComparison.Ordinal);
    }
}
