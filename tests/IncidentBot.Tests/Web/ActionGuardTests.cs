using System.Net;
using IncidentBot.Posts;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

public sealed class ActionGuardTests
{
    private const string Token = "correct-horse-battery-staple";
    private static readonly KeyValuePair<string, string>[] Room = [new("room", "slack:C01")];

    [Fact]
    public async Task On_the_machine_itself_our_own_page_may_send_again_without_a_token()
    {
        await using var host = await PagesHost.StartAsync();

        using var room = await host.PostAsync("/deliveries/send-again", Room);
        using var post = await host.PostAsync("/deliveries/12/send-again", []);

        Assert.Equal(HttpStatusCode.SeeOther, room.StatusCode);
        Assert.Equal("/deliveries?sent=2", room.Headers.Location?.ToString());
        Assert.Equal(["slack:C01", "12"], host.SendAgain.Asked);
    }

    [Theory]
    [InlineData("https://evil.example", "cross-site")]
    [InlineData("https://evil.example", null)]
    [InlineData("null", null)]
    [InlineData(null, null)]
    [InlineData(null, "same-site")]
    [InlineData(null, "none")]
    [InlineData("own", "cross-site")]
    [InlineData("http://127.0.0.1:1", null)]
    public async Task What_another_site_sends_is_refused(string? origin, string? site)
    {
        await using var host = await PagesHost.StartAsync();

        using var answer = await host.PostAsync("/deliveries/send-again", Room, origin, site);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(host.SendAgain.Asked);
    }

