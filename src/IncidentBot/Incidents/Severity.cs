namespace IncidentBot.Incidents;

/// <summary>
/// How bad an alert is, from its <c>severity</c> label. The word stays as its author wrote it; the rank orders words that this
/// field uses for the same thing. A word that is not known ranks as a warning, an absent one below an info.
/// </summary>
internal readonly record struct Severity(string Word)
{
    public const string LabelName = "severity";

    public static readonly Severity None = new("none");

    /// <summary>3 critical, 2 warning, 1 info, 0 none.</summary>
    public int Rank => Word.ToUpperInvariant() switch
    {
        "CRITICAL" or "CRIT" or "PAGE" or "EMERGENCY" or "FATAL" or "DISASTER" or "P0" or "P1" or "SEV0" or "SEV1" => 3,
        "INFO" or "INFORMATIONAL" or "INFORMATION" or "NOTICE" or "DEBUG" or "LOW" or "P4" => 1,
        "NONE" or "" => 0,
        _ => 2,
    };

    public static Severity Of(Alerts.LabelSet labels) => new(labels[LabelName] is { Length: > 0 } word ? word : None.Word);

    public static Severity Worst(Severity one, Severity other)
    {
        if (one.Rank != other.Rank)
        {
            return one.Rank > other.Rank ? one : other;
        }

        // Two words of one rank: the choice must not depend on which came first.
        return string.CompareOrdinal(one.Word, other.Word) <= 0 ? one : other;
    }

    public override string ToString() => Word;
}
