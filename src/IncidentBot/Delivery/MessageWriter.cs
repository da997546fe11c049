using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Runbooks;
using IncidentBot.Sources;
using IncidentBot.Words;

namespace IncidentBot.Delivery;

/// <summary>Puts an incident into words: what a post shows now, and what its thread is told.</summary>
/// <param name="pages">The address of the pages, with a slash at the end.</param>
/// <param name="zone">The time zone of times in messages.</param>
/// <param name="runbooks">Knows what to do and how much it matters; null when there are no runbooks.</param>
/// <param name="addresses">By which people reach what alerts name; null for as they name it.</param>
internal sealed class MessageWriter(Uri pages, TimeZoneInfo zone, RunbookGuide? runbooks = null, PeopleAddresses? addresses = null)
{
    /// <summary>Alerts that are handed to a channel; more never fit a message that somebody reads.</summary>
    private const int AlertsInMessage = 40;

    private const int CallLength = 70;
    private const int CallSummaryLength = 100;
    private const int CallTitleLength = 60;
    private const int PersonLength = 30;
    private const int SeverityLength = 20;

    /// <summary>A reply that comes this late says when what it tells of was.</summary>
    private static readonly TimeSpan ReplyIsLate = TimeSpan.FromMinutes(2);

    /// <summary>What messages offer to do; null for nothing.</summary>
    public MessageOffers? Offers { get; init; }

    /// <summary>Puts digests into words.</summary>
    public DigestWriter Digests => new(pages, Clock);

    /// <summary>Puts storms into words.</summary>
    public SummaryWriter Summaries => new(pages, Clock);

    /// <summary>Waits, never for long, for what a message about this incident needs to know.</summary>
    public ValueTask PrepareAsync(Incident incident, CancellationToken cancellationToken) =>
        runbooks?.PrepareAsync(incident, cancellationToken) ?? ValueTask.CompletedTask;

    /// <summary>What a room shows of an incident.</summary>
    /// <param name="calls">Who is called, if this is the message that calls.</param>
    public Message Write(Incident incident, Mention? calls, DateTimeOffset now)
    {
        var alerts = Relevant(incident);
        var summary = Bidi.Apart(Headline.Summary(incident));
        return new Message
        {
            Number = incident.Number,
            State = State(incident),
            StateWord = IncidentWords.State(incident.Status, incident.Severity),
            Who = Who(incident, now),
            Title = Bidi.Apart(Headline.Title(incident)),
            Place = Headline.PlaceText(incident),
            Status = Status(incident, now),
            Notes = Notes(incident, now),
            Summary = summary,
            Description = string.Join('\n', [.. Headline.Remarks(incident), Headline.Description(incident)]),
            Alerts = alerts.Count == 1 ? [] : [.. alerts.Take(AlertsInMessage).Select(alert => Line(alert, incident, summary, now))],
            MoreAlerts = Math.Max(0, alerts.Count - AlertsInMessage),
            Links = Links(incident, now),
            Buttons = Offers?.Buttons(incident, Runbook(incident), now) ?? [],
            Mention = calls,
        };
    }

    /// <summary>Lines of history for a thread, oldest first; null when none of them is for the thread.</summary>
    /// <param name="calls">Who is called by these lines.</param>
    public ThreadReply? Write(IReadOnlyList<TimelineEntry> untold, Incident incident, Mention? calls, DateTimeOffset now)
    {
        var told = untold.Select(line => line.Change).Where(change => change.IsToldInThread()).ToList();
        if (told.Count == 0)
        {
            return null;
        }

        // An end that is told late, while it fires again, is a line of history like others: nothing is over now.
        var lead = CallWords.Lead(told) is { } found && (found.Kind != ChangeKind.Resolved || incident.Status == IncidentStatus.Resolved)
            ? found : null;
        var lines = ChangeWords.Uncancelled(told).Where(change => change != lead || !CallWords.SaysAll(change));
        return new ThreadReply([.. lines.Select(change => History(change, now))], calls)
        {
            Headline = lead is null ? "" : lead.Kind == ChangeKind.Resolved ? AllClear(incident, now)
                : Called(incident, About(lead, told, incident), lead),
        };
    }

