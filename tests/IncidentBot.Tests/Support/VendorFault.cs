namespace IncidentBot.Support;

/// <summary>How a vendor's server misbehaves.</summary>
internal enum VendorFaultKind
{
    Answer,
    Hang,
    DropBefore,
    DropAfter,
    Refuse,
    Cut,
}

/// <summary>What a vendor's server was told to do wrong.</summary>
/// <param name="Room">Only with requests for this room; null for all.</param>
/// <param name="Body">What is answered, or the vendor's own word for its refusal.</param>
internal sealed record VendorFault(VendorFaultKind Kind, string? Room, int Status = 0, string Body = "")
{
    /// <summary>With how many requests it still does so.</summary>
    public int Left { get; set; }

    /// <summary>Only with requests that hold this word; null for all.</summary>
    public string? About { get; init; }

    /// <summary>What an answer says about when to come again, in seconds; null when it does not.</summary>
    public int? RetryAfter { get; init; }
}
