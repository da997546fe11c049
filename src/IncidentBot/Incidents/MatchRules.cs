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
}
