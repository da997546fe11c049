using System.Globalization;
using System.Text;
using IncidentBot.Support;
using Microsoft.Playwright;
using Xunit;

namespace IncidentBot.Web;

/// <summary>The map of services in a real browser: on a phone, a desktop and a wall, small and large. Pictures are written to the folder that <c>PICTURES</c> names.</summary>
public sealed class GraphInChromiumTests(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>
{
    private const string FirstPaint = "new Promise(told => new PerformanceObserver((list, self) => { const [first] = list.getEntriesByName('first-contentful-paint'); "
        + "if (first) { self.disconnect(); told(first.startTime); } }).observe({ type: 'paint', buffered: true }))";

    [Theory]
    [InlineData(30, 390, 844, ColorScheme.Light)]
    [InlineData(200, 390, 844, ColorScheme.Dark)]
    [InlineData(200, 2560, 1440, ColorScheme.Light)]
    [InlineData(1000, 1440, 900, ColorScheme.Light)]
    public async Task The_map_can_be_looked_at_and_has_no_barrier(int services, int width, int height, ColorScheme scheme)
    {
        using var folder = new TemporaryFolder();
        folder.Write("services.yml", Cluster(services));
        await using var host = await PagesHost.StartAsync(runbooks: folder.Path);
        var now = TimeProvider.System.GetUtcNow();
        host.Put(new IncidentBuilder(1, now.AddMinutes(-14)).Fires(default, Scenes.Labels(("alertname", "NodeDown"), ("service", "host-0"), ("severity", "critical"))));
        host.Put(new IncidentBuilder(2, now.AddMinutes(-10)).Fires(default, Scenes.Labels(("alertname", "AppSlow"), ("service", "app-0"), ("severity", "warning"))));

        foreach (var path in new[] { "/graph", "/graph?all", "/services/host-0" })
        {
            await using var open = await browser.OpenAsync(new Uri(host.Address, path), width, height, scheme);
            var paint = await open.Page.EvaluateAsync<double>(FirstPaint);
            output.WriteLine($"{services} services, {width} px, {path}: first paint after {paint.ToString("F0", CultureInfo.InvariantCulture)} ms");
            var name = $"graph-{services}-{width}{path.Replace('/', '-').Replace('?', '-')}.png";
            await open.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder(), name), Animations = ScreenshotAnimations.Disabled });
            Assert.False(await open.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{path} is wider than the screen");
            Assert.Empty(open.Complaints);
            Assert.InRange(paint, 0, 10_000);

            // Of a thousand boxes each is made like all others.
            if (services <= 200 || path is not "/graph?all")
            {
                Assert.Equal([], (await Barriers.OfAsync(open.Page)).Select(barrier => $"{path}: {barrier}"));
            }
        }
    }

    [Fact]
    public async Task A_box_leads_to_its_service_by_the_keyboard_and_by_a_click()
    {
        using var folder = new TemporaryFolder();
        folder.Write("services.yml", Cluster(30));
        await using var host = await PagesHost.StartAsync(runbooks: folder.Path);
        await using var open = await browser.OpenAsync(new Uri(host.Address, "/graph?all"));

        await open.Page.Locator("#map a.box[href='/services/app-3']").FocusAsync();
        await open.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(open.Page).ToHaveURLAsync(new Uri(host.Address, "/services/app-3").AbsoluteUri);
        await open.Page.Locator("#map a.box").First.ClickAsync();
        await Assertions.Expect(open.Page.Locator("#service")).ToBeVisibleAsync();
    }

    /// <summary>Hosts that carry clusters, databases on those, and apps that need both.</summary>
    private static string Cluster(int services)
    {
        var text = new StringBuilder("services:\n");
        var (hosts, bases) = (Math.Max(2, services / 20), Math.Max(3, services / 8));
        for (var i = 0; i < services; i++)
        {
            var line = i < hosts ? $"{{ name: host-{i}, tier: 1 }}"
                : i < hosts + bases ? $"{{ name: base-{i - hosts}, tier: 2, depends_on: [{{ any_of: [host-{i % hosts}, host-{(i + 1) % hosts}] }}] }}"
                : $"{{ name: app-{i - hosts - bases}, tier: 3, title: Application {i}, depends_on: [base-{i % bases}, {(i % 3 == 0 ? $"host-{i % hosts}" : $"base-{(i + 1) % bases}")}{(i % 7 == 0 && i > hosts + bases ? ", app-0" : "")}] }}";
            text.Append("  - ").AppendLine(line);
        }

        return text.ToString();
    }

    private static string Folder()
    {
        var folder = Environment.GetEnvironmentVariable("PICTURES") is { Length: > 0 } named ? named : Path.Combine(Path.GetTempPath(), "incidentbot-pictures");
        return Directory.CreateDirectory(folder).FullName;
    }
}
