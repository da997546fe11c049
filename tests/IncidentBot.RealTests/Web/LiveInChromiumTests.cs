using System.Diagnostics;
using System.Globalization;
using IncidentBot.Support;
using Microsoft.Playwright;
using Xunit;

namespace IncidentBot.Web;

/// <summary>"Live" is said only while the server is heard, and what answers a form is left alone.</summary>
public sealed class LiveInChromiumTests(Browser browser) : IClassFixture<Browser>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_hangs_is_noticed_within_40_seconds_and_so_is_its_return()
    {
        using var folder = new TemporaryFolder();
        await using var bot = new BotProcess(folder, "server: { listen: \"127.0.0.1:0\" }\nalertmanagers: [{ source: home }]\n");
        await bot.StartAsync(Stop);
        await using var open = await browser.OpenAsync(bot.Url);
        await LiveAsync(open, "Live", 10);

        await SignalAsync(bot, "-STOP");
        try
        {
            await LiveAsync(open, "Not heard for", 40);
            await Assertions.Expect(open.Page.Locator("[id='page.connection']")).ToContainTextAsync("The server is not heard");
        }
        finally
        {
            await SignalAsync(bot, "-CONT");
        }

        await LiveAsync(open, "Live", 30);
        await Assertions.Expect(open.Page.Locator("[id='page.connection']")).ToBeHiddenAsync(new() { Timeout = 15_000 });
    }

    [Fact]
    public async Task Reading_again_is_given_up_after_10_seconds_and_told()
    {
        await using var host = await PagesHost.StartAsync();
        await using var open = await browser.OpenAsync(host.Address);
        await LiveAsync(open, "Live", 10);
        await open.Page.RouteAsync(host.Address.AbsoluteUri, _ => Task.CompletedTask);

        host.Feed.Changed([1]);

        await Assertions.Expect(open.Page.Locator("[id='page.connection']"))
            .ToContainTextAsync("could not be read again", new() { Timeout = 15_000 });
    }

    [Fact]
    public async Task A_wrong_token_is_said_for_as_long_as_its_page_is_open_and_the_way_back_is_kept()
    {
        await using var host = await PagesHost.StartAsync("correct-horse");
        await using var open = await browser.OpenAsync(new Uri(host.Address, "/sign-in?return=/deliveries"));
        await open.Page.Locator("#token").FillAsync("wrong");
        await open.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(open.Page.Locator("#complaint")).ToBeVisibleAsync();
        await LiveAsync(open, "Live", 10);

        await using var witness = await browser.OpenAsync(host.Address);
        await LiveAsync(witness, "Live", 10);
        foreach (var number in new[] { 1, 2 })
        {
            host.Put(Scenes.NodeDown(number, TimeProvider.System.GetUtcNow()));
            await Assertions.Expect(witness.Page.Locator($"#incident-{number}")).ToBeVisibleAsync();
        }

        await Assertions.Expect(open.Page.Locator("#complaint")).ToHaveTextAsync("This is not the token.");
        await Assertions.Expect(open.Page.Locator("#token")).ToBeFocusedAsync();
        await Assertions.Expect(open.Page.Locator("[id='page.connection']")).ToBeHiddenAsync();
        await open.Page.Locator("#token").FillAsync("correct-horse");
        await open.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(open.Page).ToHaveURLAsync(new Uri(host.Address, "/deliveries").AbsoluteUri);
    }

    private static Task LiveAsync(WatchedPage open, string word, int seconds) =>
        Assertions.Expect(open.Page.Locator("[id='page.live-word']")).ToContainTextAsync(word, new() { Timeout = seconds * 1000 });

    private static async Task SignalAsync(BotProcess bot, string signal)
    {
        using var kill = Process.Start("kill", [signal, bot.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Stop);
    }
}
