using IncidentBot.Settings;

namespace IncidentBot.Incidents;

/// <summary>What must hold for labels and what they must be, as a lane's match and both sides of an inhibition have them.</summary>
internal static class MatchRules
{
    private const string Allowed = "a value, \"!=value\", \"=~expression\", \"!~expression\", or \"\" for a label that is absent";

    public static void Check(string path, Dictionary<string, string> match, Requirements requirements)
    {
        foreach (var (label, text) in match)
        {
            var at = SettingsBinder.Join(path, label);
            requirements.RequireLabelName(at, label);
            if (Matcher.TryParse(label, text, out var problem) is null)
            {
                requirements.Complain(at, $"found {Requirements.Quote(text)}, {problem}", Allowed);
            }
        }
    }

    /// <summary>Labels that alerts of every Prometheus have, in this case and no other.</summary>
    private static readonly string[] Usual = ["severity", "alertname", "namespace", "instance", "job", "cluster", "pod", "service", "team"];

    /// <summary>Warns of values that look like regular expressions, and of labels that miss those of alerts by their case alone.</summary>
    public static void Warn(string path, IReadOnlyList<Matcher> match, Requirements requirements)
    {
        foreach (var matcher in match)
        {
            if (Usual.FirstOrDefault(usual => usual.Equals(matcher.Label, StringComparison.OrdinalIgnoreCase)) is { } usual
                && !string.Equals(usual, matcher.Label, StringComparison.Ordinal))
            {
                requirements.Warn($"{SettingsBinder.Join(path, matcher.Label)}: names of labels are told apart by their case, and alerts have {Requirements.Quote(usual)}");
            }

            if (matcher is not { OnlyValue: { } value, Label: var label })
            {
                continue;
            }

            var at = SettingsBinder.Join(path, label);
            if (value.Contains('|', StringComparison.Ordinal) || value.Contains(".*", StringComparison.Ordinal)
                || value.Contains(".+", StringComparison.Ordinal))
            {
                requirements.Warn($"{at}: {Requirements.Quote(value)} is compared as it is written; a regular expression begins with =~, as in {Requirements.Quote($"=~{value}")}");
            }
        }
    }
}
