using IncidentBot.Outgoing;
using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>Hands the mail to a mail server.</summary>
internal sealed class SmtpSender(SmtpOptions options, PrivateAuthority authority) : IMailSender
{
    public string Name => options.Address;

    public async Task<Handover> SendAsync(Letter letter, ProbeLook look, CancellationToken cancellationToken)
    {
        var began = look.Clock.GetTimestamp();
        using var stall = new Stall(MailConnection.Patience, look.Clock, cancellationToken);
        using var client = new SmtpClient(new ConversationLog(look.Transcript));
        try
        {
            await MailConnection.OpenAsync(client, options, authority, look, stall.Token);
            stall.Moves();
            look.Step($"sending by {options.Address}");
            using var message = Write(letter, look);
            var progress = new LastByte(look);
            var said = await client.SendAsync(message, stall.Token, progress);
            var written = progress.At is { } at ? look.Clock.GetElapsedTime(began, at) : (TimeSpan?)null;
            await client.DisconnectAsync(quit: true, stall.Token);
            return new Handover.Accepted(written, said);
        }
        catch (Exception failure) when (MailTrouble.Of(failure, stall, authority, options) is not null)
        {
            var trouble = MailTrouble.Of(failure, stall, authority, options)!;
            return new Handover.Refused(trouble.Words, trouble.IsForNow);
        }
    }

    private static MimeMessage Write(Letter letter, ProbeLook look)
    {
        var message = new MimeMessage
        {
            Subject = letter.Marker.Subject,
            Date = look.Now,
            Body = new TextPart("plain") { Text = Letter.Text },
        };
        message.From.Add(MailboxAddress.Parse(letter.From));
        message.To.Add(MailboxAddress.Parse(letter.To));
        message.Headers.Add(Marker.Header, letter.Marker.Text);

        // No vacation notices and no answers of other robots. RFC 3834
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    /// <summary>When the last of the mail was written.</summary>
    private sealed class LastByte(ProbeLook look) : ITransferProgress
    {
        public long? At { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => Report(bytesTransferred);

        public void Report(long bytesTransferred) => At = look.Clock.GetTimestamp();
    }
}
