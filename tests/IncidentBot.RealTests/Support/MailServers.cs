using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IncidentBot.Support;

/// <summary>
/// A real Postfix and a real Dovecot that deliver for the domain probe.test, in a folder and on ports of their own: any name there has a
/// mailbox, everybody's password is "secret", and mail to name+Junk goes into the junk of name.
/// </summary>
internal sealed class MailServers : IAsyncDisposable
{
    private const int MailUser = 5000;

    private readonly TemporaryFolder _folder = new();
    private ServerProcess? _dovecot;
    private bool _postfix;

    public int SmtpPort { get; } = Loopback.FreePort();

    public int SmtpsPort { get; } = Loopback.FreePort();

    public int ImapPort { get; } = Loopback.FreePort();

    public int ImapsPort { get; } = Loopback.FreePort();

    /// <summary>The certificate of both, which nobody else trusts.</summary>
    public string CaFile => Path.Combine(_folder.Path, "cert.pem");

    public static async Task<MailServers> StartAsync(CancellationToken cancellationToken)
    {
        var servers = new MailServers();
        try
        {
            await servers.WriteAsync(cancellationToken);
            servers.StartDovecot();
            await servers.RunAsync("start", cancellationToken);
            servers._postfix = true;
            foreach (var port in (int[])[servers.SmtpPort, servers.ImapsPort])
            {
                await Loopback.UntilAsync(async () => await Loopback.ListensAsync(port, cancellationToken) ? "" : null, TimeSpan.FromSeconds(60),
                    () => $"nobody listens at {port}: {servers.Logs}", cancellationToken);
            }

            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>What both have written down.</summary>
    public string Logs => string.Join('\n', new[] { "dv/log", "pf/maillog" }.Select(name => Path.Combine(_folder.Path, name)).Where(File.Exists)
        .Select(File.ReadAllText)) + _dovecot?.LogTail;

    /// <summary>Where mail lies: one file each, in cur and new; of junk in .Junk below it.</summary>
    public string MaildirOf(string name) => Path.Combine(_folder.Path, "mail", name);

    /// <summary>Puts mail of others into a mailbox, without any server.</summary>
    public void Fill(string name, int mails)
    {
        var folder = Directory.CreateDirectory(Path.Combine(MaildirOf(name), "cur")).FullName;
        Directory.CreateDirectory(Path.Combine(MaildirOf(name), "new"));
        Directory.CreateDirectory(Path.Combine(MaildirOf(name), "tmp"));
        for (var number = 0; number < mails; number++)
        {
            File.WriteAllText(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"1700000000.M{number}P1.host:2,S")),
                $"From: somebody@example.org\r\nTo: {name}@probe.test\r\nSubject: mail number {number}\r\nDate: Sat, 1 Nov 2025 10:00:00 +0000\r\n\r\nHello.\r\n");
        }

        Own(MaildirOf(name));
    }

    /// <summary>Puts one mail into a mailbox, as somebody has written it.</summary>
    public void Put(string name, string mail)
    {
        Fill(name, 0);
        File.WriteAllText(Path.Combine(MaildirOf(name), "new", $"1700000001.M{Guid.NewGuid():N}.host"), mail.ReplaceLineEndings("\r\n"));
        Own(MaildirOf(name));
    }

    /// <summary>From now on Postfix cannot hand mail over to Dovecot, so that it waits in the queue; or again it can.</summary>
    public async Task DeferAsync(bool defer, CancellationToken cancellationToken)
    {
        var socket = Path.Combine(_folder.Path, "dv", defer ? "nowhere" : "lmtp");
        await CallAsync("postconf", ["-c", Etc, "-e", $"virtual_transport=lmtp:unix:{socket}"], cancellationToken);
        await RunAsync("reload", cancellationToken);
        if (!defer)
        {
            await CallAsync("postqueue", ["-c", Etc, "-f"], cancellationToken);
        }
    }

    /// <summary>What waits in the queue.</summary>
    public Task<string> QueueAsync(CancellationToken cancellationToken) => CallAsync("postqueue", ["-c", Etc, "-p"], cancellationToken);

    public async Task RestartDovecotAsync()
    {
        await StopDovecotAsync();
        StartDovecot();
    }

    public async Task StopDovecotAsync()
    {
        if (_dovecot is not null)
        {
            await _dovecot.DisposeAsync();
            _dovecot = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_postfix)
        {
            // Postfix' master is not a child of who starts it: it ends only when it is told to.
            await RunAsync("stop", CancellationToken.None);
        }

        await StopDovecotAsync();
        _folder.Dispose();
    }

    private string Etc => Path.Combine(_folder.Path, "pf/etc");

    private Task RunAsync(string verb, CancellationToken cancellationToken) => CallAsync("postfix", ["-c", Etc, verb], cancellationToken);

    private void StartDovecot() => _dovecot = ServerProcess.Start(
        Requirements.Dovecot, ["-F", "-c", Path.Combine(_folder.Path, "dv/dovecot.conf")], _folder.Path);

