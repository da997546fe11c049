using System.Text;
using System.Text.Json;

namespace IncidentBot.Graph.Neo4j;

/// <summary>
/// How label conditions are written on a relationship, as its property <c>match</c>: as Alertmanager writes matchers,
/// <c>cluster="b", node=~"k8s-.*"</c>, in one text or in a list, with braces and quotes or without.
/// </summary>
internal static class ConditionText
{
    private const int Longest = 4000;

    /// <summary>As this program writes them; empty for none.</summary>
    public static string Write(LabelConditions conditions) => string.Join(", ", conditions.Texts.Select(pair =>
    {
        var (operation, value) = Split(pair.Value) is var (written, behind) ? (written, behind.TrimStart(' ')) : ("=", pair.Value);
        return $"{pair.Key}{operation}\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }));

    /// <summary>The conditions of a property, whoever wrote it; null when they make no sense.</summary>
    public static LabelConditions? Read(JsonElement property) => property.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => LabelConditions.None,
        JsonValueKind.String => Read(property.GetString()!),
        JsonValueKind.Array when property.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
            Read(string.Join(", ", property.EnumerateArray().Select(item => item.GetString()))),
        _ => null,
    };

    /// <inheritdoc cref="Read(JsonElement)"/>
    public static LabelConditions? Read(string text)
    {
        text = text.Trim();
        if (text.StartsWith('{') && text.EndsWith('}'))
        {
            text = text[1..^1];
        }

        if (text.Length > Longest)
        {
            return null;
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in Parts(text).Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            var at = part.IndexOfAny(['=', '!']);
            if (at < 1 || Split(part[at..]) is not var (operation, value) || Unquoted(value.Trim()) is not { } plain
                || !texts.TryAdd(part[..at].Trim(), Text(operation, plain)))
            {
                return null;
            }
        }

        try
        {
            return LabelConditions.Of(texts);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>As a lane's match has it: a plain value without its operation, unless it could be taken for one.</summary>
    private static string Text(string operation, string value) => operation is not "=" ? operation + value
        : value.StartsWith('=') || value.StartsWith('!') ? "=" + value : value;

    private static (string Operation, string Value)? Split(string text)
    {
        foreach (var operation in (ReadOnlySpan<string>)["=~", "!~", "!=", "="])
        {
            if (text.StartsWith(operation, StringComparison.Ordinal))
            {
                return (operation, text[operation.Length..]);
            }
        }

        return null;
    }

    /// <summary>What stands between commas that are not in quotes.</summary>
    private static IEnumerable<string> Parts(string text)
    {
        var begin = 0;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && quoted)
            {
                i++;
            }
            else if (text[i] == '"')
            {
                quoted = !quoted;
            }
            else if (text[i] == ',' && !quoted)
            {
                yield return text[begin..i];
                begin = i + 1;
            }
        }

        yield return text[begin..];
    }

    private static string? Unquoted(string value)
    {
        if (!value.StartsWith('"'))
        {
            return value;
        }

        if (value.Length < 2 || !value.EndsWith('"'))
        {
            return null;
        }

        var text = new StringBuilder();
        for (var i = 1; i < value.Length - 1; i++)
        {
            // Behind a backslash stands what is meant; a line feed cannot be in a label's condition.
            text.Append(value[i] == '\\' && i < value.Length - 2 ? value[++i] : value[i]);
        }

        return text.ToString();
    }
}
