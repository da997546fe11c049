using System.Globalization;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Cli;

/// <summary>The button of <c>send-test --buttons</c>, from the message to the program that runs and back to whoever typed the command.</summary>
public sealed class SendTestTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_press_of_the_test_button_is_reported_with_the_time_that_it_took()
    {
        using var folder = new TemporaryFolder();
        await using var slack = await SlackServer.StartAsync(TimeProvider.System);
        await using var bot = new BotProcess(folder, string.Create(CultureInfo.InvariantCulture, $$"""
            server: { listen: "127.0.0.1:{{Loopback.FreePort()}}" }
            channels:
              slack: { api_url: "{{slack.ApiUrl}}", bot_token: "{{SlackServer.Token}}", app_token: "{{SlackServer.AppToken}}" }
            people: { operators: ["slack:UADA"] }
            lanes:
              - { name: all, match: {}, rooms: ["slack:C01"] }
            """));
        await using (var alone = Command(folder))
        {
            Assert.Equal(1, await alone.WaitAsync(Stop));
            Assert.Contains("start IncidentBot with this configuration", alone.LogTail, StringComparison.Ordinal);
        }

        await bot.StartAsync(Stop);
        await using var command = Command(folder);
        await command.UntilPrintedAsync("Press the button now", Stop);
        await Loopback.UntilAsync(() => Task.FromResult(slack.OpenSockets > 0 ? "" : null), TimeSpan.FromSeconds(30), () => "no socket", Stop);
        Assert.NotNull(await slack.PressAsync(slack.Messages("C01")[^1], "UADA", "Test: press me"));
        Assert.Equal(0, await command.WaitAsync(Stop));
        Assert.Contains("slack: the press was heard, ", command.LogTail, StringComparison.Ordinal);
        Assert.Empty(slack.Violations);
    }

    private static ServerProcess Command(TemporaryFolder folder) => ServerProcess.Start(
        "dotnet", [BotProcess.Program, "send-test", "--lane", "all", "--buttons", $"--config.file={folder.Path}/incidentbot.yml"], folder.Path,
        new Dictionary<string, string>(StringComparer.Ordinal));
}
