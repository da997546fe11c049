using System.Globalization;
using IncidentBot.Outgoing;
using IncidentBot.Probes.EmailRoundTrip;
using IncidentBot.Settings;
using IncidentBot.Support;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MailKit.Security;
using Xunit;

namespace IncidentBot.Probes;

/// <summary>Postfix and Dovecot, which all tests of the e-mail probe share; each has a mailbox of its own.</summary>
public sealed class SharedMailServers : IAsyncLifetime
{
    internal MailServers Servers { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Servers = await MailServers.StartAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => Servers.DisposeAsync();
}

/// <summary>Mail that goes through a real Postfix into a real Dovecot, and each way for it not to.</summary>
public sealed class EmailAgainstPostfixAndDovecotTests(SharedMailServers shared) : IClassFixture<SharedMailServers>, IAsyncDisposable
{
    private readonly Looking _looking = new(ProbeCatalog.Kinds.OfType<EmailRoundTripKind>().Single());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private MailServers Servers => shared.Servers;

    public ValueTask DisposeAsync() => _looking.DisposeAsync();

    [Theory]
    [InlineData("starttls")]
    [InlineData("implicit")]
    public async Task Mail_arrives_and_is_deleted_and_each_leg_has_its_time(string tls)
    {
        var options = Options("delivery" + tls);
        (options.Smtp!.Tls, options.Smtp.Port) = tls == "starttls" ? (TlsMode.StartTls, Servers.SmtpPort) : (TlsMode.Implicit, Servers.SmtpsPort);
        (options.Imap!.Tls, options.Imap.Port) = tls == "starttls" ? (TlsMode.StartTls, Servers.ImapPort) : (TlsMode.Implicit, Servers.ImapsPort);

        var result = await _looking.LookAsync(options);

        _looking.Row($"none, {tls}", result);
        Assert.Null(Assert.IsType<ProbeOutcome.Healthy>(result.Outcome).Warning);
        Assert.Equal(1, Looking.Value(result, "email_roundtrip_success"));
        Assert.Equal(0, Looking.Value(result, "email_roundtrip_spam"));
        Assert.NotNull(Looking.Value(result, "email_roundtrip_last_success_timestamp"));
        var legs = new[] { "sent", "accepted", "delivered", "seen" }.Select(leg => Looking.Value(result, $"email_roundtrip_{leg}_seconds")).ToList();
        Assert.All(legs, leg => Assert.NotNull(leg));
        Assert.Equal(legs.Order(), legs);
        Assert.Equal(0, await CountAsync(options));
        var transcript = string.Join('\n', _looking.Transcript.Lines);
        Assert.Contains("UID EXPUNGE", transcript, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", transcript, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"\0delivery{tls}\0secret")), transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_in_the_folder_for_junk_has_arrived_and_says_so()
    {
        var options = Options("junk");
        options.To = "junk+Junk@probe.test";

        var result = await _looking.LookAsync(options);

        _looking.Row("delivered into Junk", result);
        Assert.StartsWith("it was put into Junk", Assert.IsType<ProbeOutcome.Healthy>(result.Outcome).Warning, StringComparison.Ordinal);
        Assert.Equal(1, Looking.Value(result, "email_roundtrip_spam"));
        Assert.Equal(1, Looking.Value(result, "email_roundtrip_success"));
        Assert.Empty(Directory.GetFiles(Path.Combine(Servers.MaildirOf("junk"), ".Junk"), "*host*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Mail_that_is_deferred_by_the_server_that_it_is_sent_by_is_named_as_such()
    {
        var options = Options("greylisted");

        var result = await _looking.LookAsync(options);

        _looking.Row("greylisting (451)", result);
        Assert.Contains("defers it: 451 4.7.1", Looking.Reason(result), StringComparison.Ordinal);
        Assert.Equal(1, Looking.Value(result, "email_roundtrip_deferred"));
        Assert.Null(Looking.Value(result, "email_roundtrip_last_success_timestamp"));
    }

    [Fact]
    public async Task Mail_to_a_domain_that_nobody_takes_is_named_as_refused()
    {
        var options = Options("refused");
        (options.To, options.Smtp!.Username, options.Smtp.Password) = ("somebody@elsewhere.test", null, null);

        var result = await _looking.LookAsync(options);

        _looking.Row("relaying refused (554)", result);
        Assert.Contains("refuses it: 554", Looking.Reason(result), StringComparison.Ordinal);
        Assert.Equal(0, Looking.Value(result, "email_roundtrip_deferred"));
    }

    [Fact]
    public async Task Mail_that_waits_in_a_queue_is_missing_and_a_later_run_finds_it_late()
    {
        await using var servers = await MailServers.StartAsync(Stop);
        var options = Options("late", servers);
        options.ArriveWithin = TimeSpan.FromSeconds(2);
        await servers.DeferAsync(true, Stop);

        var missed = await _looking.LookAsync(options, runId: "missed1");

        _looking.Row("waits in Postfix' queue", missed);
        Assert.Contains("neither in the inbox nor in Junk", Looking.Reason(missed), StringComparison.Ordinal);
        Assert.Equal(1, Looking.Value(missed, "email_roundtrip_missing_mails"));
        Assert.Contains("late@probe.test", await servers.QueueAsync(Stop), StringComparison.Ordinal);
        await Loopback.UntilAsync(async () =>
        {
            await servers.DeferAsync(false, Stop);
            return await CountAsync(options, servers) == 1 ? "" : null;
        }, TimeSpan.FromSeconds(60), () => servers.Logs, Stop);
        var found = await _looking.LookAsync(options, missed.Remember, "later01");
        var after = await _looking.LookAsync(options, found.Remember, "after01");

        _looking.Row("the next run after a mail that came late", found);
        Assert.Contains("1 mail of earlier runs came late", Assert.IsType<ProbeOutcome.Healthy>(found.Outcome).Warning, StringComparison.Ordinal);
        Assert.Equal(1, Looking.Value(found, "email_roundtrip_late_mails"));
        Assert.True(Looking.Value(found, "email_roundtrip_late_seconds") > 2);
        Assert.Equal(0, Looking.Value(found, "email_roundtrip_missing_mails"));
        Assert.Contains("Came late: 1 mail", found.Details[0].Heading, StringComparison.Ordinal);
        Assert.Equal(0, Looking.Value(after, "email_roundtrip_late_mails"));
    }

    [Fact]
    public async Task Among_20000_mails_of_others_only_ours_is_touched_and_what_somebody_marked_as_deleted_stays()
    {
        Servers.Fill("crowd", 20_000);
        var options = Options("crowd");
        using (var other = await ClientAsync(options, Servers))
        {
            await other.Inbox.OpenAsync(FolderAccess.ReadWrite, Stop);
            var marked = await other.Inbox.SearchAsync(SearchQuery.SubjectContains("mail number 777"), Stop);
            await other.Inbox.StoreAsync(marked, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted), Stop);
            Assert.NotEmpty(marked);
        }

        var result = await _looking.LookAsync(options);

        _looking.Row("20,000 other mails, one of them marked \\Deleted by another client", result);
        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
        Assert.Equal(20_000, await CountAsync(options));
    }

    [Fact]
    public async Task Only_own_leftovers_that_are_older_than_an_hour_are_deleted()
    {
        var now = TimeProvider.System.GetUtcNow();
        var hours = now.AddHours(-2).ToUnixTimeMilliseconds();
        Servers.Put("tidy", Mail("probe@probe.test", "ours, of a run that was killed", $"email-roundtrip {hours} run1"));
        Servers.Put("tidy", Mail("probe@probe.test", "ours, and too young", $"email-roundtrip {now.AddMinutes(-5).ToUnixTimeMilliseconds()} run2"));
        Servers.Put("tidy", Mail("ada@probe.test", "Re: [incidentbot run1] e-mail round trip: why do I get this?", null));
        Servers.Put("tidy", Mail("ada@probe.test", "forwarded with our header", $"email-roundtrip {hours} run3"));
        Servers.Put("tidy", Mail("probe@probe.test", "of another probe", $"email-roundtrip-2 {hours} run4"));

        var result = await _looking.LookAsync(Options("tidy"));

        _looking.Row("leftovers of a run that was killed, and a human's reply to one", result);
        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
        using var client = await ClientAsync(Options("tidy"), Servers);
        await client.Inbox.OpenAsync(FolderAccess.ReadOnly, Stop);
        var left = await client.Inbox.FetchAsync(0, -1, MessageSummaryItems.Envelope, Stop);
        Assert.Equal(["forwarded with our header", "of another probe", "ours, and too young", "Re: [incidentbot run1] e-mail round trip: why do I get this?"],
            left.Select(mail => mail.Envelope?.Subject).Order(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Where_single_mails_cannot_be_removed_nothing_is_and_it_says_why()
    {
        using var proxy = new WithoutUidPlus(Servers.ImapPort);
        var options = Options("noplus");
        (options.Imap!.Port, options.Imap.Tls, options.Imap.CaFile) = (proxy.Port, TlsMode.None, null);

        var result = await _looking.LookAsync(options);

        _looking.Row("IMAP server without UIDPLUS", result);
        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
        Assert.Contains(result.Details, detail => detail.Heading == "Not deleted: this mail" && detail.Lines[0].Contains("no UIDPLUS", StringComparison.Ordinal));
        Assert.DoesNotContain("EXPUNGE", proxy.Heard, StringComparison.Ordinal);
        Assert.DoesNotContain("Deleted", proxy.Heard, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(Options("noplus")));
    }

    [Fact]
    public async Task A_mailbox_whose_server_is_killed_in_mid_session_is_read_again_when_it_is_back()
    {
        await using var servers = await MailServers.StartAsync(Stop);
        var options = Options("killed", servers);
        options.ArriveWithin = TimeSpan.FromMinutes(2);
        await servers.DeferAsync(true, Stop);
        var looking = _looking.LookAsync(options);
        await UntilWaitingAsync();
        await servers.RestartDovecotAsync();
        await Loopback.UntilAsync(async () => await Loopback.ListensAsync(servers.ImapsPort, Stop) ? "" : null, TimeSpan.FromSeconds(60), () => servers.Logs, Stop);
        await servers.DeferAsync(false, Stop);

        var result = await looking;

        _looking.Row("Dovecot killed in mid-session and started again", result);
        Assert.IsType<ProbeOutcome.Healthy>(result.Outcome);
        Assert.Contains(_looking.Transcript.Lines, line => line.EndsWith("connection lost", StringComparison.Ordinal) || line.EndsWith("connection refused", StringComparison.Ordinal));

        // And when it does not come back.
        options.ArriveWithin = TimeSpan.FromSeconds(5);
        await servers.DeferAsync(true, Stop);
        looking = _looking.LookAsync(options);
        await UntilWaitingAsync();
        await servers.StopDovecotAsync();
        var gone = await looking;
        var none = await _looking.LookAsync(options);

        _looking.Row("Dovecot killed in mid-session and gone", gone);
        _looking.Row("nobody listens for IMAP", none);
        Assert.Contains("and the mailbox can no longer be read.", Looking.Reason(gone), StringComparison.Ordinal);
        Assert.Equal($"The mailbox cannot be read, so no mail was sent. localhost:{servers.ImapsPort}: connection refused", Looking.Reason(none));
        Assert.Null(Looking.Value(none, "email_roundtrip_accepted_seconds"));
    }

    [Fact]
    public async Task What_is_wrong_with_a_login_or_a_certificate_is_named()
    {
        var password = Options("login");
        password.Imap!.Password = new Secret("other");
        await ExpectAsync("wrong IMAP password", password, "refuses the login of login: ");

        var sending = Options("login");
        sending.Smtp!.Password = new Secret("other");
        await ExpectAsync("wrong SMTP password", sending, "The mail could not be sent. ", "refuses the login of login: ");

        var unknown = Options("login");
        unknown.Imap!.CaFile = null;
        await ExpectAsync("private CA without ca_file", unknown, "its certificate is not signed by an authority that this machine trusts", "a private authority goes into ca_file");

        using var folder = new TemporaryFolder();
        var other = Options("login");
        other.Imap!.CaFile = folder.Write("ca.pem", OtherAuthority());
        await ExpectAsync("ca_file of another authority", other, "its certificate is not signed by an authority of ");

        var name = Options("login");
        name.Imap!.Host = "127.0.0.2";
        name.Imap.Port = Servers.ImapsPort;
        await ExpectAsync("nobody listens at that address", name, "connection refused");

        var plain = Options("login");
        (plain.Imap!.Port, plain.Imap.Tls) = (Servers.ImapPort, TlsMode.Implicit);
        await ExpectAsync("TLS from the first byte at a STARTTLS port", plain, "does not speak TLS there; is the port, or tls, another one?");

        var missing = Options("login");
        missing.Imap!.CaFile = Path.Combine(folder.Path, "no-such-file.pem");
        var result = await _looking.LookAsync(missing);
        _looking.Row("ca_file that is not there", result);
        Assert.Contains("does not exist", Assert.IsType<ProbeOutcome.Unknown>(result.Outcome).Why, StringComparison.Ordinal);
    }

    private async Task ExpectAsync(string fault, EmailOptions options, params string[] words)
    {
        var result = await _looking.LookAsync(options);
        _looking.Row(fault, result);
        Assert.All(words, word => Assert.Contains(word, Looking.Reason(result), StringComparison.Ordinal));
    }

    private async Task UntilWaitingAsync() => await Loopback.UntilAsync(
        () => Task.FromResult(_looking.Transcript.CurrentStep.StartsWith("waiting for the mail", StringComparison.Ordinal) ? "" : null),
        TimeSpan.FromSeconds(60), () => string.Join('\n', _looking.Transcript.Lines), Stop);

    private static string OtherAuthority()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=other", key, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return certificate.ExportCertificatePem();
    }

    private static string Mail(string from, string subject, string? header) => string.Create(CultureInfo.InvariantCulture,
        $"From: {from}\nTo: tidy@probe.test\nSubject: {subject}\n{(header is null ? "" : $"X-IncidentBot-Probe: {header}\n")}\nHello.\n");

    private Task<int> CountAsync(EmailOptions options) => CountAsync(options, Servers);

    private static async Task<int> CountAsync(EmailOptions options, MailServers servers)
    {
        using var client = await ClientAsync(options, servers);
        await client.Inbox.OpenAsync(FolderAccess.ReadOnly, Stop);
        return client.Inbox.Count;
    }

    private static async Task<ImapClient> ClientAsync(EmailOptions options, MailServers servers)
    {
        var authority = new PrivateAuthority(() => servers.CaFile);
        var client = new ImapClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = (_, own, chain, errors) => authority.Accepts(own, chain, errors) };
        await client.ConnectAsync("localhost", servers.ImapsPort, SecureSocketOptions.SslOnConnect, Stop);
        await client.AuthenticateAsync(options.Imap!.Username!, "secret", Stop);
        return client;
    }

    private EmailOptions Options(string name) => Options(name, Servers);

    private static EmailOptions Options(string name, MailServers servers) => new()
    {
        From = "probe@probe.test",
        To = $"{name}@probe.test",
        Smtp = new SmtpOptions { Host = "localhost", Port = servers.SmtpPort, Username = name, Password = new Secret("secret"), CaFile = servers.CaFile },
        Imap = new ImapOptions { Host = "localhost", Port = servers.ImapsPort, Username = name, Password = new Secret("secret"), CaFile = servers.CaFile },
        ArriveWithin = TimeSpan.FromSeconds(60),
        PollEvery = TimeSpan.FromMilliseconds(200),
    };
}
