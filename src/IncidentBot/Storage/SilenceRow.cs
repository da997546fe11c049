namespace IncidentBot.Storage;

/// <summary>How far a silence has come. The number is stored: add at the end, never renumber.</summary>
internal enum SilenceState
{
    /// <summary>Somebody wants it; whether Alertmanager has it is not known.</summary>
    Begun = 1,

    /// <summary>Alertmanager has it.</summary>
    Active = 2,

    /// <summary>It is over: it ran out, or somebody ended it.</summary>
    Ended = 3,

    /// <summary>No Alertmanager took it.</summary>
    Failed = 4,
}

/// <summary>One label of a silence, as Alertmanager's API has it.</summary>
internal sealed record SilenceMatcher(string Name, string Value, bool IsRegex = false, bool IsEqual = true)
{
    /// <summary>As Alertmanager writes and reads it: <c>node="proxmox-3"</c>.</summary>
    public override string ToString() => $"{Name}{(IsEqual ? IsRegex ? "=~" : "=" : IsRegex ? "!~" : "!=")}\""
        + Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
}

/// <summary>A silence that was made here, in an Alertmanager.</summary>
internal sealed record SilenceRow
{
    /// <summary>What people call it here; 0 before it is stored.</summary>
    public long Number { get; init; }

    /// <summary>The request that wants it; the same request wants it once.</summary>
    public required string Key { get; init; }

    public required string Source { get; init; }

    /// <summary>The incident it was made from; 0 for none.</summary>
    public long Incident { get; init; }

    public required IReadOnlyList<SilenceMatcher> Matchers { get; init; }

    /// <summary>The name that Alertmanager has as its author: hostile text.</summary>
    public required string By { get; init; }

    /// <summary>As Alertmanager has it, with the link to the incident: hostile text.</summary>
    public required string Comment { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>When Alertmanager ends it, as things stand.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>It is extended for as long as its incident fires, and expired after.</summary>
    public bool UntilResolved { get; init; }

    /// <summary>What Alertmanager calls it; null before it has it.</summary>
    public string? Id { get; init; }

    public SilenceState State { get; init; } = SilenceState.Begun;

    /// <summary>The matchers as text in one line.</summary>
    public string Matches => string.Join(", ", Matchers);
}
