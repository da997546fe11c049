using IncidentBot.Posts;
using IncidentBot.Support;
using Microsoft.Playwright;
using Xunit;

namespace IncidentBot.Web;

public sealed class PagesInChromiumTests(Browser browser) : IClassFixture<Browser>
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_new_incident_appears_by_itself_and_is_announced()
    {
        await using var host = await PagesHost.StartAsync();
        await using var open = await browser.OpenAsync(host.Address);
        await LiveAsync(open);
        await open.Page.EvaluateAsync("window.sameDocument = true");

        host.Put(Scenes.NodeDown(41, Now.AddMinutes(-14)));

        await Assertions.Expect(open.Page.Locator("#incident-41 .alert")).ToHaveTextAsync("NodeDown");
        await Assertions.Expect(open.Page.Locator("h1")).ToHaveTextAsync("1 needs somebody");
        await Assertions.Expect(open.Page.Locator("[id='page.announcer']")).ToContainTextAsync("New incident. critical: ");
        await Assertions.Expect(open.Page).ToHaveTitleAsync("(1) needs somebody · IncidentBot");
        Assert.True(await open.Page.EvaluateAsync<bool>("window.sameDocument === true"), "the page was reloaded");
        Assert.Empty(open.Complaints);
    }

    [Fact]
    public async Task What_changes_before_the_page_listens_is_not_missed()
    {
        await using var host = await PagesHost.StartAsync();
        await using var open = await browser.OpenAsync(host.Address);

        host.Store.Put(Scenes.NodeDown(41, Now));
        await open.Page.ReloadAsync(new() { WaitUntil = WaitUntilState.Commit });
        host.Store.Put(Scenes.NodeDown(42, Now));

        await Assertions.Expect(open.Page.Locator("#incident-42")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_is_being_typed_the_focus_and_the_scroll_stay_when_something_changes()
    {
        await using var host = await PagesHost.StartAsync();
        PutEvening(host);
        await using var open = await browser.OpenAsync(host.Address, height: 400);
        await LiveAsync(open);

        await open.Page.Locator("#incident-36 h3 a").FocusAsync();
        await open.Page.EvaluateAsync("scrollTo(0, 300)");
        host.Put(Scenes.NodeDown(50, Now.AddMinutes(-1)));
        await Assertions.Expect(open.Page.Locator("#incident-50")).ToBeVisibleAsync();
        Assert.Equal("/incidents/36", await open.Page.EvaluateAsync<string>("document.activeElement.getAttribute('href')"));

        await open.Page.Locator("#q").FillAsync("nod");
        await Assertions.Expect(open.Page.Locator("#incident-36")).ToHaveCountAsync(0);
        host.Put(Scenes.NodeDown(51, Now));
        await Assertions.Expect(open.Page.Locator("#incident-51")).ToBeVisibleAsync();
        Assert.Equal("nod", await open.Page.Locator("#q").InputValueAsync());
        Assert.Equal("q", await open.Page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.Empty(open.Complaints);
    }

    [Fact]
    public async Task An_opened_detail_stays_open_when_its_incident_changes()
    {
        await using var host = await PagesHost.StartAsync();
        var began = Now.AddMinutes(-14);
        host.Put(Scenes.NodeDown(41, began));
        await using var open = await browser.OpenAsync(new Uri(host.Address, "/incidents/41"));
        await LiveAsync(open);
        await open.Page.Locator("details#common summary").ClickAsync();

        host.Put(Scenes.NodeDown(41, began).Fires(TimeSpan.FromMinutes(13),
            Scenes.Labels(("alertname", "NodeDown"), ("cluster", "prod"), ("instance", "node-9:9100"), ("job", "node"), ("severity", "critical"), ("zone", "rack-2"))));

        await Assertions.Expect(open.Page.Locator("table.alerts tbody tr")).ToHaveCountAsync(4);
        await Assertions.Expect(open.Page.Locator("details#common dl")).ToBeVisibleAsync();
        Assert.Empty(open.Complaints);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Incidents_are_filtered_by_keyboard_alone_with_and_without_script(bool script)
    {
        await using var host = await PagesHost.StartAsync();
        PutEvening(host);
        await using var open = await browser.OpenAsync(host.Address, script: script);
        var keyboard = open.Page.Keyboard;

        await keyboard.PressAsync("Tab");
        await Assertions.Expect(open.Page.Locator("a.skip").First).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        for (var press = 0; press < 10 && !await IsFocusedAsync(open.Page, "q"); press++)
        {
            await keyboard.PressAsync("Tab");
        }

        await keyboard.TypeAsync("zfs");
        await keyboard.PressAsync("Enter");

        await Assertions.Expect(open.Page.Locator("#list li.incident")).ToHaveCountAsync(1);
        await Assertions.Expect(open.Page.Locator("#incident-40")).ToBeVisibleAsync();
        await Assertions.Expect(open.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("[?&]q=zfs", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5)));
        Assert.Empty(open.Complaints);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/incidents/1")]
    [InlineData("/deliveries")]
    public async Task Hostile_labels_do_nothing_and_do_not_widen_a_phone(string path)
    {
        await using var host = await PagesHost.StartAsync();
        PutHostile(host);
        await using var open = await browser.OpenAsync(new Uri(host.Address, path), width: 360, height: 740);
        await LiveAsync(open);
        host.Feed.Changed([1]);
        foreach (var summary in await open.Page.Locator("summary").AllAsync())
        {
            await summary.ClickAsync();
        }

        var width = await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");

        Assert.True(width <= 360, $"the page is {width} px wide");
        Assert.Null(await open.Page.EvaluateAsync<string?>("window.pwned ?? null"));
        Assert.Equal(["/assets"], (await open.Page.Locator("script").EvaluateAllAsync<string[]>("all => all.map(one => new URL(one.src).pathname.replace(/[/][^/]*$/, ''))")).Distinct(StringComparer.Ordinal));
        Assert.Empty(open.Complaints);
    }

    [Theory]
    [InlineData("/", 360)]
    [InlineData("/incidents/41", 360)]
    [InlineData("/deliveries", 360)]
    [InlineData("/incidents/999", 360)]
    [InlineData("/sign-in", 360)]
    [InlineData("/deliveries", 768)]
    public async Task No_page_scrolls_sideways(string path, int width)
    {
        await using var host = await PagesHost.StartAsync("token");
        PutEvening(host);
        await using var open = await browser.OpenAsync(new Uri(host.Address, path), width);

        Assert.True(await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width);
        Assert.DoesNotContain(open.Complaints, complaint => !complaint.Contains("404", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/incidents/1", 320)]
    [InlineData("/incidents/1", 390)]
    [InlineData("/incidents/1", 768)]
    [InlineData("/", 320)]
    [InlineData("/deliveries", 320)]
    public async Task Long_addresses_and_a_choice_of_alerts_do_not_widen_a_phone(string path, int width)
    {
        await using var host = await PagesHost.StartAsync(runbooks: Repository.PathOf("runbooks"));
        host.Put(new IncidentBuilder(1, Now.AddMinutes(-4)).Fire(Enumerable.Range(1, 5).Select(number => Scenes.Labels(
            ("alertname", "NodeDown"), ("severity", "critical"),
            ("instance", $"https://service-{number}.a-very-long-name-of-a-host.internal.example.org:8443/health/alive?deep=true&verbose=1")))));
        await using var open = await browser.OpenAsync(new Uri(host.Address, path), width);

        Assert.Equal(path.Length > 1 && path[1] == 'i', await open.Page.Locator("form.choice select").CountAsync() > 0);
        Assert.Equal(width, await open.Page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, innerWidth)"));
    }

    [Fact]
    public async Task A_lost_connection_is_told_and_what_was_known_stays()
    {
        var host = await PagesHost.StartAsync();
        PutEvening(host);
        await using var open = await browser.OpenAsync(host.Address);
        await LiveAsync(open);

        await host.DisposeAsync();

        await Assertions.Expect(open.Page.Locator("[id='page.connection']")).ToContainTextAsync("Connection lost");
        await Assertions.Expect(open.Page.Locator("#incident-41")).ToBeVisibleAsync();

        await using var back = await PagesHost.StartAsync(port: host.Address.Port);
        await Assertions.Expect(open.Page.Locator("[id='page.connection']")).ToBeHiddenAsync(new() { Timeout = 20_000 });
        await Assertions.Expect(open.Page.Locator("h1")).ToHaveTextAsync("Nothing is on fire", new() { Timeout = 20_000 });
    }

    [Fact]
    public async Task A_person_signs_in_and_sends_again()
    {
        await using var host = await PagesHost.StartAsync("correct-horse");
        PutEvening(host);
        await using var open = await browser.OpenAsync(new Uri(host.Address, "/sign-in?return=/deliveries"));

        await open.Page.GetByLabel("The token of").FillAsync("correct-horse");
        await open.Page.Keyboard.PressAsync("Enter");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Send all of this room again" }).ClickAsync();

        await Assertions.Expect(open.Page.Locator("#notice")).ToContainTextAsync("2 posts wait to be sent again");
        Assert.Equal(["slack:C024BE91L"], host.SendAgain.Asked);
        Assert.Empty(open.Complaints);
    }

    [Theory]
    [InlineData(ColorScheme.Dark)]
    [InlineData(ColorScheme.Light)]
    public async Task All_text_stands_out_from_its_ground(ColorScheme scheme)
    {
        await using var host = await PagesHost.StartAsync();
        PutEvening(host);
        foreach (var path in new[] { "/", "/incidents/41", "/deliveries", "/incidents/999" })
        {
            await using var open = await browser.OpenAsync(new Uri(host.Address, path), scheme: scheme);
            Assert.Empty(await open.Page.EvaluateAsync<string[]>(Contrast));
        }
    }

    /// <summary>Texts whose contrast is below 4.5 : 1, as WCAG 2.2 computes it (1.4.3), each with what it is and its ratio.</summary>
    private const string Contrast = """
        () => {
          const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const over = (colours) => {
            pen.clearRect(0, 0, 1, 1);
            for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
            return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
          };
          const light = rgb => {
            const [r, g, b] = rgb.map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const poor = [];
          for (const element of document.body.querySelectorAll('*')) {
            const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== '');
            if (!own || element.closest('[hidden], .unseen, .skip, select') || element.getClientRects().length === 0) { continue; }
            const grounds = [];
            for (let at = element; at; at = at.parentElement) { grounds.unshift(getComputedStyle(at).backgroundColor); }
            const ground = over(grounds), text = over([...grounds, getComputedStyle(element).color]);
            const [a, b] = [light(ground), light(text)].sort((x, y) => y - x);
            const ratio = (a + 0.05) / (b + 0.05);
            if (ratio < 4.5) { poor.push(`${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 40)} ${ratio.toFixed(2)}`); }
          }
          return poor;
        }
        """;

    private static void PutEvening(PagesHost host)
    {
        foreach (var incident in Scenes.Evening(Now))
        {
            host.Put(incident);
        }
    }

    private static void PutHostile(PagesHost host)
    {
        var wide = new string('W', 2000);
        host.Put(new IncidentBuilder(1, Now.AddMinutes(-3)).Lane(wide).ExternalUrl("javascript:alert(4)")
            .Fires(default,
                Scenes.Labels(("alertname", Scenes.Hostile + wide), ("severity", wide), ("instance", wide), ("pod", Scenes.Hostile), (wide, wide)),
                Scenes.Labels(("summary", wide + Scenes.Hostile), ("runbook_url", "javascript:alert(5)"), ("dashboard", $"https://example.org/{wide}")))
            .Fires(TimeSpan.FromMinutes(1), Scenes.Labels(("alertname", wide), ("severity", "critical"), ("instance", Scenes.Hostile)))
            .Post($"slack:{wide}", PostState.Refused, Scenes.Hostile + wide).Post("telegram:1", PostState.Waiting, wide));
    }

    private static Task LiveAsync(WatchedPage open) => Assertions.Expect(open.Page.Locator("[id='page.live']")).ToBeVisibleAsync();

    private static Task<bool> IsFocusedAsync(IPage page, string id) => page.Locator($"#{id}").EvaluateAsync<bool>("element => element === document.activeElement");
}
