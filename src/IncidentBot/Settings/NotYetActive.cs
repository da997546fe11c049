using System.Text.RegularExpressions;

namespace IncidentBot.Settings;

/// <summary>
/// The keys that this version reads and checks but does not act on, as their sections say. A configuration that names one is good, and
/// says so when it is checked and at the start.
/// </summary>
internal static partial class NotYetActive
{
    /// <summary>One line for each of the configured paths that has no effect.</summary>
    public static IReadOnlyList<string> Among(IEnumerable<string> configured, IEnumerable<(string Path, string Meaning)> keys)
    {
        var meanings = keys.ToDictionary(key => key.Path, key => key.Meaning, StringComparer.Ordinal);
        return
        [
            .. configured.Where(path => meanings.ContainsKey(WithoutIndices(path)))
                .Select(path => $"{path}: {meanings[WithoutIndices(path)]}"),
        ];
    }

    private static string WithoutIndices(string path) => Index().Replace(path, "[]");

    [GeneratedRegex(@"\[[0-9]+\]", RegexOptions.NonBacktracking)]
    private static partial Regex Index();
}
