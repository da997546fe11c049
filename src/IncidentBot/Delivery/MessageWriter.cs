using System.Globalization;
using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Runbooks;

namespace IncidentBot.Delivery;

/// <summary>Puts an incident into words: what a post shows now, and what its thread is told.</summary>
/// <param name="pages">The address of the pages, with a slash at the end.</param>
/// <param name="zone">The time zone of times in messages.</param>
/// <param name="runbooks">Knows what to do and how much it matters; null when there are no runbooks.</param>
internal sealed class MessageWriter(Uri pages, TimeZoneInfo zone, RunbookGuide? runbooks = null)
{
    /// <summary>Alerts that are handed to a channel; more never fit a message that somebody reads.</summary>
    private const int AlertsInMessage = 40;

    /// <summary>Puts digests into words.</summary>
    public DigestWriter Digests => new(pages, Clock);

    /// <summary>Puts storms into words.</summary>
    public SummaryWriter Summaries => new(pages, Clock);

    /// <summary>What a room shows of an incident.</summary>
    /// <param name="calls">Who is called, if this is the message that calls.</param>
    public Message Write(Incident incident, Mention? calls, DateTimeOffset now)
    {
        var alerts = Relevant(incident);
        var summary = Headline.Summary(incident);
        return new Message(
            incident.Number,
            State(incident),
            StateWord(incident),
            Headline.Title(incident),
            string.Join(", ", Headline.Place(incident).Select(label => $"{label.Name}={label.Value}")),
            Status(incident, now),
            Notes(incident, now),
            summary,
            Headline.Description(incident),
            [.. alerts.Take(AlertsInMessage).Select(alert => Line(alert, incident, summary, now))],
            Math.Max(0, alerts.Count - AlertsInMessage),
            Links(incident),
            calls);
    }

    /// <summary>Lines of history for a thread, oldest first; null when none of them is for the thread.</summary>
    /// <param name="calls">Who is called by these lines.</param>
    public ThreadReply? Write(IReadOnlyList<TimelineEntry> untold, Mention? calls)
    {
        var told = untold.Where(line => line.Change.IsToldInThread()).ToList();
        return told.Count == 0 ? null : new ThreadReply([.. told.Select(line => $"{Clock(line.Change.At, line.Change.At)} {Sentence(line.Change)}")], calls);
    }

    /// <summary>One change in a sentence, as threads tell it. The detail is hostile text.</summary>
    public static string Sentence(Change change)
    {
        var alerts = change.Count == 1 ? "1 alert" : $"{change.Count} alerts";
        var detail = change.Detail.Length == 0 ? "" : ": " + change.Detail;
        return change.Kind switch
        {
            ChangeKind.Opened => $"Opened with {alerts}{detail}",
            ChangeKind.Joined => $"{alerts} joined{detail}",
            ChangeKind.AlertResolved => $"{alerts} resolved{detail}",
            ChangeKind.SeverityRaised => $"Severity raised {change.Detail}",
            ChangeKind.Resolved => $"Resolved{detail}",
            ChangeKind.Reopened => $"Firing again{detail}",
            ChangeKind.Stale => "Nobody has spoken of it for long: it may be over",
            ChangeKind.HeardAgain => "Spoken of again: it still fires",
            ChangeKind.ResolvedUnseen => "Its end was heard of, its beginning was not",
            ChangeKind.Gone => $"{alerts} gone from Alertmanager, taken as resolved",
            ChangeKind.Silenced => $"{alerts} silenced in Alertmanager{detail}",
            ChangeKind.Inhibited => $"{alerts} inhibited in Alertmanager{detail}",
            ChangeKind.Muted => $"{alerts} muted in Alertmanager{detail}",
            ChangeKind.Unsuppressed => $"{alerts} no longer silenced or inhibited{detail}",
            ChangeKind.LaneRaised => $"Moved up {change.Detail}",
            ChangeKind.Acknowledged => $"Acknowledged by {change.Detail}",
            ChangeKind.Unacknowledged => $"No longer acknowledged{detail}",
            ChangeKind.Escalated => $"Escalated{detail}",
            ChangeKind.Reminded => $"Still waiting{detail}",
            ChangeKind.FlappingBegan => $"Flapping{detail}; from now on it is kept up to date quietly",
            ChangeKind.InhibitedBy => $"Explained by {change.Detail}: not announced meanwhile",
            ChangeKind.Uninhibited => $"No longer explained by {change.Detail}, and still firing",
            ChangeKind.FlappingEnded => $"Stable again{detail}",
            _ => "Updated",
        };
    }