    [Fact]
    public async Task A_foreign_name_that_resolves_to_this_machine_is_refused_without_a_token()
    {
        await using var host = await PagesHost.StartAsync();

        using var answer = await host.PostAsync("/deliveries/send-again", Room, "http://evil.example:8080", host: "evil.example:8080");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(host.SendAgain.Asked);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("x-forwarded-proto", "https")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    public async Task What_a_proxy_passes_on_is_from_outside_and_needs_the_token(string header, string value)
    {
        await using var open = await PagesHost.StartAsync();
        await using var withToken = await PagesHost.StartAsync(Token);

        using var refused = await open.PostAsync("/deliveries/send-again", Room, header: (header, value));
        using var taken = await withToken.PostAsync("/deliveries/send-again", Room, bearer: Token, header: (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Empty(open.SendAgain.Asked);
        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
    }

    [Fact]
    public async Task Behind_a_proxy_the_external_address_is_our_own()
    {
        await using var host = await PagesHost.StartAsync(Token, onLoopback: false, externalUrl: new Uri("https://incidents.example.org"));
        using var signedIn = await SignInAsync(host, Token);

        using var answer = await host.PostAsync(
            "/deliveries/send-again", Room, "https://incidents.example.org", cookie: Cookie(signedIn));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    [Fact]
    public async Task Reachable_from_elsewhere_and_without_a_token_nobody_may_act()
    {
        await using var host = await PagesHost.StartAsync(onLoopback: false);

        using var answer = await host.PostAsync("/deliveries/send-again", Room);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("server.api_token", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(host.SendAgain.Asked);
    }

    [Theory]
    [InlineData(Token, HttpStatusCode.SeeOther)]
    [InlineData("wrong", HttpStatusCode.Unauthorized)]
    [InlineData(Token + "r", HttpStatusCode.Unauthorized)]
    public async Task With_a_token_a_program_needs_it(string bearer, HttpStatusCode expected)
    {
        await using var host = await PagesHost.StartAsync(Token);

        using var answer = await host.PostAsync("/deliveries/send-again", Room, origin: null, site: null, bearer: bearer);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.SeeOther, host.SendAgain.Asked.Count == 1);
    }

    [Fact]
    public async Task With_a_token_a_person_signs_in_once()
    {
        await using var host = await PagesHost.StartAsync(Token);
        using var before = await host.PostAsync("/deliveries/send-again", Room);

        using var signedIn = await SignInAsync(host, Token);
        var header = signedIn.Headers.GetValues("Set-Cookie").Single();
        using var after = await host.PostAsync("/deliveries/send-again", Room, cookie: Cookie(signedIn));

        Assert.Equal(HttpStatusCode.Unauthorized, before.StatusCode);
        Assert.Equal("/deliveries", signedIn.Headers.Location?.ToString());
        Assert.Contains("httponly", header, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", header, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Token, header, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, after.StatusCode);
    }

    [Fact]
    public async Task A_cookie_ends_with_its_time_and_cannot_be_given_more()
    {
        var clock = new StillClock(StoreStub.Start);
        await using var host = await PagesHost.StartAsync(Token, time: clock);
        using var signedIn = await SignInAsync(host, Token);
        var cookie = Cookie(signedIn);
        var until = cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..cookie.IndexOf('.', StringComparison.Ordinal)];

        using var longer = await host.PostAsync("/deliveries/send-again", Room, cookie: cookie.Replace(until, "9999999999", StringComparison.Ordinal));
        using var rubbish = await host.PostAsync("/deliveries/send-again", Room, cookie: $"{ActionGuard.CookieName}=.");
        clock.Now += ActionGuard.SignedInFor + TimeSpan.FromSeconds(1);
        using var late = await host.PostAsync("/deliveries/send-again", Room, cookie: cookie);

        Assert.All([longer, rubbish, late], answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
    }

    [Fact]
    public async Task Guessing_the_token_is_slowed_down()
    {
        var clock = new StillClock(StoreStub.Start);
        await using var host = await PagesHost.StartAsync(Token, time: clock);
        for (var guess = 0; guess < SignInLimit.PerAddress; guess++)
        {
            using var wrong = await SignInAsync(host, "guess");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var slowed = await SignInAsync(host, Token);
        clock.Now += TimeSpan.FromMinutes(1);
        using var later = await SignInAsync(host, Token);

        Assert.Equal(HttpStatusCode.TooManyRequests, slowed.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, later.StatusCode);
    }

    [Fact]
    public async Task Signing_in_never_leads_to_another_site()
    {
        await using var host = await PagesHost.StartAsync(Token);

        using var answer = await SignInAsync(host, Token, "//evil.example");

        Assert.Equal("/", answer.Headers.Location?.ToString());
    }

    [Theory]
    [InlineData("/incidents/4/acknowledge", "/incidents/4")]
    [InlineData("/incidents/4/give-back", "/incidents/4")]
    [InlineData("/deliveries/40/send-again", "/deliveries")]
    public async Task Who_is_not_signed_in_is_led_back_to_where_they_were(string path, string back)
    {
        await using var host = await PagesHost.StartAsync(Token);

        using var answer = await host.PostAsync(path, []);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Contains($"href=\"/sign-in?return={Uri.EscapeDataString(back)}\"", html, StringComparison.Ordinal);
        Assert.Contains($"href=\"{back}\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/deliveries/twelve/send-again", "room", "slack:C01")]
    [InlineData("/deliveries/send-again", "room", "nonsense")]
    [InlineData("/deliveries/send-again", "other", "slack:C01")]
    public async Task A_form_that_is_not_ours_is_a_bad_request(string path, string name, string value)
    {
        await using var host = await PagesHost.StartAsync();

        using var answer = await host.PostAsync(path, [new(name, value)]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(host.SendAgain.Asked);
    }

    [Fact]
    public async Task A_huge_form_is_a_bad_request()
    {
        await using var host = await PagesHost.StartAsync();

        using var answer = await host.PostAsync("/deliveries/send-again", [new("room", $"slack:{new string('x', 200_000)}")]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task The_page_offers_to_send_again_what_was_refused_and_says_why_it_was()
    {
        await using var host = await PagesHost.StartAsync();
        host.Put(new IncidentBuilder(4, StoreStub.Start).Fires(default, Scenes.Labels(("alertname", "NodeDown")))
            .Post("slack:C01", PostState.Refused, "channel_not_found").Post("slack:C02"));

        var html = await host.GetAsync("/deliveries");

        Assert.Contains("channel_not_found", html, StringComparison.Ordinal);
        Assert.Contains("action=\"/deliveries/40/send-again\"", html, StringComparison.Ordinal);
        Assert.Contains("<input type=\"hidden\" name=\"room\" value=\"slack:C01\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"slack:C02\"", html, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> SignInAsync(PagesHost host, string token, string comeBack = "/deliveries") =>
        host.PostAsync("/sign-in", [new("token", token), new("return", comeBack)]);

    private static string Cookie(HttpResponseMessage signedIn) => signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
}
