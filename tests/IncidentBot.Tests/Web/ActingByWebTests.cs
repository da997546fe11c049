using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using IncidentBot.Channels;
using IncidentBot.Chat;
using IncidentBot.Delivery;
using IncidentBot.Rooms;
using IncidentBot.Server;
using IncidentBot.Settings;
using Xunit;
using static IncidentBot.Support.BotFixture;

namespace IncidentBot.Web;

/// <summary>Acting by signed links, by a proxy's word, by pages and by the API: who may, what comes of it, and what the audit log says.</summary>
public sealed class ActingByWebTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_link_in_the_message_shows_first_and_acts_by_its_button()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0", "critical");
        var message = chat.Bot.Expect(InSlack).Versions[^1].ToJsonString();
        var token = message[(message.IndexOf("/act/", StringComparison.Ordinal) + 5)..][..46];

        var page = await chat.Bot.Client.GetStringAsync(new Uri($"act/{token}", UriKind.Relative), Stop);
        Assert.Contains("Take #1?", page, StringComparison.Ordinal);
        Assert.Null(await chat.TakenByAsync(1));

        Assert.Equal(HttpStatusCode.SeeOther, await PostAsync(chat, $"act/{token}", ("name", "Ada"), ("comment", "on my way")));
        Assert.Equal("Ada", await chat.TakenByAsync(1));
        Assert.Equal(["Ada ack 1 on my way: done with incident 1"], await chat.AuditAsync());
        await chat.Bot.GoOnAsync(TimeSpan.FromSeconds(5));
        Assert.DoesNotContain("/act/", chat.Bot.Expect(InSlack).Versions[^1].ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tampered")]
    [InlineData("expired")]
    [InlineData("another action")]
    [InlineData("another key")]
    [InlineData("nonsense")]
    [InlineData("cross-site")]
    public async Task A_link_that_is_not_good_does_nothing(string what)
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0", "critical");
        var key = chat.Deeds.LinkKey.ToArray();
        var now = chat.Bot.Clock.GetUtcNow();
        var good = new ActLink(ButtonAction.Acknowledge, 1, now.AddHours(1));
        var token = what switch
        {
            "tampered" => (good with { Incident = 2 }).ToToken(key)[..20] + good.ToToken(key)[20..],
            "expired" => (good with { Expires = now.AddSeconds(-1) }).ToToken(key),
            "another action" => (good with { Action = ButtonAction.Silence }).ToToken(key),
            "another key" => good.ToToken(new byte[32]),
            "nonsense" => "AAAA<script>",
            _ => good.ToToken(key),
        };

        var status = await PostAsync(chat, $"act/{Uri.EscapeDataString(token)}", what == "cross-site" ? "https://evil.example" : null, ("name", "Eve"));

        Assert.Equal(what == "cross-site" ? HttpStatusCode.Forbidden : HttpStatusCode.Gone, status);
        Assert.Null(await chat.TakenByAsync(1));
        var metrics = await chat.Bot.Client.GetStringAsync(new Uri("metrics", UriKind.Relative), Stop);
        Assert.Contains($"incidentbot_web_refused_total{{reason=\"{(what == "cross-site" ? "cross_site" : "bad_link")}\"}} 1", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.0/8", "ada", 200)]
    [InlineData("127.0.0.1", "ada", 200)]
    [InlineData("10.0.0.0/8", "ada", 401)]
    [InlineData("127.0.0.0/8", "eve", 401)]
    [InlineData("127.0.0.0/8", "", 401)]
    public async Task A_proxy_is_believed_from_its_networks_about_operators(string network, string user, int status)
    {
        await using var chat = await ChatBench.StartAsync(options => Behind(options, network));
        await chat.FiresAsync("plex-0", "critical");
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/incidents/1/acknowledge") { Content = JsonContent.Create(new { by = "Mallory" }) };
        request.Headers.TryAddWithoutValidation("X-User", user);

        using var answer = await chat.Bot.Client.SendAsync(request, Stop);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200 ? "Ada" : null, await chat.TakenByAsync(1));
        var metrics = await chat.Bot.Client.GetStringAsync(new Uri("metrics", UriKind.Relative), Stop);
        Assert.Contains($"reason=\"proxy_header\"}} {(network.StartsWith("10.", StringComparison.Ordinal) ? 1 : 0)}", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxys_word_does_not_help_another_sites_form()
    {
        await using var chat = await ChatBench.StartAsync(options => Behind(options, "127.0.0.0/8"));
        await chat.FiresAsync("plex-0", "critical");
        using var request = new HttpRequestMessage(HttpMethod.Post, "incidents/1/acknowledge") { Content = new FormUrlEncodedContent([new("name", "Ada")]) };
        request.Headers.TryAddWithoutValidation("X-User", "ada");
        request.Headers.TryAddWithoutValidation("Origin", "https://evil.example");

        using var answer = await chat.Bot.Client.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Null(await chat.TakenByAsync(1));
    }

    [Fact]
    public async Task The_page_of_silences_lists_makes_and_ends_them()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        chat.Alertmanager.Silenced("ops <b>", "elsewhere", TimeSpan.FromHours(5), "pod=\"plex-0\"");

        Assert.Equal(HttpStatusCode.SeeOther, await PostAsync(chat, "incidents/1/silence", ("name", "Ada"), ("length", "2h"), ("comment", "new disks")));
        Assert.Equal(2, chat.Alertmanager.Holding.Count);
        var page = await chat.Bot.Client.GetStringAsync(new Uri("silences", UriKind.Relative), Stop);
        Assert.Contains("<small><bdi>new disks</bdi></small>", page, StringComparison.Ordinal);
        Assert.Contains("<bdi>ops &lt;b&gt;</bdi>", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("1 alert").Length - 1);
        Assert.Equal(HttpStatusCode.SeeOther, await PostAsync(chat, $"silences/home/{chat.Alertmanager.Ids[0]}/end"));
        Assert.StartsWith("Ada until 14:00", Assert.Single(chat.Alertmanager.Holding), StringComparison.Ordinal);

        chat.Alertmanager.Refuses = true;
        Assert.Contains("cannot be asked: <bdi>it answered 503</bdi>", await chat.Bot.Client.GetStringAsync(new Uri("silences", UriKind.Relative), Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadGateway, await PostAsync(chat, "incidents/1/silence", ("length", "2h")));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(chat, "incidents/1/silence", ("length", "for ever")));
    }

    [Fact]
    public async Task A_program_silences_and_reads_the_audit_log_with_the_token_only()
    {
        await using var chat = await ChatBench.StartAsync(options => options.Server.ApiToken = new Secret("t0ken"));
        await chat.FiresAsync("plex-0");
        await chat.SayAsync("n 1 hello");

        using var refused = await chat.Bot.Client.GetAsync(new Uri("api/v1/audit", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.DoesNotContain("hello", await chat.Bot.Client.GetStringAsync(new Uri("audit", UriKind.Relative), Stop), StringComparison.Ordinal);

        chat.Bot.Client.DefaultRequestHeaders.Authorization = new("Bearer", "t0ken");
        using var made = await chat.Bot.Client.PostAsJsonAsync("api/v1/incidents/1/silence", new { length = "until resolved", by = "cron" }, Stop);
        var silence = JsonNode.Parse(await made.Content.ReadAsStringAsync(Stop))!;
        Assert.Equal((1, null), ((int)silence["number"]!, (string?)silence["until"]));
        var audit = (await chat.Bot.ApiAsync("api/v1/audit"))["audit"]!.AsArray();
        Assert.Equal(["silence", "note"], audit.Select(line => (string)line!["action"]!));
        Assert.Equal(("cron", "api", 1), ((string)audit[0]!["name"]!, (string)audit[0]!["place"]!, (int)audit[0]!["incident"]!));
        Assert.Equal(("Ada", "slack:UADA", InSlack, "hello", "done"), ((string)audit[1]!["name"]!, (string)audit[1]!["person"]!, (string)audit[1]!["place"]!, (string)audit[1]!["what"]!, (string)audit[1]!["result"]!));
    }

    private static void Behind(BotOptions options, string network)
    {
        options.Server.ApiToken = new Secret("t0ken");
        options.Server.TrustedProxy = new TrustedProxyOptions { From = [network], UserHeader = "X-User" };
        options.People.Operators = [Person.Parse("web:ada")];
        options.People.Known = [new KnownPersonOptions { Name = "Ada", Web = "ada" }];
    }

    private static Task<HttpStatusCode> PostAsync(ChatBench chat, string path, params (string Name, string Value)[] fields) => PostAsync(chat, path, null, fields);

    private static async Task<HttpStatusCode> PostAsync(ChatBench chat, string path, string? origin, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        request.Headers.TryAddWithoutValidation("Origin", origin ?? chat.Bot.Address.GetLeftPart(UriPartial.Authority));
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpMessageInvoker(handler);
        request.RequestUri = new Uri(chat.Bot.Address, path);
        using var answer = await client.SendAsync(request, default);
        return answer.StatusCode;
    }
}
