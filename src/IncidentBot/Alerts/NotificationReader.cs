using System.Text.Json;
using static IncidentBot.Alerts.BodyFields;

namespace IncidentBot.Alerts;

/// <summary>
/// Reads the body of Alertmanager's webhook (version 4, as 0.25 to 0.34 post it) and of those that are like it, such as
/// Grafana's contact point (version 1), in one pass and alert by alert. Unknown fields are skipped and missing ones get the
/// value that says nothing. What is odd is repaired or left out with a remark; a body is refused only when nothing of it can
/// be used. It never throws, whatever the bytes are.
/// </summary>
internal static class NotificationReader
{
    private const string Hint = "this is not the body that Alertmanager posts by itself; if the receiver sets a custom payload, remove it";

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    private static readonly JsonFields<Body> Fields = new(
        ("alerts", (ref reader, body, place) => body.HasAlerts = ReadAlerts(ref reader, body.Alerts, place)),
        ("receiver", (ref reader, body, place) => body.Receiver = Unescape(Text(ref reader, place))),
        ("status", (ref reader, body, place) => body.Firing = Status(ref reader, place)),
        ("groupLabels", (ref reader, body, place) => body.GroupLabels = Labels(ref reader, place) ?? LabelSet.Empty),
        ("externalURL", (ref reader, body, place) => body.ExternalUrl = Text(ref reader, place)),
        ("truncatedAlerts", (ref reader, body, place) => body.Truncated = Count(ref reader, place)),
        ("version", (ref reader, body, place) => body.Version = Text(ref reader, place)),
        ("notification_reason", (ref reader, body, place) => body.Reason = Text(ref reader, place)));

    public static ReadResult Read(ReadOnlySpan<byte> body, string source, IReadOnlySet<string> ignoredLabels)
    {
        var place = new BodyPlace();
        var read = new Body();
        ReadProblem? broken = null;
        try
        {
            var reader = new Utf8JsonReader(body, Options);
            Next(ref reader);
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return Refused(place.Problem($"expected an object, found {Kind(reader.TokenType)}; {Hint}"), place);
            }

            Fields.Read(ref reader, read, place);
            reader.Read();
        }
        catch (JsonException problem)
        {
            broken = place.Problem($"not valid JSON near line {problem.LineNumber + 1}, byte {problem.BytePositionInLine}");
        }

        if (broken is not null && read.Alerts.Count > 0)
        {
            place.Remarks.Repair(broken with { Reason = broken.Reason + ": what stands before it was taken" });
        }
        else if (broken is not null)
        {
            return Refused(broken, place);
        }

        if (!read.HasAlerts && read.Alerts.Count == 0)
        {
            return Refused(place.Remarks.FirstLeftOut ?? new ReadProblem("$.alerts", $"expected an array of alerts; {Hint}"), place);
        }

        var alerts = Merge(read, ignoredLabels, place);
        if (alerts.Count == 0 && place.Remarks.FirstLeftOut is { } nothing)
        {
            return Refused(nothing with { Reason = $"{nothing.Reason}; {Hint}" }, place);
        }

        var notification = new Notification(source, read.Receiver, read.GroupLabels.Without(ignoredLabels), alerts, read.ExternalUrl,
            read.Truncated)
        {
            Version = read.Version,
            Reason = read.Reason,
        };
        return new ReadResult(notification, null) { Remarks = place.Remarks };
    }

    private static ReadResult Refused(ReadProblem problem, BodyPlace place) => new(null, problem) { Remarks = place.Remarks };

    /// <summary>Reads the alerts that can be used, each with its place in the body. Returns whether there was a list of them.</summary>
    private static bool ReadAlerts(ref Utf8JsonReader reader, List<(int Index, AlertDraft Draft)> alerts, BodyPlace place)
    {
        Next(ref reader);
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return false;
        }

        for (place.Index = 0; ; place.Index++)
        {
            Next(ref reader);
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                place.Index = -1;
                return true;
            }

            if (reader.TokenType != JsonTokenType.StartObject)
            {
                place.Remarks.LeaveOut(place.Problem($"expected an object, found {Kind(reader.TokenType)}"));
                reader.Skip();
            }
            else if (AlertDraft.Read(ref reader, place) is { } draft)
            {
                alerts.Add((place.Index, draft));
            }
        }
    }

    /// <summary>
    /// Makes one report an alert. The same alert stands there more than once when an ignored label (such as the replica of a
    /// Prometheus pair) is all that tells its copies apart: it fires as long as one of them does.
    /// </summary>
    private static List<AlertReport> Merge(Body body, IReadOnlySet<string> ignored, BodyPlace place)
    {
        place.Field = "alerts";
        var reports = new List<AlertReport>(body.Alerts.Count);
        Dictionary<string, int>? seen = body.Alerts.Count > 1 ? new(body.Alerts.Count, StringComparer.Ordinal) : null;
        foreach (var (index, draft) in body.Alerts)
        {
            place.Index = index;
            var report = draft.ToReport(ignored, body.Firing, place);
            if (seen is null || seen.TryAdd(report.Fingerprint, reports.Count))
            {
                reports.Add(report);
            }
            else
            {
                var first = seen[report.Fingerprint];
                reports[first] = Worse(reports[first], report) with { Copies = Copies(reports[first].Copies, report.Copies) };
            }
        }

        return reports;
    }

    /// <summary>In a list that grows, because a body may hold any number of copies.</summary>
    private static IReadOnlyList<AlertCopy> Copies(IReadOnlyList<AlertCopy> known, IReadOnlyList<AlertCopy> more)
    {
        var copies = known as List<AlertCopy> ?? [.. known];
        copies.AddRange(more);
        return copies;
    }

    private static AlertReport Worse(AlertReport one, AlertReport other)
    {
        if (one.Firing != other.Firing)
        {
            return one.Firing ? one : other;
        }

        var (earlier, later) = one.StartsAt <= other.StartsAt ? (one, other) : (other, one);
        return one.Firing ? earlier : later with { EndsAt = one.EndsAt > other.EndsAt ? one.EndsAt : other.EndsAt };
    }

    /// <summary>What a body has said so far.</summary>
    private sealed class Body
    {
        public List<(int Index, AlertDraft Draft)> Alerts { get; } = [];

        public bool HasAlerts { get; set; }

        public string Receiver { get; set; } = "";

        public string ExternalUrl { get; set; } = "";

        public string Version { get; set; } = "";

        public string Reason { get; set; } = "";

        public LabelSet GroupLabels { get; set; } = LabelSet.Empty;

        public bool? Firing { get; set; }

        public long Truncated { get; set; }
    }
}
