using System.Text.RegularExpressions;

namespace IncidentBot.Support;

/// <summary>The samples in a Markdown file: what stands between fences, without the indentation of the fence.</summary>
internal static partial class Fences
{
    /// <param name="info">What stands behind the opening fence: <c>yaml incidentbot</c>.</param>
    public static IReadOnlyList<string> Of(string file, string info) =>
    [
        .. Fence().Matches(File.ReadAllText(Repository.PathOf(file))).Where(match => match.Groups["info"].Value == info)
            .Select(match => string.Join('\n', match.Groups["text"].Value.Split('\n')
                .Select(line => line.StartsWith(match.Groups["indent"].Value, StringComparison.Ordinal) ? line[match.Groups["indent"].Length..] : line))),
    ];

    [GeneratedRegex("^(?<indent> *)```(?<info>[^\n`]*)\n(?<text>.*?)^ *```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fence();
}
