using System.Text;
using System.Text.Json;
using static IncidentBot.Alerts.BodyFields;

namespace IncidentBot.Alerts;

/// <summary>One alert of a body while it is read.</summary>
internal sealed class AlertDraft
{
    private static readonly JsonFields<AlertDraft> Fields = new(
        ("labels", (ref reader, draft, place) => draft._labels = Labels(ref reader, place)),
        ("annotations", (ref reader, draft, place) => draft._annotations = Labels(ref reader, place) ?? LabelSet.Empty),
        ("status", (ref reader, draft, place) => draft.Firing = Status(ref reader, place)),
        ("startsAt", (ref reader, draft, place) => draft._startsAt = Time(ref reader, place)),
        ("endsAt", (ref reader, draft, place) => draft._endsAt = Time(ref reader, place)),
        ("fingerprint", (ref reader, draft, place) => draft._fingerprint = Text(ref reader, place)),
        ("generatorURL", (ref reader, draft, place) => draft._generatorUrl = Text(ref reader, place)),

        // Grafana's own, as annotations by the names that rules of Prometheus use for the same.
        ("dashboardURL", (ref reader, draft, place) => draft.Annotate("dashboard_url", Text(ref reader, place))),
        ("panelURL", (ref reader, draft, place) => draft.Annotate("panel_url", Text(ref reader, place))),
        ("silenceURL", (ref reader, draft, place) => draft.Annotate("silence_url", Text(ref reader, place))),
        ("imageURL", (ref reader, draft, place) => draft.Annotate("image_url", Text(ref reader, place))),
        ("valueString", (ref reader, draft, place) => draft.Annotate("value_string", Text(ref reader, place))),
        ("values", (ref reader, draft, _) => draft.Annotate("value", OnlyValue(ref reader))));

    private LabelSet? _labels;
    private LabelSet _annotations = LabelSet.Empty;
    private List<Label>? _more;
    private string _fingerprint = "";
    private string _generatorUrl = "";
    private DateTimeOffset? _startsAt;
    private DateTimeOffset? _endsAt;

    private AlertDraft()
    {
    }

    /// <summary>Null when the alert does not say; then it is as the group is.</summary>
    private bool? Firing { get; set; }

    /// <summary>Reads the alert whose opening brace was read last; null, and remarked on, when nothing says which alert it is.</summary>
    public static AlertDraft? Read(ref Utf8JsonReader reader, BodyPlace place)
    {
        var draft = new AlertDraft();
        Fields.Read(ref reader, draft, place);
        if (draft._labels is not null)
        {
            return draft;
        }

        place.Member = "labels";
        place.Remarks.LeaveOut(place.Problem("missing, so nothing says which alert it is"));
        place.Member = null;
        return null;
    }

    /// <param name="ignored">Labels that do not tell alerts apart.</param>
    /// <param name="groupFiring">How its group is, for an alert that does not say.</param>
    /// <param name="place">Where it stands in the body.</param>
    public AlertReport ToReport(IReadOnlySet<string> ignored, bool? groupFiring, BodyPlace place)
    {
        var labels = _labels!.Without(ignored);
        var fingerprint = _fingerprint.Length == 0 || !ReferenceEquals(labels, _labels) ? Fingerprint.Of(labels) : _fingerprint;
        if ((Firing ?? groupFiring) is not { } firing)
        {
            // Who is not told of a fire is worse off than who is told of one that is out.
            place.Member = "status";
            place.Repair("missing; expected \"firing\" or \"resolved\": taken as firing");
            place.Member = null;
            firing = true;
        }

        // A resolved alert whose end was not said ended when it began, so that the same words always mean the same.
        var startsAt = _startsAt ?? AlertReport.UnknownStart;
        var endsAt = firing ? (DateTimeOffset?)null : _endsAt ?? startsAt;
        var report = new AlertReport(fingerprint, labels, Annotations(), startsAt, endsAt, _generatorUrl);
        return ReferenceEquals(labels, _labels) ? report : report with
        {
            Copies = [new AlertCopy(_fingerprint.Length > 0 ? _fingerprint : Fingerprint.Of(_labels), startsAt, endsAt)],
        };
    }

    /// <summary>The value of a rule that has one; a rule with several does not say which of them counts.</summary>
    private static string OnlyValue(ref Utf8JsonReader reader)
    {
        Next(ref reader);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return "";
        }

        var (count, value) = (0, "");
        while (NextProperty(ref reader))
        {
            Next(ref reader);
            count++;
            value = reader.TokenType == JsonTokenType.Number ? Encoding.UTF8.GetString(reader.ValueSpan) : "";
            reader.Skip();
        }

        return count == 1 ? value : "";
    }

    private void Annotate(string name, string value)
    {
        if (value.Length > 0)
        {
            (_more ??= []).Add(new Label(name, value));
        }
    }

    private LabelSet Annotations() => _more is null
        ? _annotations
        : LabelSet.From([.. _more.Where(label => _annotations[label.Name] is null), .. _annotations]);
}
