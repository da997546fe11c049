using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using IncidentBot.Cli;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Storage;
using IncidentBot.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Webhooks;

/// <summary>What is answered to whom, over real HTTP.</summary>
public sealed class AlertmanagerWebhookTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bearer_and_basic_are_taken_and_everything_else_is_401()
    {
        await using var bot = await BotFixture.StartAsync();
        string[] good = [$"Bearer {BotFixture.WebhookToken}", $"bearer {BotFixture.WebhookToken}", Basic("home", BotFixture.WebhookToken)];
        string?[] bad =
        [
            null, "", "Bearer", "Bearer ", "Bearer wrong", $"Bearer {BotFixture.WebhookToken}x", $"Digest {BotFixture.WebhookToken}", Basic("office", BotFixture.WebhookToken),
            Basic("home", "wrong"), Basic("", ""), "Basic !!!", "Basic " + new string('A', 5000), Basic("home:", BotFixture.WebhookToken),
        ];

        foreach (var authorization in good)
        {
            Assert.Equal((200, ""), await PostAsync(bot, authorization));
        }

        foreach (var authorization in bad)
        {
            var (status, reason) = await PostAsync(bot, authorization);
            Assert.Equal(401, status);
            Assert.DoesNotContain(BotFixture.WebhookToken, reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("X-Forwarded-Host", "incidents.example.org")]
    [InlineData("X-Forwarded-Proto", "")]
    [InlineData("Forwarded", "for=203.0.113.7;proto=https")]
    [InlineData("X-Real-IP", "203.0.113.7")]
    public async Task What_a_proxy_passes_on_needs_a_token_also_while_listening_on_this_machine_only(string header, string value)
    {
        await using var open = await BotFixture.StartAsync(options => options.Alertmanagers[0].WebhookToken = null);
        await using var withToken = await BotFixture.StartAsync();
        await using var saidSo = await BotFixture.StartAsync(options => (options.Alertmanagers[0].WebhookToken, options.Server.WebhookAuth) = (null, "none"));

        Assert.Equal((200, ""), await PostAsync(open, null));
        var (status, reason) = await PostAsync(open, null, (header, value));
        Assert.Equal(401, status);
        Assert.Contains("webhook_token", reason, StringComparison.Ordinal);
        Assert.Equal((200, ""), await PostAsync(withToken, $"Bearer {BotFixture.WebhookToken}", (header, value)));
        Assert.Equal((200, ""), await PostAsync(saidSo, null, (header, value)));
    }

    [Fact]
    public async Task Two_sources_are_told_apart_by_their_tokens()
    {
        await using var bot = await BotFixture.StartAsync(options =>
            options.Alertmanagers.Add(new AlertmanagerOptions { Source = "office", WebhookToken = new Secret("other-secret") }));

        Assert.Equal(200, (await PostAsync(bot, $"Bearer {BotFixture.WebhookToken}")).Status);
        Assert.Equal(200, (await PostAsync(bot, Basic("office", "other-secret"))).Status);
        Assert.Equal(401, (await PostAsync(bot, Basic("office", BotFixture.WebhookToken))).Status);

        Assert.Equal(2, (await bot.Store.ListAsync(new IncidentFilter(), Cancel)).Count);
    }

    [Fact]
    public async Task What_is_too_large_is_413_whether_or_not_its_length_is_said()
    {
        await using var bot = await BotFixture.StartAsync(options => options.Server.MaxBodyBytes = 100_000);
        foreach (var chunked in new[] { false, true })
        {
            foreach (var (size, expected) in new[] { (100_001, 413), (3_000_000, 413), (100_000, 400), (0, 400) })
            {
                using var request = Request(new ByteArrayContent(new byte[size]));
                request.Headers.TransferEncodingChunked = chunked;
                using var answer = await bot.Client.SendAsync(request, Cancel);
                Assert.Equal(expected, (int)answer.StatusCode);
            }
        }

        Assert.Equal(200, (await PostAsync(bot, $"Bearer {BotFixture.WebhookToken}")).Status);
    }

    [Fact]
    public async Task A_custom_payload_is_refused_with_the_path_of_what_is_wrong()
    {
        await using var bot = await BotFixture.StartAsync();

        using var answer = await bot.SendAsync("""{"alerts":[{"status":"firing"},{"name":"NodeDown"}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("alerts[0].labels", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_number_among_the_labels_of_sixty_alerts_costs_none_of_them()
    {
        await using var bot = await BotFixture.StartAsync();
        var alerts = string.Join(',', Enumerable.Range(0, 60).Select(number =>
            $$$"""{"status":"firing","labels":{"alertname":"Pod{{{number}}}","replicas":{{{(number == 41 ? "3" : "\"3\"")}}}},"startsAt":"2026-03-01T12:00:00Z"}"""));

        using var answer = await bot.SendAsync($$$"""{"version":"4","status":"firing","receiver":"bot","alerts":[{{{alerts}}}]}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var incident = (await bot.Store.FindAsync(1, Cancel))!.Incident;
        Assert.Equal(60, incident.FiringCount);
        Assert.All(incident.Alerts.Values, alert => Assert.Equal("3", alert.Labels["replicas"]));
    }

    [Fact]
    public async Task A_body_of_Grafanas_contact_point_is_taken()
    {
        await using var bot = await BotFixture.StartAsync();

        using var answer = await bot.SendAsync("""
            {"receiver":"on-call","status":"firing","orgId":1,"alerts":[{"status":"firing","labels":{"alertname":"Disk full","host":"nas"},"annotations":{},
             "startsAt":"2026-03-01T14:00:00+02:00","endsAt":"0001-01-01T00:00:00Z","generatorURL":"https://grafana.example.org/alerting/1","fingerprint":"41427831fa75cd25",
             "silenceURL":"https://grafana.example.org/silence","dashboardURL":"","panelURL":"","values":{"B":6.7,"C":1},"valueString":"[ var='B' value=6.7 ]"}],
             "groupLabels":{"alertname":"Disk full"},"commonLabels":{},"commonAnnotations":{},"externalURL":"https://grafana.example.org/","version":"1",
             "groupKey":"{}","truncatedAlerts":0,"title":"[FIRING:1] Disk full","state":"alerting","message":"**Firing**"}
            """);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var alert = Assert.Single((await bot.Store.FindAsync(1, Cancel))!.Incident.Alerts.Values);
        Assert.Equal((Noon, "Disk full"), (alert.StartsAt, alert.Name));
        Assert.Equal("https://grafana.example.org/silence", alert.Annotations["silence_url"]);
    }

    [Fact]
    public async Task An_alert_that_comes_back_with_its_old_start_within_a_minute_of_its_end_fires_again()
    {
        await using var bot = await BotFixture.StartAsync();

        foreach (var said in new[] { Group(Firing("plex-0")), Group(Resolved("plex-0", at: 0.2)), Group(Firing("plex-0")) })
        {
            using var answer = await bot.SendAsync(BotFixture.Body(said));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(IncidentStatus.Firing, (await bot.Store.FindAsync(1, Cancel))!.Incident.Status);
    }

    [Fact]
    public async Task What_is_turned_away_is_remembered_by_whom_and_why()
    {
        await using var bot = await BotFixture.StartAsync();
        await PostAsync(bot, $"Bearer {BotFixture.WebhookToken}");
        await PostAsync(bot, "Bearer wrong");
        using var unreadable = await bot.SendAsync("alerts!");

        var refusals = bot.Services.GetRequiredService<WebhookRefusals>().Recent;
        Assert.Equal([("", RefusalKind.Credentials), ("home", RefusalKind.Body)], refusals.Select(refusal => (refusal.Source, refusal.Kind)).OrderBy(one => one.Kind));
        Assert.All(refusals, refusal => Assert.Equal("127.0.0.1", refusal.Address));
    }

    [Fact]
    public async Task A_store_that_fails_is_503_with_its_reason_and_readiness_says_so_until_it_works()
    {
        await using var bot = await BotFixture.StartAsync();
        var held = new SqliteConnection($"Data Source={bot.Database}");
        held.Open();
        Sql(held, "BEGIN IMMEDIATE");

        using (var answer = await bot.SendAsync(BotFixture.Body(Group(Firing("plex-0")))))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("locked", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        using (var ready = await bot.Client.GetAsync(new Uri("-/ready", UriKind.Relative), Cancel))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        }

        using (var healthy = await bot.Client.GetAsync(new Uri("-/healthy", UriKind.Relative), Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, healthy.StatusCode);
        }

        Sql(held, "ROLLBACK");
        held.Dispose();
        await bot.PostAsync(Firing("plex-0"));
        using var again = await bot.Client.GetAsync(new Uri("-/ready", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        await bot.AtAsync("12:02");
        bot.Expect(BotFixture.InSlack, "1 firing");
    }

    [Fact]
    public async Task Too_many_bytes_at_once_are_503_and_never_429_and_taken_when_there_is_room_again()
    {
        await using var bot = await BotFixture.StartAsync();
        using var gone = new CancellationTokenSource();
        var endless = new DefaultHttpContext();
        endless.Request.ContentLength = BodyReader.TogetherBytes;
        endless.Request.Body = new System.IO.Pipelines.Pipe().Reader.AsStream();
        var held = bot.Services.GetRequiredService<BodyReader>().ReadAsync(endless.Request, BodyReader.TogetherBytes, gone.Token).AsTask();

        // Alertmanager tries again after 503, and drops what is answered 429.
        using (var answer = await bot.SendAsync(BotFixture.Body(Group(Firing("plex-0")))))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }

        Assert.Contains("incidentbot_webhook_overloads_total 1\n", await bot.Client.GetStringAsync(new Uri("metrics", UriKind.Relative), Cancel), StringComparison.Ordinal);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
        await bot.PostAsync(Firing("plex-0"));
    }

    [Fact]
    public async Task A_sender_that_goes_away_halfway_changes_nothing_and_frees_what_it_held()
    {
        await using var bot = await BotFixture.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, bot.Address.Port, Cancel);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /webhooks/alertmanager HTTP/1.1\r\nHost: bot\r\nAuthorization: Bearer {BotFixture.WebhookToken}\r\nContent-Length: 16000000\r\n\r\n{{\"alerts\":"), Cancel);
        }

        await BotFixture.UntilAsync(() => bot.Log.Count(line => line.Contains("503", StringComparison.Ordinal)) == 20);
        await bot.PostAsync(Firing("plex-0"));
        Assert.Single(await bot.Store.ListAsync(new IncidentFilter(), Cancel));
    }

    [Fact]
    public async Task Neither_logs_nor_answers_nor_metrics_hold_a_secret_or_a_payload()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Refuse("invalid_auth", times: 1);
        bot.Telegram.Answer(500, "boom", times: 1);
        bot.Matrix.Drop(processed: false, times: 1);
        await bot.PostAsync(Firing("plex-0", summary: "payload-canary"));
        using (await bot.SendAsync("""{"alerts": "payload-canary"}"""))
        {
            await bot.AtAsync("12:30");
        }

        var said = string.Join('\n', bot.Log) + await bot.Client.GetStringAsync(new Uri("metrics", UriKind.Relative), Cancel);
        Assert.All(
            [BotFixture.WebhookToken, SlackServer.Token, TelegramServer.Token, MatrixServer.Token, "payload-canary"],
            secret => Assert.DoesNotContain(secret, said, StringComparison.Ordinal));
        Assert.Contains("invalid_auth", said, StringComparison.Ordinal);
        Assert.DoesNotContain(bot.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_demo_plays_its_story_to_the_end()
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            options.Alertmanagers.Clear();
            options.Lanes.Clear();
        });
        using var output = new StringWriter();
        var told = TextWriter.Synchronized(output);
        var play = Demo.PlayAsync(bot.App, bot.Address, told);
        while (!play.IsCompleted)
        {
            await bot.GoOnAsync(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await play;
        Assert.DoesNotContain("answered", output.ToString(), StringComparison.Ordinal);
        var incidents = await bot.Store.ListAsync(new IncidentFilter(), Cancel);
        Assert.Equal(2, incidents.Count(incident => incident.Firing > 0));
        Assert.Contains("9/9", output.ToString(), StringComparison.Ordinal);
    }

    private static string Basic(string user, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private static HttpRequestMessage Request(HttpContent content, string? authorization = $"Bearer {BotFixture.WebhookToken}")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "webhooks/alertmanager") { Content = content };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return request;
    }

    private static async Task<(int Status, string Reason)> PostAsync(BotFixture bot, string? authorization, (string Name, string Value) header = default)
    {
        using var request = Request(new StringContent(BotFixture.Body(Group(Firing("plex-0")))), authorization);
        if (header.Name is not null)
        {
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }

        using var answer = await bot.Client.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static void Sql(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
