namespace IncidentBot.Channels;

/// <summary>Why something that came from a vendor, or claimed to, was not handed on.</summary>
internal enum DoorRefusal
{
    /// <summary>Without the proof that the vendor gives, or with one in another form.</summary>
    Unsigned,

    /// <summary>The proof is right and too old: it was kept and sent again.</summary>
    Replayed,

    /// <summary>The proof is another secret's, or of another body.</summary>
    WrongSecret,

    /// <summary>Longer than anything that the vendor sends.</summary>
    TooLarge,

    /// <summary>Not written as the vendor writes.</summary>
    Unreadable,

    /// <summary>A message that was changed after it was sent: what was said first counts.</summary>
    Edited,

    /// <summary>More at once than can be worked on.</summary>
    Overload,

    /// <summary>An invitation by somebody who may not act.</summary>
    Invitation,
}
