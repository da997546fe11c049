using System.Globalization;
using System.Text;

namespace IncidentBot.Yaml;

/// <summary>One thing that is wrong with the configuration. It never holds a secret.</summary>
/// <param name="Origin">Where to look.</param>
/// <param name="Path">The key, such as <c>lanes[1].rooms[0]</c>; empty when it is about the file.</param>
/// <param name="Problem">What was found and what is wrong with it, without a full stop.</param>
/// <param name="Allowed">What would be right, without a full stop; empty when the problem says it.</param>
internal sealed record Complaint(Origin Origin, string Path, string Problem, string Allowed = "")
{
    private const int LongestValue = 80;

    /// <summary>A value for people: in quotes, on one line, cut when it is long, without anything that a terminal would obey.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        var cut = value.Length > LongestValue ? value[..LongestValue] : value;
        foreach (var character in cut)
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(character);
            var harmless = category is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            text.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                _ when harmless => character.ToString(),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
            });
        }

        return text.Append(cut.Length < value.Length ? "…\"" : "\"").ToString();
    }

    /// <summary>
    /// A key for people. What does not look like one may be a secret in the wrong place (<c>{token:abc}</c> is one key), or rude to a
    /// terminal, and is only counted.
    /// </summary>
    public static string Key(string key) =>
        key.Length is > 0 and <= 40 && key.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-')
            ? key
            : string.Create(CultureInfo.InvariantCulture, $"(a key of {key.Length} characters)");

    public override string ToString()
    {
        var text = new StringBuilder().Append(Origin).Append(": ");
        if (Path.Length > 0)
        {
            text.Append(Path).Append(": ");
        }

        text.Append(Problem);
        if (!Problem.EndsWith('?'))
        {
            text.Append('.');
        }

        return Allowed.Length > 0 ? text.Append(" Allowed: ").Append(Allowed).Append('.').ToString() : text.ToString();
    }
}
