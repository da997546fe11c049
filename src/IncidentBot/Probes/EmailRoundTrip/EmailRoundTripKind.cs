using System.Net;
using IncidentBot.Outgoing;
using IncidentBot.Settings;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>Whether mail that is sent arrives.</summary>
internal sealed class EmailRoundTripKind() : ProbeKind<EmailOptions>("email-roundtrip")
{
    /// <summary>Beside the wait for the mail: connecting twice, sending, tidying up.</summary>
    private static readonly TimeSpan Around = TimeSpan.FromMinutes(1);

    public override string Purpose => "Whether a mail that is sent arrives, and how long it takes.";

    public override TimeSpan UsualTimeout => TimeSpan.FromMinutes(7);

    public override IReadOnlyList<MetricFamily> Families => EmailMetrics.All;

    public override string Runbook => "infrastructure/email-roundtrip";

    protected override string UsualJob => "email-roundtrip-monitor";

    protected override IProbe Make(EmailOptions options) =>
        new EmailRoundTripProbe(options, options.Name.Length > 0 ? options.Name : Name);

    protected override string Target(EmailOptions options) => $"{options.From} to {options.To}";

    protected override void Check(EmailOptions options, string path, Requirements requirements)
    {
        CheckAddress($"{path}.from", options.From, requirements);
        CheckAddress($"{path}.to", options.To, requirements);
        requirements.RequirePositive($"{path}.poll_every", options.PollEvery);
        requirements.RequirePositive($"{path}.arrive_within", options.ArriveWithin);
        if ((options.Timeout ?? UsualTimeout) < options.ArriveWithin + Around)
        {
            requirements.Complain($"{path}.arrive_within", Requirements.Found(Duration.Format(options.ArriveWithin)),
                $"at least {Duration.Format(Around)} less than timeout, which is {Duration.Format(options.Timeout ?? UsualTimeout)}");
        }

        if (new object?[] { options.Smtp, options.Mailgun, options.Brevo }.Count(way => way is not null) != 1)
        {
            requirements.Complain(path, "not exactly one way to send", "one of smtp, mailgun and brevo");
        }

        CheckServer($"{path}.smtp", options.Smtp, requirements);
        CheckServer($"{path}.imap", options.Imap, requirements);
        requirements.Require($"{path}.imap", options.Imap);
        if (options.Mailgun is { } mailgun)
        {
            requirements.RequireText($"{path}.mailgun.domain", mailgun.Domain);
            requirements.Require($"{path}.mailgun.api_key", mailgun.ApiKey);
        }

        if (options.Brevo is { } brevo)
        {
            requirements.Require($"{path}.brevo.api_key", brevo.ApiKey);
        }
    }

    /// <summary>Only the address itself, which is compared with the mail's sender.</summary>
    private static void CheckAddress(string path, string address, Requirements requirements)
    {
        if (address.Split('@') is not [{ Length: > 0 }, { Length: > 0 }]
            || address.Any(letter => char.IsWhiteSpace(letter) || letter is '<' or '>' or ','))
        {
            requirements.Complain(path, requirements.Has(path) ? Requirements.Found(address) : "missing; it is required",
                "an address such as probe@example.org");
        }
    }

    private static void CheckServer(string path, MailServerOptions? server, Requirements requirements)
    {
        if (server is null)
        {
            return;
        }

        if (Uri.CheckHostName(server.Host) == UriHostNameType.Unknown)
        {
            requirements.Complain($"{path}.host", server.Host.Length == 0 ? "missing; it is required" : Requirements.Found(server.Host), "the name of a mail server");
        }

        if (server.CaFile is { } file && requirements.SeesFiles && PrivateAuthority.Read(file).Problem is { } problem)
        {
            requirements.Complain($"{path}.ca_file", problem, "a readable file with a certificate in PEM");
        }

        if (server.Port is < 1 or > 65535)
        {
            requirements.Complain($"{path}.port", FormattableString.Invariant($"found {server.Port}"), "1 to 65535");
        }

        if (server.Username is not null != (server.Password is not null || requirements.HasSecret($"{path}.password")))
        {
            requirements.Complain(path, "username and password belong together, and one is missing", "username with password or password_file");
        }

        if (server.Mode == TlsMode.None && server.Username is not null && !IsThisMachine(server.Host))
        {
            requirements.Complain($"{path}.tls", "none, so that the password could be read by everybody on the way", "starttls or implicit");
        }
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
