using IncidentBot.Support;
using Microsoft.Playwright;
using Xunit;

namespace IncidentBot.Web;

/// <summary>
/// Pictures of the pages as a reader sees them. They are written to the folder that <c>PICTURES</c> names, by default a
/// temporary one.
/// </summary>
public sealed class PicturesTests(Browser browser) : IClassFixture<Browser>
{
    [Theory]
    [InlineData("dark", ColorScheme.Dark)]
    [InlineData("light", ColorScheme.Light)]
    public async Task Every_page_can_be_looked_at(string name, ColorScheme scheme)
    {
        await using var host = await PagesHost.StartAsync();
        await Take("calm-new", "/", 1280, 800);
        foreach (var incident in Scenes.Evening(TimeProvider.System.GetUtcNow()))
        {
            host.Put(incident);
        }

        await Take("home", "/", 1280, 1180);
        await Take("home-phone", "/", 390, 844, 2);
        await Take("incident", "/incidents/41", 1280, 1000);
        await Take("incident-phone", "/incidents/41", 390, 844, 2);
        await Take("deliveries", "/deliveries", 1280, 900);
        await Take("missing", "/incidents/999", 1280, 700);

        async Task Take(string what, string path, int width, int height, float scale = 1)
        {
            await using var open = await browser.OpenAsync(new Uri(host.Address, path), width, height, scheme, scale);
            var file = Path.Combine(Folder(), $"{what}-{name}.png");
            await open.Page.ScreenshotAsync(new PageScreenshotOptions { Path = file, Animations = ScreenshotAnimations.Disabled });
            Assert.True(new FileInfo(file).Length > 5_000, $"{file} is nearly empty");
        }
    }

    private static string Folder() => Directory.CreateDirectory(
        Environment.GetEnvironmentVariable("PICTURES") ?? Path.Combine(Path.GetTempPath(), "incidentbot-pictures")).FullName;
}
