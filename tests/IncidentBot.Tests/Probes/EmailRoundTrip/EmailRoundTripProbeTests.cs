using System.Net;
using IncidentBot.Settings;
using Microsoft.AspNetCore.WebUtilities;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using Xunit;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>The round trip by the providers' APIs; by real mail servers it is tried in IncidentBot.RealTests.</summary>
public sealed class EmailRoundTripProbeTests : ProbeContract
{
    private const string Key = "key-0123456789";

    private readonly FakeImap _imap = new();
    private readonly WireMockServer _provider = WireMockServer.Start();

    private protected override ProbeKind Kind => ProbeCatalog.Kinds.OfType<EmailRoundTripKind>().Single();

    private protected override string? Secret => Key;

    public override ValueTask DisposeAsync()
    {
        _imap.Dispose();
        _provider.Dispose();
        return base.DisposeAsync();
    }

    private protected override Task<ProbeOptions> HealthyAsync()
    {
        MailgunTakes();
        return Task.FromResult<ProbeOptions>(Mailgun());
    }

    private protected override Task<ProbeOptions> BrokenAsync()
    {
        Answers("/v3/mg.example.org/messages", 401, "Forbidden");
        return Task.FromResult<ProbeOptions>(Mailgun());
    }

    private protected override ProbeOptions At(IPEndPoint address)
    {
        var options = Mailgun();
        options.Imap!.Port = address.Port;
        return options;
    }

    [Fact]
    public async Task Mailgun_is_told_form_fields_with_our_header_and_the_mail_is_found_and_deleted()
    {
        MailgunTakes();

        var (result, _) = await LookAsync(Mailgun());

        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
        var request = Assert.Single(_provider.LogEntries).RequestMessage!;
        Assert.Equal("Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("api:" + Key)), request.Headers!["Authorization"].Single());
        Assert.Equal(0, _imap.Count);
        Assert.Contains(_imap.Said, said => said.StartsWith("UID EXPUNGE ", StringComparison.Ordinal));
        Assert.DoesNotContain("EXPUNGE", _imap.Said);
        Assert.DoesNotContain(result.Samples, sample => sample.Family == EmailMetrics.Sent);
    }

    [Fact]
    public async Task Brevo_is_told_json_with_our_header()
    {
        _provider.Given(Request.Create().WithPath("/v3/smtp/email").UsingPost().WithHeader("api-key", Key))
            .RespondWith(Response.Create().WithStatusCode(201).WithBody(request =>
            {
                var mail = System.Text.Json.JsonDocument.Parse(request.Body!).RootElement;
                Deliver(mail.GetProperty("sender").GetProperty("email").GetString()!, mail.GetProperty("subject").GetString()!,
                    mail.GetProperty("headers").GetProperty(Marker.Header).GetString()!);
                return """{"messageId":"<1@smtp-relay.mailin.fr>"}""";
            }));
        var options = Mailgun();
        (options.Mailgun, options.Brevo) = (null, new BrevoOptions { ApiKey = new Secret(Key), ApiUrl = new Uri(_provider.Url!) });

        var (result, _) = await LookAsync(options);

        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
    }

    [Theory]
    [InlineData(401, "Forbidden", "refuses the login (401)", false)]
    [InlineData(404, "{\"message\":\"Domain not found: mg.example.org\"}", "of this region (api.mailgun.net or api.eu.mailgun.net)?", false)]
    [InlineData(429, "{\"message\":\"slow down\"}", "defers it: 429, too many requests: slow down", true)]
    [InlineData(503, "", "refuses it (503)", true)]
    [InlineData(200, "<html>", "not as it should; is the address right?", false)]
    public async Task What_a_provider_answers_is_a_reason_and_a_limit_is_a_deferral(int status, string body, string words, bool deferred)
    {
        Answers("/v3/mg.example.org/messages", status, body);

        var (result, _) = await LookAsync(Mailgun());

        Assert.Contains(words, Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome).Reason, StringComparison.Ordinal);
        Assert.Equal(deferred ? 1 : 0, result.Samples.Single(sample => sample.Family == EmailMetrics.Deferred).Value);
    }