    private async Task<string> CallAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        await using var process = ServerProcess.Start(Requirements.Postfix(program), arguments, _folder.Path);
        var code = await process.WaitAsync(cancellationToken);
        return code == 0 ? process.LogTail : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {code}\n{process.LogTail}\n{Logs}");
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        foreach (var name in (string[])["mail", "dv", "pf/etc", "pf/data", "pf/spool"])
        {
            Directory.CreateDirectory(Path.Combine(_folder.Path, name));
        }

        foreach (var open in (string[])["", "dv", "pf", "pf/etc", "pf/spool"])
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path.Combine(_folder.Path, open), Mode755);
            }
        }

        WriteCertificate();
        await ChownAsync("postfix", Path.Combine(_folder.Path, "pf/data"), cancellationToken);
        Own(Path.Combine(_folder.Path, "mail"));
        _folder.Write("dv/dovecot.conf", DovecotConfiguration);
        _folder.Write("pf/etc/main.cf", MainConfiguration);
        _folder.Write("pf/etc/master.cf", MasterConfiguration);
    }

    private void WriteCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        _folder.Write("cert.pem", certificate.ExportCertificatePem());
        _folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
    }

    private static void Own(string folder)
    {
        using var chown = System.Diagnostics.Process.Start("chown", ["-R", $"{MailUser}:{MailUser}", folder]);
        chown.WaitForExit();
    }

    private static async Task ChownAsync(string user, string folder, CancellationToken cancellationToken)
    {
        using var chown = System.Diagnostics.Process.Start("chown", ["-R", user, folder]);
        await chown.WaitForExitAsync(cancellationToken);
    }

    private const UnixFileMode Mode755 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private string DovecotConfiguration => $$"""
        base_dir = {{_folder.Path}}/dv/run
        state_dir = {{_folder.Path}}/dv/state
        log_path = {{_folder.Path}}/dv/log
        protocols = imap lmtp
        listen = 127.0.0.1
        ssl = yes
        ssl_cert = <{{_folder.Path}}/cert.pem
        ssl_key = <{{_folder.Path}}/key.pem
        disable_plaintext_auth = yes
        auth_mechanisms = plain login
        mail_location = maildir:{{_folder.Path}}/mail/%n
        first_valid_uid = {{MailUser}}
        lmtp_save_to_detail_mailbox = yes
        recipient_delimiter = +
        mail_max_userip_connections = 100
        passdb {
          driver = static
          args = password=secret
        }
        userdb {
          driver = static
          args = uid={{MailUser}} gid={{MailUser}} home={{_folder.Path}}/mail/%n
        }
        namespace inbox {
          inbox = yes
          separator = /
          mailbox Junk {
            auto = create
            special_use = \Junk
          }
        }
        service imap-login {
          inet_listener imap {
            port = {{ImapPort}}
          }
          inet_listener imaps {
            port = {{ImapsPort}}
            ssl = yes
          }
        }
        service lmtp {
          unix_listener {{_folder.Path}}/dv/lmtp {
            mode = 0666
          }
        }
        service auth {
          unix_listener {{_folder.Path}}/dv/auth {
            mode = 0666
          }
        }

        """;

    private string MainConfiguration => $"""
        compatibility_level = 3.6
        queue_directory = {_folder.Path}/pf/spool
        data_directory = {_folder.Path}/pf/data
        maillog_file = {_folder.Path}/pf/maillog
        maillog_file_prefixes = {_folder.Path}
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        myhostname = mail.probe.test
        mydestination =
        mynetworks =
        local_recipient_maps =
        alias_maps =
        alias_database =
        virtual_mailbox_domains = probe.test
        virtual_mailbox_maps = static:all
        virtual_transport = lmtp:unix:{_folder.Path}/dv/lmtp
        recipient_delimiter = +
        smtpd_sasl_auth_enable = yes
        smtpd_sasl_type = dovecot
        smtpd_sasl_path = {_folder.Path}/dv/auth
        smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
        smtpd_recipient_restrictions = check_recipient_access inline:{"{"}{"{"}greylisted@probe.test = 451 4.7.1 Greylisted, come back in 5 minutes{"}"}{"}"}
        smtpd_tls_security_level = may
        smtpd_tls_auth_only = yes
        smtpd_tls_cert_file = {_folder.Path}/cert.pem
        smtpd_tls_key_file = {_folder.Path}/key.pem
        default_transport = error:no outside mail
        minimal_backoff_time = 1s
        maximal_backoff_time = 2s

        """;

    private string MasterConfiguration => $"""
        127.0.0.1:{SmtpPort} inet n - n - - smtpd
        127.0.0.1:{SmtpsPort} inet n - n - - smtpd
          -o smtpd_tls_wrappermode=yes
        pickup unix n - n 60 1 pickup
        showq unix n - n - - showq
        flush unix n - n 1000? 0 flush
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        tlsmgr unix - - n 1000? 1 tlsmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        error unix - - n - - error
        retry unix - - n - - error
        lmtp unix - - n - - lmtp
        proxymap unix - - n - - proxymap
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        postlog unix-dgram n - n - 1 postlogd

        """;
}
