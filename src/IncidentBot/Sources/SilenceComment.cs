using System.Text.RegularExpressions;

namespace IncidentBot.Sources;

/// <summary>
/// What Alertmanager shows as the comment of a silence that was made here: the words, then the incident and its address. What is shown
/// here leaves the address out again.
/// </summary>
internal static partial class SilenceComment
{
    /// <summary>Begins the words of a silence that is extended while its incident fires.</summary>
    public const string UntilResolved = "until resolved";

    /// <param name="words">Hostile text in one line. May be empty.</param>
    /// <param name="incident">0 for a silence that is about none.</param>
    /// <param name="pages">The address of the pages, with a slash at the end.</param>
    public static string Write(string words, long incident, Uri pages, bool untilResolved)
    {
        var said = string.Join(": ", new[] { untilResolved ? UntilResolved : "", words }.Where(part => part.Length > 0));
        var from = incident > 0 ? FormattableString.Invariant($"incident #{incident}, {pages}incidents/{incident}") : $"IncidentBot, {pages}silences";
        return said.Length > 0 ? $"{said} · {from}" : from;
    }

    /// <summary>The words alone, of any silence's comment.</summary>
    public static string Words(string comment) => Address().Replace(comment, "");

    [GeneratedRegex(@"(?: · )?(?:incident #[0-9]{1,12}|IncidentBot), https?://[^ ]+$", RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