    /// <summary>That it is over and how: <c>✅ RESOLVED after 4 min: TraefikDown #46, was: Traefik is down (Ada, after 50 s)</c>.</summary>
    private static string AllClear(Incident incident, DateTimeOffset now)
    {
        var (from, to) = incident.Ended.Latest(incident.FiringSince);
        var since = Known(from, incident);
        var summary = PlainText.Line(Bidi.Apart(Headline.Summary(incident)), CallSummaryLength);
        return $"{StateSign.Of(State(incident))} {IncidentWords.State(incident.Status, incident.Severity).ToUpperInvariant()}"
            + $" after {Headline.Length((to ?? now) - since)}: {PlainText.Line(Headline.Title(incident), CallTitleLength)} #{incident.Number}"
            + $"{(summary.Length > 0 ? $", was: {summary}" : "")}{TakenBy(incident, since)}";
    }

    /// <summary>
    /// The part of an incident that people are called for, as an incident: what joined, and what nobody has where somebody has the rest.
    /// </summary>
    private static Incident About(Change lead, List<Change> told, Incident incident)
    {
        if (lead.Kind != ChangeKind.Joined)
        {
            return incident.Escalation.Acknowledged is null ? incident : incident.Only(incident.Untaken);
        }

        var moments = told.Where(change => change is { Kind: ChangeKind.Joined, Calls: true }).Select(change => change.At).ToHashSet();
        var joined = incident.Alerts.Values.Where(alert => alert.Firing && moments.Contains(alert.HeardAt)).ToList();
        return incident.Only(joined.Where(alert => alert.Severity.Level == joined.Max(other => other.Severity.Level)));
    }

    /// <summary>What people are called for: what happened, then what it is about, as <see cref="Headline"/> names it.</summary>
    /// <param name="about">The part of the incident that it is about.</param>
    private static string Called(Incident incident, Incident about, Change lead)
    {
        var over = incident.Status == IncidentStatus.Resolved ? "RESOLVED, was: " : "";
        var taken = incident.Escalation is { IsTaken: true, Acknowledged: { } by } ? $", {PlainText.Line(by.By, PersonLength)} has it" : "";
        var summary = PlainText.Line(Bidi.Apart(Headline.Summary(about)), CallSummaryLength);
        return $"{StateSign.Of(State(about))} {over}{PlainText.Line(CallWords.Of(lead, about), CallLength)}{taken}: "
            + (summary.Length > 0 ? $"{summary} · " : "")
            + $"{PlainText.Line(Bidi.Apart(Headline.Title(about)), CallTitleLength)} #{incident.Number}, "
            + PlainText.Line(about.Severity.Level == SeverityLevel.None ? "no severity" : about.Severity.Word, SeverityLength);
    }

    /// <summary>A line of history; with its time where the chat's own, which it shows beside every reply, would mislead.</summary>
    private string History(Change change, DateTimeOffset now) =>
        (now - change.At > ReplyIsLate ? $"{Clock(change.At, now)} " : "") + ChangeWords.InFull(change);

    private static MessageState State(Incident incident) => incident.Status switch
    {
        IncidentStatus.Resolved => MessageState.Resolved,
        IncidentStatus.Stale => MessageState.Stale,
        _ => State(incident.Severity),
    };

    /// <summary>The state that shows a severity while it fires.</summary>
    public static MessageState State(Severity severity) => severity.Level switch
    {
        SeverityLevel.Critical => MessageState.Critical,
        SeverityLevel.High or SeverityLevel.Warning => MessageState.Warning,
        _ => MessageState.Info,
    };

    private static string Who(Incident incident, DateTimeOffset now)
    {
        if (incident.Status == IncidentStatus.Resolved)
        {
            var (from, to) = incident.Ended.Latest(incident.FiringSince);
            return $"lasted {Headline.Length((to ?? now) - Known(from, incident))}";
        }

        return incident.Escalation.Acknowledged is { } taken
            ? $"{PlainText.Line(taken.By, PersonLength)} has {(incident.Escalation.IsTaken ? "it" : "a part")}"
            : incident.Escalation.Escalated > 0 ? "nobody has it" : "";
    }

    /// <summary>How it ended, for whom it called: <c> · taken by Ada after 50 s</c>.</summary>
    private static string TakenBy(Incident incident, DateTimeOffset since) => incident.Escalation.Acknowledged is { } taken
        ? $" · taken by {PlainText.Line(taken.By, PersonLength)}{(taken.At > since ? $" after {Headline.Length(taken.At - since)}" : "")}" : "";

