using System.Net;
using System.Text;
using System.Text.Json;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

/// <summary>Taking an incident on, from the page and by programs.</summary>
public sealed class AcknowledgeTests
{
    private const string Token = "correct-horse-battery-staple";
    private static readonly DateTimeOffset Now = StoreStub.Start;

    [Fact]
    public async Task A_program_takes_on_and_gives_back_and_is_answered_with_the_incident()
    {
        await using var host = await StartAsync(Token);

        using var taken = await SendAsync(host, HttpMethod.Post, "/api/v1/incidents/41/acknowledge", """{"by":" ada\n","comment":"on my way"}""");
        using var back = await SendAsync(host, HttpMethod.Delete, "/api/v1/incidents/41/acknowledge", null);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (taken.StatusCode, back.StatusCode));
        using var json = JsonDocument.Parse(await taken.Content.ReadAsStringAsync());
        Assert.Equal(41, json.RootElement.GetProperty("number").GetInt64());
        Assert.Equal(["ada takes 41: on my way", "the API gives back 41"], host.Store.Acts);
    }

    [Theory]
    [InlineData("41", null, HttpStatusCode.OK)]
    [InlineData("41", "", HttpStatusCode.OK)]
    [InlineData("41", "null", HttpStatusCode.OK)]
    [InlineData("41", "[1]", HttpStatusCode.BadRequest)]
    [InlineData("41", "{\"by\": 7}", HttpStatusCode.BadRequest)]
    [InlineData("38", "{}", HttpStatusCode.Conflict)]
    [InlineData("999", "{}", HttpStatusCode.NotFound)]
    [InlineData("many", "{}", HttpStatusCode.BadRequest)]
    public async Task A_wrong_request_is_answered_as_a_problem(string number, string? body, HttpStatusCode expected)
    {
        await using var host = await StartAsync(Token);

        using var answer = await SendAsync(host, HttpMethod.Post, $"/api/v1/incidents/{number}/acknowledge", body);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? "application/json" : "application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_not_read()
    {
        await using var host = await StartAsync(Token);

        using var answer = await SendAsync(host, HttpMethod.Post, "/api/v1/incidents/41/acknowledge", $$"""{"by":"{{new string('a', 20_000)}}"}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Empty(host.Store.Acts);
    }

    [Theory]
    [InlineData(Token, null, true, null, HttpStatusCode.Unauthorized)]
    [InlineData(Token, "wrong", true, null, HttpStatusCode.Unauthorized)]
    [InlineData(null, null, false, null, HttpStatusCode.Forbidden)]
    [InlineData(null, null, true, "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData(null, null, true, null, HttpStatusCode.OK)]
    public async Task Only_who_may_act_does(string? token, string? shown, bool onLoopback, string? origin, HttpStatusCode expected)
    {
        await using var host = await StartAsync(token, onLoopback);

        using var answer = await SendAsync(host, HttpMethod.Post, "/api/v1/incidents/41/acknowledge", null, shown, origin);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, host.Store.Acts.Count);
    }

    [Fact]
    public async Task A_form_of_another_sites_page_does_not_pass_for_a_program()
    {
        await using var host = await StartAsync(null);

        using var answer = await host.PostAsync("/api/v1/incidents/41/acknowledge", [new("by", "mallory")], origin: null, site: null);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(host.Store.Acts);
    }

    [Fact]
    public async Task The_page_takes_on_under_a_name_that_it_remembers()
    {
        await using var host = await StartAsync(null);
        Assert.Contains("I am on it", await host.GetAsync("/incidents/41"), StringComparison.Ordinal);

        using var answer = await host.PostAsync("/incidents/41/acknowledge", [new("name", "Ada <b>")]);

        Assert.Equal((HttpStatusCode.SeeOther, "/incidents/41"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        Assert.Equal(["Ada <b> takes 41: "], host.Store.Acts);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/incidents/41");
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var page = await host.Client.SendAsync(request);
        Assert.Contains("value=\"Ada &lt;b>\"", (await page.Content.ReadAsStringAsync()).Replace("&gt;", ">", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_says_who_has_it_on_and_lets_it_be_given_back()
    {
        await using var host = await StartAsync(null);
        host.Put(Scenes.NodeDown(42, Now.AddMinutes(-14)).Acknowledged(TimeSpan.FromMinutes(12), Scenes.Hostile));

        var page = await host.GetAsync("/incidents/42");
        using var answer = await host.PostAsync("/incidents/42/give-back", [new("name", "")]);

        Assert.Contains("Acknowledged by", page, StringComparison.Ordinal);
        Assert.Contains("Give it back", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>window", page, StringComparison.Ordinal);
        Assert.DoesNotContain("I am on it", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(["somebody on the web page gives back 42"], host.Store.Acts);
        Assert.Contains("is on it", await host.GetAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_over_or_unknown_cannot_be_taken_on()
    {
        await using var host = await StartAsync(null);

        using var unknown = await host.PostAsync("/incidents/999/acknowledge", [new("name", "ada")]);
        using var foreign = await host.PostAsync("/incidents/41/acknowledge", [new("name", "ada")], "https://evil.example", "cross-site");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Forbidden), (unknown.StatusCode, foreign.StatusCode));
        Assert.DoesNotContain("I am on it", await host.GetAsync("/incidents/38"), StringComparison.Ordinal);
    }

    private static async Task<PagesHost> StartAsync(string? token, bool onLoopback = true)
    {
        var host = await PagesHost.StartAsync(token, onLoopback, new StillClock(Now));
        foreach (var incident in Scenes.Evening(Now))
        {
            host.Put(incident);
        }

        return host;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        PagesHost host, HttpMethod method, string path, string? body, string? bearer = Token, string? origin = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        if (bearer is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        }

        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
        }

        return await host.Client.SendAsync(request);
    }
}
