using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Channels.Slack;

/// <summary>Commands, presses and events that Slack sends to a public address, and what others send there.</summary>
public sealed class SlackWebhooksTests
{
    private static readonly Action<BotOptions, Ears> Signed = (options, ears) => options.Channels.Slack = Ears.Signed(ears.Slack);

    [Fact]
    public async Task A_signed_command_is_done_and_answered_by_its_address()
    {
        await using var ears = await Ears.StartAsync(Signed);
        Assert.Equal(200, await SendAsync(ears, "commands", Form(ears.Slack.Command("C01", "UADA", "note 12 50% + 1 = \"ä\" &amp;"))));
        Assert.Equal(new ChatInput.Said("note 12 50% + 1 = \"ä\" &"), Assert.Single(ears.Desk.Done).Input);
        await Ears.UntilAsync(() => ears.Slack.Answered.Count == 1);
    }

    [Fact]
    public async Task A_signed_press_and_a_signed_event_are_done()
    {
        await using var ears = await Ears.StartAsync(Signed);
        var press = ears.Slack.Interaction("C01", "1.1", "UADA", new ButtonPress(ButtonAction.Acknowledge, 12).ToData());
        Assert.Equal(200, await SendAsync(ears, "interactions", "payload=" + Uri.EscapeDataString(press.ToJsonString())));
        Assert.Equal(200, await SendAsync(ears, "events", SlackServer.Event("app_mention", "C01", "UADA", $"<@{SlackServer.BotUser}> ack 12", "1.2").ToJsonString()));
        Assert.Equal(2, ears.Desk.Done.Count);
    }

    [Fact]
    public async Task The_address_is_confirmed_to_Slack()
    {
        await using var ears = await Ears.StartAsync(Signed);
        var (status, body) = await AskAsync(ears, "events", """{"type":"url_verification","challenge":"3eZbrw1a"}""");
        Assert.Equal((200, "3eZbrw1a"), (status, body));
    }

    [Fact]
    public async Task What_cannot_be_written_down_is_asked_for_again_or_refused_visibly()
    {
        await using var ears = await Ears.StartAsync(Signed);
        ears.Desk.Fails = true;
        Assert.Equal(503, await SendAsync(ears, "events", SlackServer.Event("app_mention", "C01", "UADA", "ack 12", "1.2").ToJsonString()));
        var (status, body) = await AskAsync(ears, "commands", Form(ears.Slack.Command("C01", "UADA", "ack 12")));
        Assert.Equal(200, status);
        Assert.Contains("nothing was done", body, StringComparison.Ordinal);
        Assert.Empty(ears.Desk.Done);
    }

    [Fact]
    public async Task Whoever_is_not_Slack_is_refused_and_counted()
    {
        await using var ears = await Ears.StartAsync(Signed);
        var body = Form(ears.Slack.Command("C01", "UADA", "ack 12"));
        var now = TimeProvider.System.GetUtcNow();
        var (timestamp, signature) = SlackServer.Sign(body, now);
        var old = SlackServer.Sign(body, now.AddSeconds(-301));
        var wrong = SlackServer.Sign(body, now, "another secret");
        (string Why, string? Timestamp, string? Signature, string Body, int Expected)[] attacks =
        [
            ("no signature", timestamp, null, body, 401),
            ("no time", null, signature, body, 401),
            ("a tampered body", timestamp, signature, body.Replace("ack", "silence", StringComparison.Ordinal), 401),
            ("another field behind", timestamp, signature, body + "&text=silence", 401),
            ("a replay", old.Timestamp, old.Signature, body, 401),
            ("a replay under a new time", timestamp, old.Signature, body, 401),
            ("another secret", wrong.Timestamp, wrong.Signature, body, 401),
            ("a body of a megabyte", timestamp, signature, new string('x', 1024 * 1024), 413),
        ];
        foreach (var attack in attacks)
        {
            Assert.Equal((attack.Why, attack.Expected), (attack.Why, (await RawAsync(ears, "commands", attack.Body, attack.Timestamp, attack.Signature)).Status));
        }

        Assert.Empty(ears.Desk.Done);
        var metrics = await ears.MetricsAsync();
        foreach (var (reason, count) in new[] { ("unsigned", 2), ("replayed", 1), ("wrong_secret", 4), ("too_large", 1) })
        {
            Assert.Contains($$"""incidentbot_chat_door_refusals_total{channel="slack",reason="{{reason}}"} {{count}}""", metrics, StringComparison.Ordinal);
        }

        Assert.Contains(ears.Listening.Remarks, words => words.Contains("signing_secret is not that of the app", StringComparison.Ordinal));
        Assert.Contains(ears.Listening.Remarks, words => words.Contains("enter the Request URLs in the app", StringComparison.Ordinal));
        Assert.Equal(200, await SendAsync(ears, "commands", body));
        Assert.Empty(ears.Listening.Remarks);
    }

