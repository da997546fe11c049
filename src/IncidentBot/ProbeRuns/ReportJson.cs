using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using IncidentBot.Probes;

namespace IncidentBot.ProbeRuns;

/// <summary>A report as programs read it: what the command prints.</summary>
internal static class ReportJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The word of an outcome.</summary>
    public static string Word(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Healthy => "healthy",
        RunOutcome.Unhealthy => "unhealthy",
        RunOutcome.Unknown => "unknown",
    };

    /// <param name="pushed">Null when it was not to be pushed; empty when it was, else why not.</param>
    public static string Write(ProbeReport report, string? pushed)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Indented))
        {
            json.WriteStartObject();
            json.WriteString("probe", report.Probe.Name);
            json.WriteString("kind", report.Probe.Kind.Name);
            json.WriteString("run", report.Run.Id);
            json.WriteString("started_at", Time(report.Run.At));
            json.WriteNumber("duration_seconds", report.Run.Took.TotalSeconds);
            json.WriteString("outcome", Word(report.Run.Outcome));
            json.WriteString("reason", report.Run.Words);
            var broken = report.Result.Outcome as ProbeOutcome.Unhealthy;
            json.WriteString("step", broken?.Step);
            json.WriteString("expected", broken?.Expected);
            json.WriteString("got", broken?.Got);
            json.WriteString("warning", (report.Result.Outcome as ProbeOutcome.Healthy)?.Warning);
            WriteDetails(json, report);
            WriteSamples(json, report);
            if (pushed is null)
            {
                json.WriteNull("pushed");
            }
            else
            {
                json.WriteBoolean("pushed", pushed.Length == 0);
            }

            json.WriteString("push_failure", pushed is { Length: > 0 } ? pushed : null);
            json.WriteStartArray("conversation");
            foreach (var line in report.Conversation)
            {
                json.WriteStringValue(line);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    public static string Time(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static void WriteDetails(Utf8JsonWriter json, ProbeReport report)
    {
        json.WriteStartArray("details");
        foreach (var detail in report.Result.Details)
        {
            json.WriteStartObject();
            json.WriteString("heading", detail.Heading);
            json.WriteStartArray("lines");
            foreach (var line in detail.Lines)
            {
                json.WriteStringValue(line);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSamples(Utf8JsonWriter json, ProbeReport report)
    {
        json.WriteStartArray("metrics");
        foreach (var sample in report.Result.Samples.Where(sample => double.IsFinite(sample.Value)))
        {
            json.WriteStartObject();
            json.WriteString("name", sample.Family.Name);
            json.WriteStartObject("labels");
            foreach (var label in RunMetrics.Together(report.Probe.Group, sample.Labels))
            {
                json.WriteString(label.Name, label.Value);
            }

            json.WriteEndObject();
            json.WriteNumber("value", sample.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
