using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using IncidentBot.Line;
using IncidentBot.Support;
using Microsoft.Playwright;
using Xunit;

namespace IncidentBot.Web;

/// <summary>The whole program behind a real nginx, below a path of its host.</summary>
public sealed class BehindNginxTests(Browser browser) : IClassFixture<Browser>
{
    private const string Token = "correct-horse-battery-staple";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/incidents/", 0)]
    [InlineData("/incidents/", 1)]
    [InlineData("/ops/bot/", 0)]
    [InlineData("/ops/bot/", 1)]
    public async Task A_person_reads_signs_in_and_acts_and_the_page_stays_live(string path, int sample)
    {
        using var folder = new TemporaryFolder();
        var port = Loopback.FreePort();
        var pages = Directory.CreateDirectory(Path.Combine(folder.Path, "pages")).FullName;
        folder.Write("pages/drawn.md", "# Drawn\n\n```mermaid\ngraph LR; A --> B\n```\n");
        await using var bot = new BotProcess(folder, string.Create(CultureInfo.InvariantCulture, $$"""
            server: { listen: "127.0.0.1:0", external_url: "http://127.0.0.1:{{port}}{{path}}", api_token: {{Token}} }
            alertmanagers: [{ source: home, webhook_token: hook }]
            runbooks: { path: ["{{Repository.PathOf("runbooks")}}", "{{pages}}"] }
            """));
        await bot.StartAsync(Stop);
        await using var nginx = await NginxServer.ProxyAsync(folder, port, path, Location(sample, path, bot), Stop);
        var site = new Uri(nginx.Address, path);
        await PostAsync(site, 1);

        await using var open = await browser.OpenAsync(new Uri(site, "sign-in"));
        await open.Page.Locator("input[name=token]").FillAsync(Token);
        await open.Page.Locator("form.sign-in button").ClickAsync();
        await Assertions.Expect(open.Page.Locator("h1")).ToContainTextAsync("need");
        Assert.Equal(site.AbsoluteUri, open.Page.Url);
        await Assertions.Expect(open.Page.Locator("[id='page.live-word']")).ToHaveTextAsync("Live");
        await open.Page.EvaluateAsync("window.sameDocument = true");
        await PostAsync(site, 2);
        await Assertions.Expect(open.Page.Locator("#list li.incident")).ToHaveCountAsync(2);
        Assert.True(await open.Page.EvaluateAsync<bool>("window.sameDocument === true"), "the page was reloaded");

        await open.Page.Locator("#incident-1 h3 a").ClickAsync();
        Assert.StartsWith(new Uri(site, "incidents/1").AbsoluteUri, open.Page.Url, StringComparison.Ordinal);
        await open.Page.Locator("#take-name").FillAsync("Ada");
        await open.Page.Locator("#take button").ClickAsync();
        await Assertions.Expect(open.Page.Locator("#give-back")).ToBeVisibleAsync();
        Assert.StartsWith(new Uri(site, "incidents/1").AbsoluteUri, open.Page.Url, StringComparison.Ordinal);
        await open.Page.Locator("nav a", new() { HasText = "Runbooks" }).ClickAsync();
        Assert.Equal(new Uri(site, "runbooks").AbsoluteUri, open.Page.Url);
        await open.Page.GotoAsync(new Uri(site, "node-down").AbsoluteUri);
        Assert.Equal(new Uri(site, "runbooks/infrastructure/node-down").AbsoluteUri, open.Page.Url);
        await open.Page.GotoAsync(new Uri(site, "runbooks/drawn").AbsoluteUri);
        await Assertions.Expect(open.Page.Locator(".diagram svg")).ToBeVisibleAsync();
        await open.Page.Locator("a.brand").ClickAsync();
        await open.Page.Locator("#q").FillAsync("g2");
        await Assertions.Expect(open.Page.Locator("#incident-1")).ToHaveCountAsync(0);
        Assert.Equal(new Uri(site, "?q=g2").AbsoluteUri, open.Page.Url);
        Assert.Empty(open.Complaints);
    }

    [Fact]
    public async Task Without_a_token_nobody_acts_or_posts_through_it()
    {
        using var folder = new TemporaryFolder();
        await using var bot = new BotProcess(folder, "server: { listen: \"127.0.0.1:0\" }");
        await bot.StartAsync(Stop);
        await using var nginx = await NginxServer.ProxyAsync(folder, Loopback.FreePort(), "/", Location(0, "/", bot), Stop);

        using var acted = new HttpRequestMessage(HttpMethod.Post, new Uri(nginx.Address, "deliveries/send-again")) { Content = new FormUrlEncodedContent([new("room", "slack:C01")]) };
        acted.Headers.TryAddWithoutValidation("Origin", nginx.Address.GetLeftPart(UriPartial.Authority));
        acted.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        using var refused = await Loopback.Client.SendAsync(acted, Stop);
        using var posted = await SendAsync(nginx.Address, 1);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, posted.StatusCode);
    }

    /// <summary>A sample of the page about proxies, with another path and the address of this program.</summary>
    private static string Location(int sample, string path, BotProcess bot) => Fences.Of("docs/proxy.md", "nginx")[sample]
        .Replace("location /incidents/", $"location {path}", StringComparison.Ordinal)
        .Replace("incidentbot:8080", bot.Url.Authority, StringComparison.Ordinal);

    private static async Task PostAsync(Uri site, int group)
    {
        using var answer = await SendAsync(site, group);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<HttpResponseMessage> SendAsync(Uri site, int number)
    {
        var group = new AlertGroup(string.Create(CultureInfo.InvariantCulture, $"g{number}"), number, new Random(number));
        group.Change(TimeProvider.System.GetUtcNow(), end: false);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(site, "webhooks/alertmanager"))
        {
            Content = new StringContent(group.Notification().Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "hook");
        return await Loopback.Client.SendAsync(request, Stop);
    }
}
