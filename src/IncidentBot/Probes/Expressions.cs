using System.Text.RegularExpressions;
using IncidentBot.Settings;

namespace IncidentBot.Probes;

/// <summary>Regular expressions of the configuration, which take linear time whatever they are matched with.</summary>
internal static class Expressions
{
    public static void Check(string path, string? expression, Requirements requirements)
    {
        if (expression is not null && Parse(expression) is null)
        {
            requirements.Complain(path, Requirements.Found(expression), "a regular expression, without back references and look-arounds");
        }
    }

    /// <summary>Whether a text holds a match.</summary>
    public static bool Matches(string expression, string text) => Parse(expression)!.IsMatch(text);

    private static Regex? Parse(string expression)
    {
        try
        {
            return new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