    [Fact]
    public async Task Headers_that_stand_twice_are_refused()
    {
        await using var ears = await Ears.StartAsync(Signed);
        var body = Form(ears.Slack.Command("C01", "UADA", "ack 12"));
        var (timestamp, signature) = SlackServer.Sign(body, TimeProvider.System.GetUtcNow());
        using var request = new HttpRequestMessage(HttpMethod.Post, "webhooks/slack/commands") { Content = new StringContent(body) };
        request.Headers.TryAddWithoutValidation("X-Slack-Request-Timestamp", [timestamp, "1"]);
        request.Headers.TryAddWithoutValidation("X-Slack-Signature", [signature, "v0=0"]);
        using var answer = await ears.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(ears.Desk.Done);
    }

    [Fact]
    public async Task The_same_signed_request_twice_is_done_once()
    {
        await using var ears = await Ears.StartAsync(Signed);
        var body = Form(ears.Slack.Command("C01", "UADA", "ack 12"));
        Assert.Equal((200, 200), (await SendAsync(ears, "commands", body), await SendAsync(ears, "commands", body)));
        Assert.Single(ears.Desk.Done);
    }

    [Fact]
    public async Task A_field_that_stands_twice_is_none()
    {
        await using var ears = await Ears.StartAsync(Signed);
        Assert.Equal(400, await SendAsync(ears, "commands", Form(ears.Slack.Command("C01", "UADA", "ack 12")) + "&user_id=UEVE"));
        Assert.Equal(400, await SendAsync(ears, "interactions", "payload=%7Bnot+json"));
        Assert.Equal(400, await SendAsync(ears, "events", "\u0001\u0002"));
        Assert.Empty(ears.Desk.Done);
    }

    [Fact]
    public async Task An_answer_never_goes_to_a_host_that_is_not_Slacks()
    {
        await using var ears = await Ears.StartAsync(Signed);
        var command = ears.Slack.Command("C01", "UADA", "ack 12");
        command["response_url"] = $"http://localhost:{ears.Slack.Url.Port}/stolen";
        Assert.Equal(200, await SendAsync(ears, "commands", Form(command)));
        await Ears.UntilAsync(() => ears.Desk.Told.Count == 1);
        Assert.Equal("UADA", Assert.Single(ears.Slack.Whispers).Text("user"));
        Assert.DoesNotContain(ears.Slack.Requests, request => request.Path.Contains("stolen", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_signing_secret_there_is_no_such_address()
    {
        await using var ears = await Ears.StartAsync((options, ears) =>
            options.Channels.Slack = new SlackOptions { BotToken = new Secret(SlackServer.Token), ApiUrl = ears.Slack.ApiUrl });
        Assert.Equal(404, await SendAsync(ears, "commands", "text=x"));
    }

    private static string Form(JsonObject fields) =>
        string.Join('&', fields.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value!.GetValue<string>()).Replace("%20", "+", StringComparison.Ordinal)}"));

    private static async Task<int> SendAsync(Ears ears, string path, string body) => (await AskAsync(ears, path, body)).Status;

    private static Task<(int Status, string Body)> AskAsync(Ears ears, string path, string body)
    {
        var (timestamp, signature) = SlackServer.Sign(body, TimeProvider.System.GetUtcNow());
        return RawAsync(ears, path, body, timestamp, signature);
    }

    private static async Task<(int Status, string Body)> RawAsync(Ears ears, string path, string body, string? timestamp, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"webhooks/slack/{path}") { Content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded") };
        if (timestamp is not null)
        {
            request.Headers.Add("X-Slack-Request-Timestamp", timestamp);
        }

        if (signature is not null)
        {
            request.Headers.Add("X-Slack-Signature", signature);
        }

        using var answer = await ears.Client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
