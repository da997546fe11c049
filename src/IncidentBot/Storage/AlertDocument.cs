using System.Text.Json;
using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Storage;

/// <summary>
/// All alerts of an incident as one JSON document: a webhook brings the whole group anyhow, so one row is written where there
/// would be one for each alert.
/// </summary>
internal static class AlertDocument
{
    private static readonly JsonEncodedText Fingerprint = JsonEncodedText.Encode("fingerprint");
    private static readonly JsonEncodedText Labels = JsonEncodedText.Encode("labels");
    private static readonly JsonEncodedText Annotations = JsonEncodedText.Encode("annotations");
    private static readonly JsonEncodedText GeneratorUrl = JsonEncodedText.Encode("generator_url");
    private static readonly JsonEncodedText StartsAt = JsonEncodedText.Encode("starts_at");
    private static readonly JsonEncodedText FiringSince = JsonEncodedText.Encode("firing_since");
    private static readonly JsonEncodedText EndsAt = JsonEncodedText.Encode("ends_at");
    private static readonly JsonEncodedText HeardAt = JsonEncodedText.Encode("heard_at");
    private static readonly JsonEncodedText EndedBy = JsonEncodedText.Encode("ended_by");
    private static readonly JsonEncodedText CameBackFrom = JsonEncodedText.Encode("came_back_from");
    private static readonly JsonEncodedText UntakenSince = JsonEncodedText.Encode("untaken_since");
    private static readonly JsonEncodedText CameBackBy = JsonEncodedText.Encode("came_back_by");
    private static readonly JsonEncodedText Copies = JsonEncodedText.Encode("copies");
    private static readonly JsonEncodedText SeverityName = JsonEncodedText.Encode("severity_name");
    private static readonly JsonEncodedText Suppression = JsonEncodedText.Encode("suppression");

    public static byte[] Write(IEnumerable<Alert> alerts)
    {
        var (buffer, json) = Stored.Writer();
        json.WriteStartArray();
        foreach (var alert in alerts)
        {
            json.WriteStartObject();
            json.WriteString(Fingerprint, alert.Fingerprint);
            json.WritePropertyName(Labels);
            Write(json, alert.Labels);
            json.WritePropertyName(Annotations);
            Write(json, alert.Annotations);
            json.WriteString(GeneratorUrl, alert.GeneratorUrl);
            WriteEpisode(json, alert);
            if (alert.Copies.Count > 0)
            {
                json.WriteStartArray(Copies);
                foreach (var copy in alert.Copies)
                {
                    json.WriteStartObject();
                    json.WriteString(Fingerprint, copy.Fingerprint);
                    WriteEpisode(json, copy);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            if (alert.UntakenSince is { } untaken)
            {
                json.WriteNumber(UntakenSince, Stored.Time(untaken));
            }

            if (alert.SeverityName is { } severity)
            {
                json.WriteString(SeverityName, severity);
            }

            if (Stored.Labels(alert.Suppression) is { } suppression)
            {
                json.WritePropertyName(Suppression);
                Write(json, suppression);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteEpisode(Utf8JsonWriter json, Alert alert)
    {
        json.WriteNumber(StartsAt, Stored.Time(alert.StartsAt));
        json.WriteNumber(FiringSince, Stored.Time(alert.FiringSince));
        if (alert.EndsAt is { } end)
        {
            json.WriteNumber(EndsAt, Stored.Time(end));
        }

        json.WriteNumber(HeardAt, Stored.Time(alert.HeardAt));
        if (alert.EndedBy is { } voice)
        {
            json.WriteString(EndedBy, voice);
        }

        if (alert.CameBackFrom is { } from)
        {
            json.WriteNumber(CameBackFrom, Stored.Time(from));
        }

        if (alert.CameBackBy is { } by)
        {
            json.WriteString(CameBackBy, by);
        }
    }

    public static List<Alert> Read(ReadOnlySpan<byte> document)
    {
        var alerts = new List<Alert>();
        var json = new Utf8JsonReader(document);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            alerts.Add(Alert(ref json));
        }

        return alerts;
    }

    private static Alert Alert(ref Utf8JsonReader json)
    {
        var (fingerprint, url) = ("", "");
        var (labels, annotations) = (LabelSet.Empty, LabelSet.Empty);
        long startsAt = 0, firingSince = 0, heardAt = 0;
        long? endsAt = null, cameBackFrom = null, untakenSince = null;
        string? endedBy = null, cameBackBy = null, severityName = null;
        LabelSet? suppression = null;
        List<Alert> copies = [];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            switch (name)
            {
                case "fingerprint": fingerprint = json.GetString()!; break;
                case "labels": labels = Pairs(ref json); break;
                case "annotations": annotations = Pairs(ref json); break;
                case "generator_url": url = json.GetString()!; break;
                case "starts_at": startsAt = json.GetInt64(); break;
                case "firing_since": firingSince = json.GetInt64(); break;
                case "ends_at": endsAt = json.TokenType == JsonTokenType.Null ? null : json.GetInt64(); break;
                case "heard_at": heardAt = json.GetInt64(); break;
                case "ended_by": endedBy = json.GetString(); break;
                case "came_back_from": cameBackFrom = json.GetInt64(); break;
                case "untaken_since": untakenSince = json.GetInt64(); break;
                case "came_back_by": cameBackBy = json.GetString(); break;
                case "copies": ReadCopies(ref json, copies); break;
                case "severity_name": severityName = json.GetString(); break;
                case "suppression": suppression = json.TokenType == JsonTokenType.Null ? null : Pairs(ref json); break;
                default: json.Skip(); break;
            }
        }

        var alert = new Alert(fingerprint, labels, annotations, url, Stored.TimeOf(startsAt), Stored.TimeOf(firingSince),
            endsAt is { } end ? Stored.TimeOf(end) : null, Stored.TimeOf(heardAt), Stored.SuppressionOf(suppression))
        {
            EndedBy = endedBy,
            CameBackBy = cameBackBy,
            SeverityName = severityName,
            CameBackFrom = cameBackFrom is { } from ? Stored.TimeOf(from) : null,
            UntakenSince = untakenSince is { } untaken ? Stored.TimeOf(untaken) : null,
        };

        // What all copies share stands once.
        return copies.Count == 0 ? alert : alert with
        {
            Copies = copies.ConvertAll(copy => copy with
            {
                Labels = labels,
                Annotations = annotations,
                GeneratorUrl = url,
                SeverityName = severityName,
            }),
        };
    }

    private static void ReadCopies(ref Utf8JsonReader json, List<Alert> copies)
    {
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            copies.Add(Alert(ref json));
        }
    }

    private static void Write(Utf8JsonWriter json, LabelSet labels)
    {
        json.WriteStartObject();
        foreach (var label in labels)
        {
            json.WriteString(label.Name, label.Value);
        }

        json.WriteEndObject();
    }

    private static LabelSet Pairs(ref Utf8JsonReader json)
    {
        var labels = new List<Label>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            labels.Add(new Label(name, json.GetString()!));
        }

        return LabelSet.From(labels);
    }
}
