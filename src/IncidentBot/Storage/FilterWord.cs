using System.Text;

namespace IncidentBot.Storage;

/// <summary>A word of a text filter: it has to be found, or must not be.</summary>
/// <param name="Text">What is looked for, in any case.</param>
/// <param name="Not">It must not be found.</param>
internal readonly record struct FilterWord(string Text, bool Not)
{
    /// <summary>Words of a filter that count; the rest is left out.</summary>
    public const int Most = 8;

    /// <summary>A label and its value, when the word is one: <c>namespace=media</c>.</summary>
    public (string Name, string Value)? Pair => Text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && at + 1 < Text.Length
        ? (Text[..at], Text[(at + 1)..]) : null;

    /// <summary>
    /// The words of what somebody typed: a hyphen before a word excludes it, quotation marks keep spaces: <c>node=n1 -"team=a b"</c>.
    /// </summary>
    public static IReadOnlyList<FilterWord> Parse(string? text)
    {
        var words = new List<FilterWord>();
        var word = new StringBuilder();
        var (quoted, not) = (false, false);
        foreach (var letter in text ?? "")
        {
            if (letter == '"')
            {
                quoted = !quoted;
            }
            else if (char.IsWhiteSpace(letter) && !quoted)
            {
                End();
            }
            else if (letter == '-' && word.Length == 0 && !not && !quoted)
            {
                not = true;
            }
            else
            {
                word.Append(letter);
            }
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0 && words.Count < Most)
            {
                words.Add(new FilterWord(word.ToString(), not));
            }

            word.Clear();
            not = false;
        }
    }

    /// <summary>The text that is read as these words again.</summary>
    public static string Join(IEnumerable<FilterWord> words) => string.Join(' ', words);

    /// <summary>As one types it.</summary>
    public override string ToString()
    {
        var text = Text.Replace("\"", "", StringComparison.Ordinal);
        return (Not ? "-" : "") + (text.Any(char.IsWhiteSpace) || text.StartsWith('-') ? $"\"{text}\"" : text);
    }
}
