using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Storage;

/// <summary>How values that a database has no type for are written into it, and read again.</summary>
internal static class Stored
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>A label set as a JSON object.</summary>
    public static string Labels(LabelSet labels)
    {
        if (labels.Count == 0)
        {
            return "{}";
        }

        var (buffer, writer) = Writer();
        writer.WriteStartObject();
        foreach (var label in labels)
        {
            writer.WriteString(label.Name, label.Value);
        }

        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static LabelSet Labels(string json)
    {
        if (json is "{}")
        {
            return LabelSet.Empty;
        }

        var labels = new List<Label>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            labels.Add(new Label(name, reader.GetString()!));
        }

        return LabelSet.From(labels);
    }

    /// <summary>A suppression as pairs of strings.</summary>
    public static LabelSet? Labels(Suppression? suppression) => suppression is null ? null : LabelSet.From(
        ("by", suppression.By),
        ("comment", suppression.Comment),
        ("kind", ((int)suppression.Kind).ToString(CultureInfo.InvariantCulture)),
        ("until", suppression.Until is { } until ? Time(until).ToString(CultureInfo.InvariantCulture) : ""));

    public static Suppression? SuppressionOf(LabelSet? parts) => parts is null ? null
        : new Suppression((SuppressionKind)Number(parts["kind"]!), parts["by"]!, parts["comment"]!,
            parts["until"] is { Length: > 0 } until ? TimeOf(Number(until)) : null);

    /// <summary>How people are called, as a JSON object of strings; what is absent is left out.</summary>
    public static string Text(Escalation call)
    {
        var parts = new List<(string, string)>(8);
        Add("since", call.Since);
        Add("acknowledged_at", call.Acknowledged?.At);
        if (call.Acknowledged is { } taken)
        {
            parts.Add(("acknowledged_by", taken.By));
        }

        if (call.Untaken.Length > 0)
        {
            parts.Add(("untaken", call.Untaken));
        }

        if (call.Escalated > 0)
        {
            parts.Add(("escalated", call.Escalated.ToString(CultureInfo.InvariantCulture)));
        }

        Add("escalated_at", call.EscalatedAt);
        Add("reminded_at", call.RemindedAt);
        Add("escalates_at", call.EscalatesAt);
        Add("reminds_at", call.RemindsAt);
        return Labels(LabelSet.From([.. parts]));

        void Add(string name, DateTimeOffset? time)
        {
            if (time is { } set)
            {
                parts.Add((name, Time(set).ToString(CultureInfo.InvariantCulture)));
            }
        }
    }

    public static Escalation EscalationOf(string json)
    {
        if (json is "{}")
        {
            return Escalation.None;
        }

        var parts = Labels(json);
        return new Escalation
        {
            Since = At("since"),
            Acknowledged = parts["acknowledged_by"] is { } by ? new Acknowledgement(by, At("acknowledged_at")!.Value) : null,
            Untaken = parts["untaken"] ?? "",
            Escalated = parts["escalated"] is { } steps ? (int)Number(steps) : 0,
            EscalatedAt = At("escalated_at"),
            RemindedAt = At("reminded_at"),
            EscalatesAt = At("escalates_at"),
            RemindsAt = At("reminds_at"),
        };

        DateTimeOffset? At(string name) => parts[name] is { } text ? TimeOf(Number(text)) : null;
    }

    /// <summary>Since and until, in microseconds.</summary>
    public static string? Text(Flapping? flapping) => flapping is null ? null
        : string.Create(CultureInfo.InvariantCulture, $"{Time(flapping.Since)}/{Time(flapping.Until)}");

    public static Flapping? FlappingOf(string? text) =>
        text?.Split('/') is [var since, var until] ? new Flapping(TimeOf(Number(since)), TimeOf(Number(until))) : null;

    /// <summary>An inhibition as a JSON object of strings.</summary>
    public static string? Text(Inhibition? inhibition) => inhibition is null ? null : Labels(LabelSet.From(
        ("by", string.Join(',', inhibition.By)),
        ("cause", inhibition.Cause),
        ("free_at", inhibition.FreeAt is { } free ? Time(free).ToString(CultureInfo.InvariantCulture) : ""),
        ("kind", ((int)inhibition.Kind).ToString(CultureInfo.InvariantCulture))));

    public static Inhibition? InhibitionOf(string? json)
    {
        if (json is null)
        {
            return null;
        }

        var parts = Labels(json);
        return new Inhibition([.. parts["by"]!.Split(',').Select(Number)], parts["cause"]!,
            parts["free_at"] is { Length: > 0 } free ? TimeOf(Number(free)) : null)
        {
            Kind = parts["kind"] is { } kind ? (InhibitionKind)Number(kind) : InhibitionKind.Rule,
        };
    }

    /// <summary>Texts as a JSON array.</summary>
    public static string List(IReadOnlyList<string> texts)
    {
        var (buffer, writer) = Writer();
        writer.WriteStartArray();
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Intervals as <c>forgotten;from-to;from-to</c> in microseconds.</summary>
    public static string Text(FiringIntervals stretches)
    {
        if (stretches.Ended.Count == 0 && stretches.Forgotten == 0)
        {
            return "";
        }

        var text = new StringBuilder().Append(stretches.Forgotten);
        foreach (var stretch in stretches.Ended)
        {
            text.Append(';').Append(Time(stretch.From)).Append('/').Append(Time(stretch.To));
        }

        return text.ToString();
    }

    public static FiringIntervals FiringIntervalsOf(string text)
    {
        if (text.Length == 0)
        {
            return FiringIntervals.None;
        }

        var parts = text.Split(';');
        var ended = parts.Skip(1).Select(part => part.Split('/'))
            .Select(ends => new FiringInterval(TimeOf(Number(ends[0])), TimeOf(Number(ends[1]))));
        return new FiringIntervals([.. ended], (int)Number(parts[0]));
    }

    /// <summary>Microseconds since 1970 in UTC.</summary>
    public static long Time(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset TimeOf(long microseconds) =>
        new(DateTimeOffset.UnixEpoch.UtcTicks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>A writer of JSON and what it writes into, for one document at a time on each thread.</summary>
    public static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) Writer()
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(1024);
        var writer = _writer ??= new Utf8JsonWriter(buffer, Json);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        return (buffer, writer);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
