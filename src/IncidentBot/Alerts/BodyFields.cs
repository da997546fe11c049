using System.Text;
using System.Text.Json;

namespace IncidentBot.Alerts;

/// <summary>
/// The small pieces that a webhook's body is made of, each read from the next token. What is not as the format has it is a
/// <see cref="FormatException"/> whose message says what was found and what was expected.
/// </summary>
internal static class BodyFields
{
    public static LabelSet Labels(ref Utf8JsonReader reader)
    {
        Next(ref reader);
        if (reader.TokenType == JsonTokenType.Null)
        {
            return LabelSet.Empty;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException($"expected an object of strings, found {Kind(reader.TokenType)}");
        }

        var labels = new List<Label>(8);
        while (NextProperty(ref reader))
        {
            var name = WithoutNul(reader.GetString()!);
            Next(ref reader);
            if (reader.TokenType != JsonTokenType.String)
            {
                throw new FormatException($"the value of \"{Shorten(name)}\" is {Kind(reader.TokenType)}, expected a string");
            }

            labels.Add(new Label(name, WithoutNul(reader.GetString()!)));
        }

        return LabelSet.From(labels);
    }

    public static bool? Status(ref Utf8JsonReader reader) => Text(ref reader) switch
    {
        "firing" => true,
        "resolved" => false,
        "" => null,
        var other => throw new FormatException($"\"{Shorten(other)}\" is not a status; expected \"firing\" or \"resolved\""),
    };

    /// <summary>A time, or null for Go's zero time, which Alertmanager posts as <c>endsAt</c> while an alert fires.</summary>
    public static DateTimeOffset? Time(ref Utf8JsonReader reader)
    {
        Next(ref reader);
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            throw new FormatException($"expected a time, found {Kind(reader.TokenType)}");
        }

        if (reader.ValueSpan.StartsWith("0001-01-01T"u8) || reader.ValueSpan.IsEmpty)
        {
            return null;
        }

        return reader.TryGetDateTimeOffset(out var time)
            ? new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero)
            : throw new FormatException($"\"{Shorten(reader.GetString()!)}\" is not a time as RFC 3339 has it");
    }

    public static long Count(ref Utf8JsonReader reader)
    {
        Next(ref reader);
        if (reader.TokenType == JsonTokenType.Null)
        {
            return 0;
        }

        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count) && count >= 0
            ? count
            : throw new FormatException("expected a count of 0 or more");
    }

    public static string Text(ref Utf8JsonReader reader)
    {
        Next(ref reader);
        return reader.TokenType switch
        {
            JsonTokenType.String => WithoutNul(reader.GetString()!),
            JsonTokenType.Null => "",
            var other => throw new FormatException($"expected a string, found {Kind(other)}"),
        };
    }

    public static void Next(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            throw new FormatException("the body ends too early");
        }
    }

    public static bool NextProperty(ref Utf8JsonReader reader)
    {
        Next(ref reader);
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    public static void Finish(ref Utf8JsonReader reader)
    {
        if (reader.Read())
        {
            throw new FormatException("more text follows the object");
        }
    }

    /// <summary>Undoes Go's <c>regexp.QuoteMeta</c>: Alertmanager posts receiver <c>a.b</c> as <c>a\.b</c>.</summary>
    public static string Unescape(string receiver)
    {
        if (!receiver.Contains('\\', StringComparison.Ordinal))
        {
            return receiver;
        }

        var text = new StringBuilder(receiver.Length);
        for (var i = 0; i < receiver.Length; i++)
        {
            if (receiver[i] == '\\' && i + 1 < receiver.Length && @"\.+*?()|[]{}^$".Contains(receiver[i + 1], StringComparison.Ordinal))
            {
                i++;
            }

            text.Append(receiver[i]);
        }

        return text.ToString();
    }

    /// <summary>PostgreSQL's text has no NUL, and nobody reads one.</summary>
    private static string WithoutNul(string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? text.Replace('\0', '\uFFFD') : text;

    public static string Shorten(string text)
    {
        if (text.Length <= 60)
        {
            return text;
        }

        // Never leave half of a surrogate pair behind.
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[56]) ? 56 : 57), "...");
    }

    public static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.Null => "null",
        _ => "the end",
    };
}
