namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>What a request to a registry came to, whatever came.</summary>
internal sealed record RegistryAnswer
{
    /// <summary>0 when there was no answer.</summary>
    public int Status { get; init; }

    /// <summary>Why there is no answer, or not all of it; null when it is whole.</summary>
    public string? Problem { get; init; }

    /// <summary>Headers came and then not what they promise.</summary>
    public bool CutOff { get; init; }

    /// <summary>Of a small answer.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>How many bytes came; of a range no more are read than were asked for.</summary>
    public long Came { get; init; }

    /// <summary>How many bytes the whole has, as the answer says; null when it does not.</summary>
    public long? Total { get; init; }

    /// <summary>The digest of what was read whole, where it was asked for.</summary>
    public string? Hash { get; init; }

    /// <summary>The header <c>Docker-Content-Digest</c>.</summary>
    public string? Digest { get; init; }

    /// <summary>The header <c>Link</c>.</summary>
    public string? Link { get; init; }

    /// <summary>The headers <c>WWW-Authenticate</c>.</summary>
    public IReadOnlyList<string> Challenges { get; init; } = [];

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Why the login was of no use; null when it was, or none was needed.</summary>
    public string? Refusal { get; init; }

    /// <summary>It may be different at the next attempt.</summary>
    public bool IsPassing => Status is 0 or >= 500 || CutOff;

    /// <summary>What came, for people.</summary>
    public string Words => Refusal ?? (Status == 0 ? Problem! : Problem is null
        ? FormattableString.Invariant($"it answers {Status}") : FormattableString.Invariant($"it answers {Status} and {Problem}"));
}
