using IncidentBot.Posts;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

/// <summary>A page offers an action only to a reader for whom it works, and says to others what is missing.</summary>
public sealed class OfferTests
{
    private const string Token = "correct-horse-battery-staple";
    private static readonly string[] Buttons = ["I am on it", "Send again", "Send all of this room again"];

    [Fact]
    public async Task On_the_machine_itself_everything_is_offered()
    {
        await using var host = await StartAsync(null, onLoopback: true);

        await ExpectAsync(host, null, offered: true, "");
    }

    [Fact]
    public async Task Who_is_not_signed_in_is_shown_the_way_and_who_is_the_buttons()
    {
        await using var host = await StartAsync(Token, onLoopback: false);
        using var signedIn = await host.PostAsync("/sign-in", [new("token", Token), new("return", "/")]);

        await ExpectAsync(host, null, offered: false, "Actions need the token of <code>server.api_token</code>");
        await ExpectAsync(host, signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0], offered: true, "");
        Assert.Contains("href=\"/sign-in?return=%2Fincidents%2F4\"", await host.GetAsync("/incidents/4"), StringComparison.Ordinal);
        Assert.Contains("href=\"/sign-in?return=%2Fdeliveries\"", await host.GetAsync("/deliveries"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_and_reachable_from_elsewhere_the_page_says_what_to_configure()
    {
        await using var host = await StartAsync(null, onLoopback: false);

        await ExpectAsync(host, null, offered: false, "set <code>server.api_token_file</code>");
        Assert.Contains("There is no token to sign in with", await host.GetAsync("/sign-in"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_proxy_passes_on_is_from_elsewhere()
    {
        await using var host = await StartAsync(null, onLoopback: true);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/incidents/4");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        using var answer = await host.Client.SendAsync(request);

        Assert.DoesNotContain("I am on it", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_over_needs_no_action_and_so_no_token()
    {
        await using var host = await StartAsync(Token, onLoopback: false);
        var labels = Scenes.Labels(("alertname", "DnsSlow"));
        host.Put(new IncidentBuilder(5, StoreStub.Start).Fires(default, labels).Ends(TimeSpan.FromMinutes(5), labels));

        Assert.DoesNotContain("Actions need", await host.GetAsync("/incidents/5"), StringComparison.Ordinal);
    }

    private static async Task ExpectAsync(PagesHost host, string? cookie, bool offered, string missing)
    {
        var pages = "";
        foreach (var path in new[] { "/incidents/4", "/deliveries" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (cookie is not null)
            {
                request.Headers.Add("Cookie", cookie);
            }

            using var answer = await host.Client.SendAsync(request);
            var html = await answer.Content.ReadAsStringAsync();
            Assert.Equal(!offered, html.Contains("class=\"needs\"", StringComparison.Ordinal));
            Assert.Contains(missing, html, StringComparison.Ordinal);
            pages += html;
        }

        Assert.All(Buttons, button => Assert.Equal(offered, pages.Contains($">{button}</button>", StringComparison.Ordinal)));
    }

    private static async Task<PagesHost> StartAsync(string? token, bool onLoopback)
    {
        var host = await PagesHost.StartAsync(token, onLoopback);
        host.Put(new IncidentBuilder(4, StoreStub.Start).Fires(default, Scenes.Labels(("alertname", "NodeDown"))).Post("slack:C01", PostState.Refused, "channel_not_found"));
        return host;
    }
}