    private static MessageState State(Incident incident) => incident.Status switch
    {
        IncidentStatus.Resolved => MessageState.Resolved,
        IncidentStatus.Stale => MessageState.Stale,
        _ => State(incident.Severity),
    };

    /// <summary>The state that shows a severity while it fires.</summary>
    public static MessageState State(Severity severity) => severity.Rank switch
    {
        >= 3 => MessageState.Critical,
        2 => MessageState.Warning,
        _ => MessageState.Info,
    };

    private static string StateWord(Incident incident) => incident.Status switch
    {
        IncidentStatus.Resolved => "resolved",
        IncidentStatus.Stale => "stale",
        _ when incident.Severity.Rank == 0 => "firing",
        _ => incident.Severity.Word,
    };

    private string Status(Incident incident, DateTimeOffset now)
    {
        var (from, to) = incident.Ended.Latest(incident.FiringSince);
        var since = Known(from, incident);
        if (incident.Status == IncidentStatus.Resolved)
        {
            var count = incident.ResolvedCount == 1 ? "1 alert" : $"{incident.ResolvedCount} alerts";
            return $"{count} · {Clock(since, now)} to {Clock(to ?? now, now)} · lasted {Headline.Length((to ?? now) - since)}";
        }

        var resolved = incident.ResolvedCount == 0 ? "" : $", {incident.ResolvedCount} resolved";
        var truncated = incident.Truncated == 0 ? "" : $", {incident.Truncated} more not sent by Alertmanager";
        var silent = incident.Status == IncidentStatus.Stale ? $" · last heard of {Clock(incident.HeardAt, now)}" : "";
        return $"{incident.FiringCount} firing{resolved}{truncated} · since {Clock(since, now)}{silent}";
    }

    /// <summary>What else there is to know, the most important first: a message has room for a few.</summary>
    private List<string> Notes(Incident incident, DateTimeOffset now)
    {
        List<string> notes = [.. Calls(incident.Escalation, now)];
        if (incident.Status == IncidentStatus.Stale)
        {
            notes.Add("Nobody has spoken of it for long: it may be over, or Alertmanager may not reach IncidentBot");
        }

        if (incident.Inhibition is { } inhibition)
        {
            notes.Add($"Explained by {inhibition.Cause}");
        }

        if (incident.Inhibits.Length > 0)
        {
            notes.Add($"Also burning because of this: {incident.Inhibits}");
        }

        notes.AddRange(Quiet(incident, now));
        notes.AddRange(Returns(incident, now));
        if (runbooks?.Tier(incident) is { } tier)
        {
            notes.Add($"Tier {tier}");
        }

        return notes;
    }

    private IEnumerable<string> Returns(Incident incident, DateTimeOffset now)
    {
        var times = incident.Flaps switch { 0 => "", 1 => "came back once", _ => $"came back {incident.Flaps} times" };
        if (incident.Flapping is { } flapping)
        {
            yield return $"Flapping since {Clock(flapping.Since, now)}: {times}{(times.Length > 0 ? ", " : "")}updated quietly until it is stable";
        }
        else if (times.Length > 0)
        {
            yield return $"{char.ToUpperInvariant(times[0])}{times[1..]}";
        }
    }

    /// <summary>Who has taken it on; what was done, and what will be, because nobody has.</summary>
    private IEnumerable<string> Calls(Escalation call, DateTimeOffset now)
    {
        if (call.Acknowledged is { } taken)
        {
            yield return $"Acknowledged by {taken.By} at {Clock(taken.At, now)}";
        }
        else if (call.EscalatedAt is { } escalated)
        {
            yield return $"Escalated at {Clock(escalated, now)}: nobody has acknowledged it";
        }

        if (call.EscalatesAt is { } due)
        {
            yield return $"Escalates at {Clock(due, now)}{(due > now ? $" (in {Headline.Length(due - now)})" : "")} unless acknowledged";
        }
    }

    /// <summary>What Alertmanager keeps quiet about: <c>2 of 5 alerts silenced by ops until 14:00: new disks</c>.</summary>
    private List<string> Quiet(Incident incident, DateTimeOffset now) =>
    [
        .. incident.Alerts.Values.Where(alert => alert.Firing && alert.Suppression?.InForce(now) == true)
            .GroupBy(alert => alert.Suppression!).OrderByDescending(group => group.Count()).ThenBy(group => Words(group.Key, now), StringComparer.Ordinal)
            .Select(group => $"{(group.Count() == incident.FiringCount ? "" : $"{group.Count()} of {incident.FiringCount} alerts ")}{Words(group.Key, now)}")
            .Select(note => char.ToUpperInvariant(note[0]) + note[1..]).Take(3),
    ];

