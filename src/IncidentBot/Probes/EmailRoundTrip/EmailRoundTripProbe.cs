using IncidentBot.Outgoing;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>
/// Sends a mail and looks for it. The mailbox comes first: a mail that could not be found again is not sent, and mail of earlier runs is
/// looked through for what came late and what a run that was killed has left.
/// </summary>
/// <param name="probe">Its name, which its mails carry.</param>
internal sealed class EmailRoundTripProbe(EmailOptions options, string probe) : IProbe
{
    public async Task<ProbeResult> LookAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        foreach (var secret in new[] { options.Smtp?.Password, options.Imap!.Password, options.Mailgun?.ApiKey, options.Brevo?.ApiKey })
        {
            look.Hide(secret);
        }

        if (Unreadable() is { } problem)
        {
            return new ProbeResult(new ProbeOutcome.Unknown(problem), []);
        }

        IMailSender sender = options switch
        {
            { Mailgun: { } mailgun } => new MailgunSender(mailgun),
            { Brevo: { } brevo } => new BrevoSender(brevo),
            _ => new SmtpSender(options.Smtp!, new PrivateAuthority(() => options.Smtp!.CaFile)),
        };
        var authority = new PrivateAuthority(() => options.Imap.CaFile);
        using var trip = new RoundTrip(options, new Marker(probe, look.Now, look.RunId), sender, authority, look);
        return await trip.RunAsync(cancellationToken);
    }

    /// <summary>What is wrong with a file of authorities; null when nothing is.</summary>
    private string? Unreadable() => new[] { options.Imap!.CaFile, options.Smtp?.CaFile }
        .Select(file => file is not null && PrivateAuthority.Read(file).Problem is { } problem ? $"{file}: {problem}" : null)
        .FirstOrDefault(problem => problem is not null);
}
