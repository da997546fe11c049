using IncidentBot.Settings;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>A mail that is sent and looked for: one entry of <c>probes.email-roundtrip</c>.</summary>
internal sealed class EmailOptions : ProbeOptions
{
    /// <summary>Address that the mail comes from. Required.</summary>
    public string From { get; set; } = "";

    /// <summary>Address that it goes to, whose mailbox is read. Required.</summary>
    public string To { get; set; } = "";

    /// <summary>The server that it is sent by. This, mailgun or brevo is required.</summary>
    public SmtpOptions? Smtp { get; set; }

    /// <summary>Mailgun sends it.</summary>
    public MailgunOptions? Mailgun { get; set; }

    /// <summary>Brevo sends it.</summary>
    public BrevoOptions? Brevo { get; set; }

    /// <summary>The mailbox that it arrives in. Required.</summary>
    public ImapOptions? Imap { get; set; }

    /// <summary>How long it may take; what comes later is late. Default 5m.</summary>
    public TimeSpan ArriveWithin { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the mailbox is looked into meanwhile. Default 2s.</summary>
    public TimeSpan PollEvery { get; set; } = TimeSpan.FromSeconds(2);
}

/// <summary>How a mail server is reached.</summary>
internal abstract class MailServerOptions
{
    /// <summary>Its name, which its certificate has to be for. Required.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port. Absent: the usual one of the protocol and of tls.</summary>
    public int? Port { get; set; }

    /// <summary>Login. Absent: none.</summary>
    public string? Username { get; set; }

    /// <summary>Password of <see cref="Username"/>.</summary>
    public Secret? Password { get; set; }

    /// <summary>A file of certificates in PEM, one of which its own must descend from. Absent: those that the system trusts.</summary>
    [RelativeToFile]
    public string? CaFile { get; set; }

    /// <summary>The encryption that is in force.</summary>
    public abstract TlsMode Mode { get; }

    /// <summary>The port that is in force.</summary>
    public abstract int UsedPort { get; }

    /// <summary>The server, for people.</summary>
    public string Address => FormattableString.Invariant($"{Host}:{UsedPort}");
}

/// <summary>How mail is sent: <c>smtp</c>.</summary>
internal sealed class SmtpOptions : MailServerOptions
{
    /// <summary>starttls, implicit (TLS from the first byte) or none. Default starttls.</summary>
    public TlsMode Tls { get; set; } = TlsMode.StartTls;

    public override TlsMode Mode => Tls;

    public override int UsedPort => Port ?? (Tls == TlsMode.Implicit ? 465 : Tls == TlsMode.StartTls ? 587 : 25);
}

/// <summary>How mail is read: <c>imap</c>.</summary>
internal sealed class ImapOptions : MailServerOptions
{
    /// <summary>starttls, implicit (TLS from the first byte) or none. Default implicit.</summary>
    public TlsMode Tls { get; set; } = TlsMode.Implicit;

    /// <summary>Folder for junk. Absent: the one that the server marks as such.</summary>
    public string? JunkFolder { get; set; }

    public override TlsMode Mode => Tls;

    public override int UsedPort => Port ?? (Tls == TlsMode.Implicit ? 993 : 143);
}

/// <summary>When the encryption of a connection begins.</summary>
internal sealed record TlsMode : ISettingText
{
    public static readonly TlsMode StartTls = new("starttls");
    public static readonly TlsMode Implicit = new("implicit");
    public static readonly TlsMode None = new("none");

    private readonly string _name;

    private TlsMode(string name) => _name = name;

    public static string Allowed => "starttls, implicit, none";

    public static object? FromText(string text) => text switch
    {
        "starttls" => StartTls,
        "implicit" => Implicit,
        "none" => None,
        _ => null,
    };

    public override string ToString() => _name;
}

/// <summary>Mailgun's API: <c>mailgun</c>. Its regions know nothing of each other.</summary>
internal sealed class MailgunOptions
{
    /// <summary>The sending domain. Required.</summary>
    public string Domain { get; set; } = "";

    /// <summary>An API key, or a sending key of the domain. Required.</summary>
    public Secret? ApiKey { get; set; }

    /// <summary>The region's address: https://api.mailgun.net or https://api.eu.mailgun.net. Default https://api.mailgun.net.</summary>
    public Uri ApiUrl { get; set; } = new("https://api.mailgun.net");
}

/// <summary>Brevo's API: <c>brevo</c>.</summary>
internal sealed class BrevoOptions
{
    /// <summary>An API key. Required.</summary>
    public Secret? ApiKey { get; set; }

    /// <summary>Address of the API. Default https://api.brevo.com.</summary>
    public Uri ApiUrl { get; set; } = new("https://api.brevo.com");
}
