namespace IncidentBot.Incidents;

/// <summary>How bad something is; each is worse than the one before. The number is stored.</summary>
internal enum SeverityLevel
{
    /// <summary>Nothing is said of it.</summary>
    None = 0,

    /// <summary>For whoever looks.</summary>
    Info = 1,

    /// <summary>It wants somebody today; also every word that is not known.</summary>
    Warning = 2,

    /// <summary>It wants somebody soon: <c>high</c>, <c>major</c>, <c>error</c>.</summary>
    High = 3,

    /// <summary>It wants somebody now, at any hour.</summary>
    Critical = 4,
}

/// <summary>
/// How bad an alert is, from its <c>severity</c> label. Case and the common spellings of one level are one word here, so that rank,
/// lanes, filters, colours and calls cannot disagree: <c>CRIT</c>, <c>page</c> and <c>P1</c> are <c>critical</c>. The label itself
/// stays as its author wrote it. A word that is not known stays, in small letters, and ranks as a warning.
/// </summary>
internal readonly record struct Severity
{
    public const string LabelName = "severity";

    public static readonly Severity None = new("none");

    /// <param name="word">Any spelling.</param>
    public Severity(string word)
        : this(SeverityWords.Usual.Name(word))
    {
    }

    private Severity((string Name, SeverityLevel Level) known) => (Word, Level) = known;

    /// <summary><c>critical</c>, <c>high</c>, <c>warning</c>, <c>info</c>, <c>none</c>, or a word that is not known.</summary>
    public string Word { get; }

    public SeverityLevel Level { get; }

    public static Severity Of(Alerts.LabelSet labels) => labels[LabelName] is { Length: > 0 } word ? new Severity(word) : None;

    public static Severity Worst(Severity one, Severity other)
    {
        if (one.Level != other.Level)
        {
            return one.Level > other.Level ? one : other;
        }

        // Two words of one level: the choice must not depend on which came first.
        return string.CompareOrdinal(one.Word, other.Word) <= 0 ? one : other;
    }

    public override string ToString() => Word;
}
