using IncidentBot.Support;
using Microsoft.Playwright;
using Xunit;

namespace IncidentBot.Web;

/// <summary>The board by keys alone, and on a wall.</summary>
public sealed class KeysInChromiumTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task Keys_walk_the_incidents_lead_to_what_is_to_be_done_and_can_be_turned_off()
    {
        await using var host = await PagesHost.StartAsync();
        PutEvening(host);
        await using var open = await browser.OpenAsync(host.Address);
        var page = open.Page;
        var links = page.Locator("#list .incident h3 a");
        await Assertions.Expect(page.Locator("[id='page.live']")).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("j");
        await Assertions.Expect(links.Nth(0)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("j");
        await Assertions.Expect(links.Nth(1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("k");
        await Assertions.Expect(links.Nth(0)).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("next incident");
        Assert.Equal([], await Barriers.OfAsync(page));
        await page.GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await links.Nth(0).FocusAsync();
        await page.Keyboard.PressAsync("j");
        await Assertions.Expect(links.Nth(0)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("?");
        await page.GetByRole(AriaRole.Checkbox).UncheckAsync();
        await page.Keyboard.PressAsync("Escape");

        await page.Keyboard.PressAsync("/");
        await Assertions.Expect(page.Locator("#q")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("j");
        Assert.Equal("j", await page.Locator("#q").InputValueAsync());
        Assert.Empty(open.Complaints);
    }

    [Fact]
    public async Task Who_stands_on_an_incident_that_ends_stands_on_it_where_it_is_then()
    {
        await using var host = await PagesHost.StartAsync();
        var began = TimeProvider.System.GetUtcNow().AddMinutes(-14);
        host.Put(Scenes.NodeDown(41, began));
        host.Put(Scenes.NodeDown(42, began));
        await using var open = await browser.OpenAsync(host.Address);
        await Assertions.Expect(open.Page.Locator("[id='page.live']")).ToBeVisibleAsync();
        await open.Page.Locator("#incident-41 h3 a").FocusAsync();

        host.Put(Scenes.NodeDown(41, began).Acknowledged(TimeSpan.FromMinutes(13), "Ada"));

        await Assertions.Expect(open.Page.Locator("#taken #incident-41")).ToBeVisibleAsync();
        await Assertions.Expect(open.Page.Locator("#incident-41 h3 a")).ToBeFocusedAsync();
    }

    [Theory]
    [InlineData(320)]
    [InlineData(390)]
    [InlineData(1440)]
    [InlineData(2560)]
    public async Task The_board_with_a_storm_is_short_and_never_wider_than_the_screen(int width)
    {
        await using var host = await PagesHost.StartAsync();
        PutEvening(host);
        var now = TimeProvider.System.GetUtcNow();
        for (var number = 100; number < 400; number++)
        {
            host.Put(new IncidentBuilder(number, now.AddMinutes(-3)).Fires(default, Scenes.Labels(
                ("alertname", number % 3 == 0 ? "PodNotReady" : "EndpointDown"), ("severity", "critical"), ("instance", $"مضيف-{number}"), ("node", "n1"))));
        }

        foreach (var path in new[] { "/", "/?wall" })
        {
            await using var open = await browser.OpenAsync(new Uri(host.Address, path), width, 900);
            await Assertions.Expect(open.Page.Locator("#list .many")).ToHaveCountAsync(2);
            var size = await open.Page.EvaluateAsync<int[]>("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]");
            Assert.True(size[0] <= width, $"{path} is {size[0]} px wide on {width} px");
            Assert.True(size[1] < 6500, $"{path} is {size[1]} px long at {width} px");
        }
    }

    private static void PutEvening(PagesHost host)
    {
        foreach (var incident in Scenes.Evening(TimeProvider.System.GetUtcNow()))
        {
            host.Put(incident);
        }
    }
}
