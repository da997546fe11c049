namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>A way to send the mail. What goes wrong is a value.</summary>
internal interface IMailSender
{
    /// <summary>Who takes the mail, for people.</summary>
    string Name { get; }

    Task<Handover> SendAsync(Letter letter, ProbeLook look, CancellationToken cancellationToken);
}

/// <summary>The mail as it is sent.</summary>
internal sealed record Letter(string From, string To, Marker Marker)
{
    public const string Text = "This mail is sent and deleted by IncidentBot, to see whether mail arrives. "
        + "If you can read it, its mailbox is read by a person too: it may be deleted.";
}

/// <summary>What came of handing the mail over.</summary>
internal abstract record Handover
{
    private Handover()
    {
    }

    /// <summary>It was taken, which does not mean that it arrives.</summary>
    /// <param name="Written">How long it took until the last of it was sent; null when that cannot be told.</param>
    /// <param name="Words">What the other side said.</param>
    internal sealed record Accepted(TimeSpan? Written, string Words) : Handover;

    /// <summary>It was not taken.</summary>
    /// <param name="IsForNow">It may be tried again: greylisting, a full queue, a limit.</param>
    internal sealed record Refused(string Why, bool IsForNow) : Handover;
}
