using System.Text.Json;
using static IncidentBot.Alerts.BodyFields;

namespace IncidentBot.Alerts;

/// <summary>Why a body is not an Alertmanager notification.</summary>
/// <param name="Path">The JSON path of the first wrong place, such as <c>$.alerts[3].labels</c>.</param>
/// <param name="Reason">What is wrong there and what was expected.</param>
internal sealed record ReadProblem(string Path, string Reason)
{
    public override string ToString() => $"{Path}: {Reason}";
}

/// <summary>Either a notification or the reason why there is none.</summary>
internal readonly record struct ReadResult(Notification? Notification, ReadProblem? Problem);

/// <summary>
/// Reads the body of Alertmanager's webhook (version 4, as 0.25 to 0.34 post it) in one pass. Unknown fields are skipped and
/// missing ones get the value that says nothing; what contradicts the format is refused with its path. It never throws,
/// whatever the bytes are.
/// </summary>
internal static class NotificationReader
{
    private const string Hint = "this is not the body that Alertmanager posts by itself; if the receiver sets a custom payload, remove it";

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    public static ReadResult Read(ReadOnlySpan<byte> body, string source, IReadOnlySet<string> ignoredLabels)
    {
        var place = new Place();
        try
        {
            var reader = new Utf8JsonReader(body, Options);
            return new ReadResult(ReadRoot(ref reader, source, ignoredLabels, place), null);
        }
        catch (FormatException problem)
        {
            return new ReadResult(null, new ReadProblem(place.ToString(), problem.Message));
        }
        catch (JsonException problem)
        {
            return new ReadResult(null, new ReadProblem(
                place.ToString(), $"not valid JSON near line {problem.LineNumber + 1}, byte {problem.BytePositionInLine}"));
        }
        catch (InvalidOperationException)
        {
            return new ReadResult(null, new ReadProblem(place.ToString(), "text that is not valid Unicode"));
        }
    }

    private static Notification ReadRoot(ref Utf8JsonReader reader, string source, IReadOnlySet<string> ignored, Place place)
    {
        Next(ref reader);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException($"expected an object, found {Kind(reader.TokenType)}; {Hint}");
        }