    [Fact]
    public async Task A_mail_whose_header_was_lost_is_found_by_its_subject_and_left_alone()
    {
        MailgunTakes(keepsHeader: false);

        var (result, _) = await LookAsync(Mailgun());

        Assert.Contains("its header X-IncidentBot-Probe was lost on the way", Assert.IsType<ProbeOutcome.Healthy>(result.Outcome).Warning, StringComparison.Ordinal);
        Assert.Equal(1, _imap.Count);
    }

    [Fact]
    public async Task A_mail_that_does_not_come_is_remembered_as_missing()
    {
        Answers("/v3/mg.example.org/messages", 200, """{"id":"<1@mg.example.org>","message":"Queued. Thank you."}""");
        var options = Mailgun();
        options.ArriveWithin = TimeSpan.FromMilliseconds(200);

        var (result, _) = await LookAsync(options);

        Assert.Contains("neither in the inbox (no folder for junk is known)", Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome).Reason, StringComparison.Ordinal);
        Assert.StartsWith("run1234 ", result.Remember, StringComparison.Ordinal);
        var (second, _) = await LookAsync(options, result.Remember);
        Assert.Equal(2, second.Samples.Single(sample => sample.Family == EmailMetrics.Missing).Value);
    }

    [Fact]
    public void The_server_at_which_a_late_mail_waited_is_named()
    {
        var arrival = new Arrival(null, 1, false, null, true, true,
        [
            "from mx.example.org by imap.home.test with LMTP id 3; Sat, 28 Nov 2026 10:16:03 +0200",
            "from relay.provider.example (relay.provider.example [192.0.2.1])\r\n by mx.example.org (Postfix) with ESMTPS id 2; Sat, 28 Nov 2026 08:02:01 +0000",
            "by relay.provider.example with HTTP; Sat, 28 Nov 2026 08:02:00 +0000",
        ]);

        Assert.Equal(("mx.example.org", new TimeSpan(0, 14, 2)), arrival.LongestWait);
    }

    [Theory]
    [InlineData("email-roundtrip 1764316800000 abc", true)]
    [InlineData("email-roundtrip 1764316800000", false)]
    [InlineData("email-roundtrip soon abc", false)]
    [InlineData("email-roundtrip 99999999999999999 abc", false)]
    [InlineData("a b 1764316800000 abc", false)]
    [InlineData(null, false)]
    public void Only_a_header_of_ours_to_the_letter_is_one(string? header, bool ours) => Assert.Equal(ours, Marker.Read(header) is not null);

    private EmailOptions Mailgun() => new()
    {
        From = "probe@mg.example.org",
        To = "smoke-test@example.org",
        Mailgun = new MailgunOptions { Domain = "mg.example.org", ApiKey = new Secret(Key), ApiUrl = new Uri(_provider.Url!) },
        Imap = new ImapOptions { Host = "127.0.0.1", Port = _imap.Port, Tls = TlsMode.None, Username = "smoke-test", Password = new Secret("secret") },
        ArriveWithin = TimeSpan.FromSeconds(30),
        PollEvery = TimeSpan.FromMilliseconds(50),
    };

    private void MailgunTakes(bool keepsHeader = true) => _provider.Given(Request.Create().WithPath("/v3/mg.example.org/messages").UsingPost())
        .RespondWith(Response.Create().WithStatusCode(200).WithBody(request =>
        {
            var form = QueryHelpers.ParseQuery(request.Body ?? System.Text.Encoding.UTF8.GetString(request.BodyAsBytes ?? []));
            Deliver(form["from"].ToString(), form["subject"].ToString(), keepsHeader ? form["h:" + Marker.Header].ToString() : null);
            return """{"id":"<1@mg.example.org>","message":"Queued. Thank you."}""";
        }));

    private void Deliver(string from, string subject, string? header) =>
        _imap.Put($"{(header is null ? "" : $"{Marker.Header}: {header}\r\n")}From: {from}\r\nSubject: {subject}\r\n");

    private void Answers(string path, int status, string body) => _provider.Given(Request.Create().WithPath(path).UsingPost())
        .RespondWith(Response.Create().WithStatusCode(status).WithBody(body));
}
