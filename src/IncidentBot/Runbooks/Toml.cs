using System.Text;

namespace IncidentBot.Runbooks;

/// <summary>Makes YAML of the simple part of TOML in which Hugo's front matter is written: keys with texts, numbers, days and lists.</summary>
internal static class Toml
{
    /// <summary>As many lines as before. Tables hold nothing that is needed here, so the first one ends it.</summary>
    public static IEnumerable<string> ToYaml(IReadOnlyList<string> lines)
    {
        var yaml = new string[lines.Count];
        Array.Fill(yaml, "");
        for (var at = 0; at < lines.Count; at++)
        {
            var line = lines[at].Trim();
            if (line.StartsWith('['))
            {
                break;
            }

            if (line.StartsWith('#') || line.IndexOf('=') is not (> 0 and var sign))
            {
                continue;
            }

            var begin = at;
            var value = new StringBuilder();
            var depth = Take(line[(sign + 1)..], 0, value);
            while (depth > 0 && at + 1 < lines.Count)
            {
                depth = Take(lines[++at], depth, value.Append(' '));
            }

            yaml[begin] = $"{line[..sign].Trim()}: {value.ToString().Trim()}";
        }

        return yaml;
    }

    /// <summary>Takes a line of a value in, without its comment; returns how many lists are open behind it.</summary>
    private static int Take(string line, int depth, StringBuilder value)
    {
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var character = line[i];
            if (quote != '\0')
            {
                if (character == '\\' && quote == '"' && i + 1 < line.Length)
                {
                    value.Append(character);
                    character = line[++i];
                }
                else if (character == quote)
                {
                    quote = '\0';
                }
            }
            else if (character == '#')
            {
                break;
            }
            else if (character is '"' or '\'')
            {
                quote = character;
            }
            else
            {
                depth += character == '[' ? 1 : character == ']' ? -1 : 0;
            }

            value.Append(character);
        }

        return depth;
    }
}