    private string Words(Suppression suppression, DateTimeOffset now)
    {
        var by = suppression.By.Length == 0 ? "" : $" by {suppression.By}";
        var until = suppression.Until is { } end ? $" until {Clock(end, now)}" : "";
        return $"{Word(suppression.Kind)}{by}{until}{(suppression.Comment.Length == 0 ? "" : ": " + suppression.Comment)}";
    }

    /// <summary>The field's word for why Alertmanager keeps quiet.</summary>
    public static string Word(SuppressionKind kind) => kind switch
    {
        SuppressionKind.Silenced => "silenced",
        SuppressionKind.Inhibited => "inhibited",
        _ => "muted",
    };

    /// <summary>The alerts of the latest stretch: firing before resolved, worst first, then what has fired longest.</summary>
    private static List<Alert> Relevant(Incident incident)
    {
        var from = incident.Ended.Latest(incident.FiringSince).From;
        return
        [
            .. incident.Alerts.Values.Where(alert => alert.Firing || alert.EndsAt >= from)
                .OrderByDescending(alert => alert.Firing).ThenByDescending(alert => alert.Severity.Rank)
                .ThenBy(alert => alert.FiringSince).ThenBy(alert => alert.Fingerprint, StringComparer.Ordinal),
        ];
    }

    private MessageAlert Line(Alert alert, Incident incident, string summary, DateTimeOffset now)
    {
        var place = string.Join(" ", Headline.Place(alert, incident).Select(label => $"{label.Name}={label.Value}"));
        var name = incident.CommonLabels["alertname"] is null || place.Length == 0 ? $"{alert.Name} {place}".TrimEnd() : place;
        var text = alert.Annotations["summary"] ?? "";
        return new MessageAlert(
            alert.Firing ? State(alert.Severity) : MessageState.Resolved,
            name,
            string.Equals(text, summary, StringComparison.Ordinal) ? "" : text,
            alert.Firing ? $"since {Clock(Known(alert.FiringSince, incident), now)}{(alert.Suppression is { } quiet && quiet.InForce(now) ? $", {Word(quiet.Kind)}" : "")}" : $"resolved {Clock(alert.EndsAt!.Value, now)}");
    }

    private List<MessageLink> Links(Incident incident)
    {
        var links = new List<MessageLink>();
        Add("Runbook", Runbook(incident));
        links.Add(new MessageLink("Incident", new Uri(pages, $"incidents/{incident.Number}")));
        var worst = Relevant(incident).FirstOrDefault();
        Add("Graph", WebAddress.Parse(worst?.GeneratorUrl));
        Add("Silence", incident.Status == IncidentStatus.Resolved ? null : WebAddress.NewSilence(incident.ExternalUrl, incident.CommonLabels));
        return links;

        void Add(string name, Uri? url)
        {
            if (url is not null)
            {
                links.Add(new MessageLink(name, url));
            }
        }
    }

    /// <summary>Our own page, filled in with this incident, when there is one; else what the alert's author named.</summary>
    private Uri? Runbook(Incident incident)
    {
        var first = runbooks?.Of(incident).FirstOrDefault(found => found.Runbook is not null || found.Elsewhere is not null);
        return first?.Local($"?incident={incident.Number}") is { } local
            ? new Uri(pages, local.TrimStart('/'))
            : first?.Elsewhere ?? WebAddress.Parse(Headline.Runbook(incident));
    }

    /// <summary>An alert that did not say when it began is taken to have begun when it was heard of.</summary>
    private static DateTimeOffset Known(DateTimeOffset start, Incident incident) =>
        start == Alerts.AlertReport.UnknownStart ? incident.OpenedAt : start;

    /// <summary>A time of day, with the day when that is not today.</summary>
    public string Clock(DateTimeOffset time, DateTimeOffset now)
    {
        var there = TimeZoneInfo.ConvertTime(time, zone);
        var today = TimeZoneInfo.ConvertTime(now, zone);
        var zoneName = zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime ? " UTC" : "";
        return there.Date == today.Date
            ? there.ToString("HH:mm", CultureInfo.InvariantCulture) + zoneName
            : there.ToString("d MMM HH:mm", CultureInfo.InvariantCulture) + zoneName;
    }
}