    private string Status(Incident incident, DateTimeOffset now)
    {
        var (from, to) = incident.Ended.Latest(incident.FiringSince);
        var since = Known(from, incident);
        if (incident.Status == IncidentStatus.Resolved)
        {
            return $"{Counts.Alerts(incident.ResolvedCount)} · {Clock(since, now)} to {Clock(to ?? now, now)}{TakenBy(incident, since)}";
        }

        var truncated = incident.Truncated == 0 ? "" : $", {incident.Truncated} more not sent by Alertmanager";
        var silent = incident.Status == IncidentStatus.Stale ? $" · last heard of {Clock(incident.HeardAt, now)}" : "";
        return $"{Counts.FiringAndResolved(incident.FiringCount, incident.ResolvedCount)}{truncated} · since {Clock(since, now)}{silent}";
    }

    /// <summary>What else there is to know, the most important first: a message has room for a few.</summary>
    private List<string> Notes(Incident incident, DateTimeOffset now)
    {
        Sentence?[] first =
        [
            incident.Status == IncidentStatus.Resolved ? null : IncidentWords.Taken(incident),
            IncidentWords.Escalates(incident.Escalation), IncidentWords.Stale(incident),
                IncidentWords.Explained(incident),
            IncidentWords.Explains(incident),
        ];
        List<string> notes = [.. first.OfType<Sentence>().Select(sentence => Plain(sentence, now)), .. Quiet(incident, now)];
        if (IncidentWords.Returns(incident, moment => Clock(moment, now)) is { } returns)
        {
            notes.Add(returns);
        }

        if (runbooks?.Tier(incident) is { } tier)
        {
            notes.Add($"Tier {tier}");
        }

        return notes;
    }

    /// <summary>What Alertmanager keeps quiet about: <c>2 of 5 alerts silenced by ops until 14:00 UTC: new disks</c>.</summary>
    private List<string> Quiet(Incident incident, DateTimeOffset now) =>
    [
        .. incident.Alerts.Values.Where(alert => alert.Firing && alert.Suppression?.InForce(now) == true)
            .GroupBy(alert => alert.Suppression!).Select(group => (Count: group.Count(), Words: Plain(IncidentWords.Quiet(group.Key), now)))
            .OrderByDescending(quiet => quiet.Count).ThenBy(quiet => quiet.Words, StringComparer.Ordinal)
            .Select(quiet => quiet.Count == incident.FiringCount ? IncidentWords.Capital(quiet.Words)
                : $"{quiet.Count} of {incident.FiringCount} alerts {quiet.Words}").Take(3),
    ];

    private string Plain(Sentence sentence, DateTimeOffset now) => sentence.Plain(moment => Clock(moment, now));

    /// <summary>The alerts of the latest stretch, the most urgent first.</summary>
    private static IReadOnlyList<Alert> Relevant(Incident incident)
    {
        var from = incident.Ended.Latest(incident.FiringSince).From;
        return Urgency.Sort(incident.Alerts.Values.Where(alert => alert.Firing || alert.EndsAt >= from));
    }

    private MessageAlert Line(Alert alert, Incident incident, string summary, DateTimeOffset now)
    {
        var place = string.Join(" ", Headline.Place(alert, incident).Select(label => $"{label.Name}={Bidi.Apart(label.Value)}"));
        var name = incident.CommonLabels["alertname"] is null || place.Length == 0 ? $"{alert.Name} {place}".TrimEnd() : place;
        var text = Bidi.Apart(alert.Annotations["summary"] ?? "");
        return new MessageAlert(
            alert.Firing ? State(alert.Severity) : MessageState.Resolved,
            name,
            string.Equals(text, summary, StringComparison.Ordinal) ? "" : text,
            alert.Firing ? $"since {Clock(Known(alert.FiringSince, incident), now)}{(alert.Suppression is { } quiet && quiet.InForce(now) ? $", {IncidentWords.State(quiet.Kind)}" : "")}" : $"resolved {Clock(alert.EndsAt!.Value, now)}");
    }

    private List<MessageLink> Links(Incident incident, DateTimeOffset now)
    {
        incident = addresses?.Map(incident) ?? incident;
        var links = new List<MessageLink>();
        Add("Runbook", Runbook(incident));
        Add("I am on it", Offers?.TakeOn(incident, pages, now));
        links.Add(new MessageLink("Incident", new Uri(pages, $"incidents/{incident.Number}")));
        Add("Dashboard", WebAddress.Parse(Headline.Dashboard(incident)));
        Add("Graph", WebAddress.Parse(Relevant(incident) is [var first, ..] ? first.GeneratorUrl : null));
        Add("Silence", incident.Status == IncidentStatus.Resolved ? null
            : WebAddress.NewSilence(incident.ExternalUrl, incident.CommonLabels));
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

    private string Clock(DateTimeOffset moment, DateTimeOffset now) => Times.Clock(moment, now, zone);
}