        var receiver = "";
        var externalUrl = "";
        var groupLabels = LabelSet.Empty;
        List<Draft>? alerts = null;
        bool? firing = null;
        long truncated = 0;

        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("alerts"u8))
            {
                place.Field = "alerts";
                alerts = ReadAlerts(ref reader, ignored, place);
            }
            else if (reader.ValueTextEquals("receiver"u8))
            {
                place.Field = "receiver";
                receiver = Unescape(Text(ref reader));
            }
            else if (reader.ValueTextEquals("status"u8))
            {
                place.Field = "status";
                firing = Status(ref reader);
            }
            else if (reader.ValueTextEquals("groupLabels"u8))
            {
                place.Field = "groupLabels";
                groupLabels = Labels(ref reader).Without(ignored);
            }
            else if (reader.ValueTextEquals("externalURL"u8))
            {
                place.Field = "externalURL";
                externalUrl = Text(ref reader);
            }
            else if (reader.ValueTextEquals("truncatedAlerts"u8))
            {
                place.Field = "truncatedAlerts";
                truncated = Count(ref reader);
            }
            else if (reader.ValueTextEquals("version"u8))
            {
                place.Field = "version";
                if (Text(ref reader) is var version && version is not ("4" or ""))
                {
                    throw new FormatException($"version \"{Shorten(version)}\" is not known; only \"4\" is");
                }
            }
            else
            {
                reader.Skip();
            }

            place.Field = null;
        }

        Finish(ref reader);
        if (alerts is null)
        {
            place.Field = "alerts";
            throw new FormatException($"missing; {Hint}");
        }

        return new Notification(source, receiver, groupLabels, Merge(alerts, firing, place), externalUrl, truncated);
    }

    private static List<Draft> ReadAlerts(ref Utf8JsonReader reader, IReadOnlySet<string> ignored, Place place)
    {
        Next(ref reader);
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new FormatException($"expected an array, found {Kind(reader.TokenType)}; {Hint}");
        }

        var alerts = new List<Draft>();
        while (true)
        {
            Next(ref reader);
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                place.Index = -1;
                return alerts;
            }

            place.Index = alerts.Count;
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException($"expected an object, found {Kind(reader.TokenType)}");
            }

            alerts.Add(ReadAlert(ref reader, ignored, place));
        }
    }

    private static Draft ReadAlert(ref Utf8JsonReader reader, IReadOnlySet<string> ignored, Place place)
    {
        LabelSet? labels = null;
        var annotations = LabelSet.Empty;
        var fingerprint = "";
        var generatorUrl = "";
        bool? firing = null;
        DateTimeOffset? startsAt = null;
        DateTimeOffset? endsAt = null;

        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("labels"u8))
            {
                place.Member = "labels";
                labels = Labels(ref reader);
            }
            else if (reader.ValueTextEquals("annotations"u8))
            {
                place.Member = "annotations";
                annotations = Labels(ref reader);
            }
            else if (reader.ValueTextEquals("status"u8))
            {
                place.Member = "status";
                firing = Status(ref reader);
            }
            else if (reader.ValueTextEquals("startsAt"u8))
            {
                place.Member = "startsAt";
                startsAt = Time(ref reader);
            }
            else if (reader.ValueTextEquals("endsAt"u8))
            {
                place.Member = "endsAt";
                endsAt = Time(ref reader);
            }
            else if (reader.ValueTextEquals("fingerprint"u8))
            {
                place.Member = "fingerprint";
                fingerprint = Text(ref reader);
            }
            else if (reader.ValueTextEquals("generatorURL"u8))
            {
                place.Member = "generatorURL";
                generatorUrl = Text(ref reader);
            }
            else
            {
                reader.Skip();
            }

            place.Member = null;
        }

        if (labels is null)
        {
            place.Member = "labels";
            throw new FormatException($"missing; {Hint}");
        }

        var kept = labels.Without(ignored);
        if (fingerprint.Length == 0 || !ReferenceEquals(kept, labels))
        {
            fingerprint = Fingerprint.Of(kept);
        }

        return new Draft(fingerprint, kept, annotations, firing, startsAt ?? AlertReport.UnknownStart, endsAt, generatorUrl);
    }

    /// <summary>
    /// Makes one report an alert. The same alert stands there more than once when an ignored label (such as the replica of a
    /// Prometheus pair) is all that tells its copies apart: it fires as long as one of them does.
    /// </summary>
    private static List<AlertReport> Merge(List<Draft> drafts, bool? groupFiring, Place place)
    {
        var reports = new List<AlertReport>(drafts.Count);
        Dictionary<string, int>? seen = drafts.Count > 1 ? new(drafts.Count, StringComparer.Ordinal) : null;
        for (var i = 0; i < drafts.Count; i++)
        {
            if ((drafts[i].Firing ?? groupFiring) is not { } firing)
            {
                place.Field = "alerts";
                place.Index = i;
                place.Member = "status";
                throw new FormatException($"missing; expected \"firing\" or \"resolved\"; {Hint}");
            }

            var report = drafts[i].ToReport(firing);
            if (seen is null || seen.TryAdd(report.Fingerprint, reports.Count))
            {
                reports.Add(report);
            }
            else
            {
                var index = seen[report.Fingerprint];
                reports[index] = Worse(reports[index], report);
            }
        }

        return reports;
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

    /// <summary>Where the reader is, for the path in an error.</summary>
    private sealed class Place
    {
        public string? Field { get; set; }

        public int Index { get; set; } = -1;

        public string? Member { get; set; }

        public override string ToString() =>
            "$" + (Field is null ? "" : "." + Field) + (Index < 0 ? "" : $"[{Index}]") + (Member is null ? "" : "." + Member);
    }

    private readonly record struct Draft(
        string Fingerprint,
        LabelSet Labels,
        LabelSet Annotations,
        bool? Firing,
        DateTimeOffset StartsAt,
        DateTimeOffset? EndsAt,
        string GeneratorUrl)
    {
        /// <summary>A resolved alert whose end was not said ended when it began, so that the same words always mean the same.</summary>
        public AlertReport ToReport(bool firing) =>
            new(Fingerprint, Labels, Annotations, StartsAt, firing ? null : EndsAt ?? StartsAt, GeneratorUrl);
    }
}
