using IncidentBot.Outgoing;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>The mailbox for as long as a run needs it, opened anew when its connection was lost.</summary>
internal sealed class MailboxAccess(EmailOptions options, string probe, PrivateAuthority authority, ProbeLook look) : IDisposable
{
    private Mailbox? _mailbox;

    /// <summary>The folder for junk, as it was last known.</summary>
    public string? JunkName { get; private set; }

    /// <summary>Does something with the mailbox. Returns what went wrong with its server; null when nothing did.</summary>
    public async Task<string?> TryAsync(Func<Mailbox, CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        using var stall = new Stall(MailConnection.Patience, look.Clock, cancellationToken);
        try
        {
            _mailbox ??= await Mailbox.OpenAsync(options, probe, authority, look, stall.Token);
            JunkName = _mailbox.JunkName ?? JunkName;
            stall.Moves();
            await act(_mailbox, stall.Token);
            return null;
        }
        catch (Exception failure) when (MailTrouble.Of(failure, stall, authority, options.Imap!) is not null)
        {
            _mailbox?.Dispose();
            _mailbox = null;
            var trouble = MailTrouble.Of(failure, stall, authority, options.Imap!)!;
            look.Transcript.Note(trouble.Words);
            return trouble.Words;
        }
    }

    /// <summary>Takes leave of the server, if there is still a connection to it.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (_mailbox is not null)
        {
            await TryAsync((mailbox, stop) => mailbox.LeaveAsync(stop), cancellationToken);
        }
    }

    public void Dispose() => _mailbox?.Dispose();
}
