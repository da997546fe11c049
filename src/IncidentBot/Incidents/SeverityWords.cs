using System.Collections.Frozen;
using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>
/// Which words of the <c>severity</c> label mean the same, whatever their case: those that this field uses, and over them those of the
/// settings.
/// </summary>
internal sealed class SeverityWords
{
    /// <summary>Without words of the settings.</summary>
    public static readonly SeverityWords Usual = new(new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>The names of the levels, the least first.</summary>
    public static readonly IReadOnlyList<string> Levels = ["none", "info", "warning", "high", "critical"];

    private readonly FrozenDictionary<string, SeverityLevel> _levels;
    private readonly FrozenDictionary<string, string> _own;

    /// <param name="own">Words of the settings and the names of their levels; other names are passed over.</param>
    public SeverityWords(IReadOnlyDictionary<string, string> own)
    {
        _own = own.Where(pair => IsLevel(pair.Value))
            .GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).Select(same => same.Last())
            .ToFrozenDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        var levels = new Dictionary<string, SeverityLevel>(StringComparer.OrdinalIgnoreCase);
        Add(SeverityLevel.Critical, "critical", "crit", "page", "emergency", "emerg", "fatal", "disaster", "panic", "blocker",
            "p0", "p1", "sev0", "sev1", "sev-0", "sev-1");
        Add(SeverityLevel.High, "high", "major", "error", "err", "severe", "urgent", "p2", "sev2", "sev-2");
        Add(SeverityLevel.Warning, "warning", "warn", "minor", "medium", "moderate", "average", "ticket", "p3", "sev3", "sev-3");
        Add(SeverityLevel.Info, "info", "informational", "information", "notice", "low", "debug", "p4", "p5", "sev4", "sev5", "sev-4",
            "sev-5");
        Add(SeverityLevel.None, "none", "ok", "");
        foreach (var (word, name) in _own)
        {
            levels[word] = Level(name);
        }

        _levels = levels.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

        void Add(SeverityLevel level, params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                levels[word] = level;
            }
        }
    }

    /// <summary>Every word that is known.</summary>
    public IEnumerable<string> Known => _levels.Keys;

    /// <summary>The settings add nothing.</summary>
    public bool IsUsual => _own.Count == 0;

    public static bool IsLevel(string name) => Levels.Contains(name, StringComparer.Ordinal);

    /// <summary>The one name of a word in any spelling, and how bad it is.</summary>
    public (string Name, SeverityLevel Level) Name(string word)
    {
        var trimmed = word.Trim();
        return _levels.TryGetValue(trimmed, out var level) ? (Levels[(int)level], level)
            : (trimmed.ToLowerInvariant(), SeverityLevel.Warning);
    }

    /// <summary>The name that the settings give an alert's severity; null when they say nothing of its word.</summary>
    public string? OwnName(LabelSet labels) =>
        !IsUsual && labels[Severity.LabelName] is { } word ? _own.GetValueOrDefault(word.Trim()) : null;

    /// <summary>The notification with the names that the settings give the severities of its alerts; itself where they give none.</summary>
    public Notification Name(Notification notification) => IsUsual || !notification.Alerts.Any(alert => OwnName(alert.Labels) is not null)
        ? notification
        : notification with { Alerts = [.. notification.Alerts.Select(Name)] };

    public AlertReport Name(AlertReport report) => OwnName(report.Labels) is { } name ? report with { SeverityName = name } : report;

    private static SeverityLevel Level(string name) => (SeverityLevel)Levels.ToList().IndexOf(name);
}
