using System.Globalization;
using System.Text;
using System.Text.Json;

namespace IncidentBot.Alerts;

/// <summary>
/// The small pieces that a webhook's body is made of, each read from the next token. A piece of another kind is repaired where
/// its meaning is plain (a number becomes its digits), else left out, and remarked on: one odd value never costs an alert.
/// </summary>
internal static class BodyFields
{
    /// <summary>Labels or annotations; null when there is no object of them.</summary>
    public static LabelSet? Labels(ref Utf8JsonReader reader, BodyPlace place)
    {
        Next(ref reader);
        if (reader.TokenType == JsonTokenType.Null)
        {
            return LabelSet.Empty;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            place.Repair($"expected an object of strings, found {Kind(reader.TokenType)}: left out");
            reader.Skip();
            return null;
        }

        var labels = new List<Label>(8);
        while (NextProperty(ref reader))
        {
            var name = String(ref reader, place);
            Next(ref reader);
            if (reader.TokenType == JsonTokenType.String)
            {
                labels.Add(new Label(name, String(ref reader, place)));
            }
            else if (reader.TokenType != JsonTokenType.Null)
            {
                place.Repair(name, $"expected a string, found {Kind(reader.TokenType)}: taken as its text");
                labels.Add(new Label(name, RawText(ref reader)));
            }
        }

        return LabelSet.From(labels);
    }

    /// <summary>Whether it fires; null when that is not said.</summary>
    public static bool? Status(ref Utf8JsonReader reader, BodyPlace place)
    {
        switch (Text(ref reader, place))
        {
            case "":
                return null;
            case var word when word.Equals("firing", StringComparison.OrdinalIgnoreCase):
                return true;
            case var word when word.Equals("resolved", StringComparison.OrdinalIgnoreCase):
                return false;
            case var other:
                place.Repair($"\"{Shorten(other)}\" is not a status; expected \"firing\" or \"resolved\"");
                return null;
        }
    }

    /// <summary>A time, or null for Go's zero time, which Alertmanager posts as <c>endsAt</c> while an alert fires.</summary>
    public static DateTimeOffset? Time(ref Utf8JsonReader reader, BodyPlace place)
    {
        Next(ref reader);
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            place.Repair($"expected a time as RFC 3339 has it, found {Kind(reader.TokenType)}: left out");
            reader.Skip();
            return null;
        }

        if (reader.ValueSpan.StartsWith("0001-01-01T"u8) || reader.ValueSpan.IsEmpty)
        {
            return null;
        }

        if ((!reader.ValueIsEscaped && reader.TryGetDateTimeOffset(out var time))
            || DateTimeOffset.TryParse(String(ref reader, place), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time))
        {
            return new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        }

        place.Repair($"\"{Shorten(String(ref reader, place))}\" is not a time as RFC 3339 has it: left out");
        return null;
    }

    public static long Count(ref Utf8JsonReader reader, BodyPlace place)
    {
        Next(ref reader);
        if (reader.TokenType == JsonTokenType.Null)
        {
            return 0;
        }

        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count) && count >= 0)
        {
            return count;
        }

        place.Repair("expected a count of 0 or more: taken as 0");
        reader.Skip();
        return 0;
    }

    /// <summary>A text; empty when there is none.</summary>
    public static string Text(ref Utf8JsonReader reader, BodyPlace place)
    {
        Next(ref reader);
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return String(ref reader, place);
            case JsonTokenType.Null:
                return "";
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                place.Repair($"expected a string, found {Kind(reader.TokenType)}: taken as its text");
                return RawText(ref reader);
            default:
                place.Repair($"expected a string, found {Kind(reader.TokenType)}: left out");
                reader.Skip();
                return "";
        }
    }

    /// <summary>Goes to the next token, which a complete body has.</summary>
    /// <exception cref="JsonException">The body ends here, or is no JSON.</exception>
    public static void Next(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            throw new JsonException("the body ends too early", "", 0, reader.BytesConsumed);
        }
    }

    public static bool NextProperty(ref Utf8JsonReader reader)
    {
        Next(ref reader);
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Whether the property that was read last has a name. It never throws, other than the reader's own comparison.</summary>
    public static bool IsNamed(ref Utf8JsonReader reader, byte[] name) =>
        reader.ValueIsEscaped ? Lenient(reader.ValueSpan).AsSpan().SequenceEqual(Encoding.UTF8.GetString(name))
            : reader.ValueSpan.SequenceEqual(name);

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

    /// <summary>A text from outside for the one line of a log or an answer: short, and without control characters.</summary>
    public static string Shorten(string text)
    {
        // Never leave half of a surrogate pair behind.
        var line = text.Length <= 60 ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[56]) ? 56 : 57), "...");
        return line.Any(char.IsControl) ? string.Concat(line.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter)) : line;
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

    /// <summary>
    /// A string or a property's name; what is no Unicode in it is replaced, and so is NUL, which no store keeps and nobody reads.
    /// </summary>
    private static string String(ref Utf8JsonReader reader, BodyPlace place)
    {
        if (!reader.ValueIsEscaped && !reader.HasValueSequence && RecentStrings.Of(reader.ValueSpan) is { } recent)
        {
            return recent;
        }

        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            place.Repair("text that is not valid Unicode: replaced by \uFFFD");
            text = Lenient(reader.ValueSpan);
        }

        return text.Contains('\0', StringComparison.Ordinal) ? text.Replace('\0', '\uFFFD') : text;
    }

    /// <summary>Reads a JSON string's bytes with whatever is wrong in them replaced.</summary>
    private static string Lenient(ReadOnlySpan<byte> raw)
    {
        var escaped = Encoding.UTF8.GetString(raw);
        var text = new StringBuilder(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\' || i + 1 == escaped.Length)
            {
                text.Append(escaped[i]);
                continue;
            }

            i++;
            if (escaped[i] == 'u' && i + 4 < escaped.Length
                && ushort.TryParse(escaped.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                text.Append((char)unit);
                i += 4;
            }
            else
            {
                text.Append(escaped[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', var other => other });
            }
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                text[i] = '\uFFFD';
            }
        }

        return text.ToString();
    }

    /// <summary>A value that is no string as it stands in the body; objects and arrays are skipped over.</summary>
    private static string RawText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }

        var opened = reader.TokenType == JsonTokenType.StartObject;
        reader.Skip();
        return opened ? "{…}" : "[…]";
    }
}
