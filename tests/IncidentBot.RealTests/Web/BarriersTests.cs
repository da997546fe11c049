using IncidentBot.Support;
using Microsoft.Playwright;
using Xunit;

namespace IncidentBot.Web;

public sealed class BarriersTests(Browser browser) : IClassFixture<Browser>
{
    [Theory]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task No_page_has_a_barrier(ColorScheme scheme, int width)
    {
        await using var calm = await PagesHost.StartAsync();
        await LookAsync(calm, "/");
        await using var host = await PagesHost.StartAsync("token");
        foreach (var incident in Scenes.Evening(TimeProvider.System.GetUtcNow()))
        {
            host.Put(incident);
        }

        await ProbeScenes.FillAsync(host.Probes, host.Store.Probes, TimeProvider.System.GetUtcNow());
        foreach (var path in new[] { "/", "/incidents/41", "/incidents/36", "/deliveries", "/incidents/999", "/nowhere", "/sign-in", "/runbooks", "/probes", "/probes/wiki" })
        {
            await LookAsync(host, path);
        }

        async Task LookAsync(PagesHost at, string path)
        {
            await using var open = await browser.OpenAsync(new Uri(at.Address, path), width, scheme: scheme);
            Assert.Equal([], (await Barriers.OfAsync(open.Page)).Select(barrier => $"{path}: {barrier}"));
        }
    }

    [Fact]
    public async Task Barriers_are_found_where_there_are_some()
    {
        await using var host = await PagesHost.StartAsync();
        await using var open = await browser.OpenAsync(new Uri(host.Address, "/nowhere"));
        await open.Page.SetContentAsync("<title>x</title><main><h1>x</h1><img src='/x.png'><button></button></main>");

        var found = await Barriers.OfAsync(open.Page);

        Assert.Equal(["button-name", "html-has-lang", "image-alt"], found.Select(barrier => barrier.Split(' ')[0]).Order(StringComparer.Ordinal));
    }
}
