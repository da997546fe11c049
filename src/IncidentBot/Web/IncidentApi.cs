using System.Globalization;
using IncidentBot.Actions;
using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Runbooks;
using IncidentBot.Storage;
using IncidentBot.Web.Live;

namespace IncidentBot.Web;

/// <summary><c>/api/v1/incidents</c>: what the pages show, for other programs.</summary>
internal sealed class IncidentApi(IIncidentStore store, RunbookGuide runbooks, Pages pages)
{
    /// <summary>The most that one answer lists.</summary>
    public const int Most = 10_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").AddEndpointFilter(PageHeaders.Add).StoreFailuresAsProblems();
        api.MapMethods("/incidents", ReadRoutes.Methods, (string? status, HttpContext context, IncidentApi all, CancellationToken token) =>
                all.ListAsync(status, context, token))
            .Answers<IncidentsAnswer>("Incidents: those that fire, unless status says otherwise.", 400, 503)
            .Parameter("status", status => status.Description = "firing (with those that are stale), resolved or all.");
        api.MapMethods("/incidents/{number}", ReadRoutes.Methods,
            (string number, HttpContext context, IncidentApi all, CancellationToken token) => all.FindAsync(number, context, token))
            .Answers<IncidentDetailAnswer>("One incident with its alerts and its history.", 400, 404, 503).OfIncident();
        api.MapPost("/incidents/{number}/acknowledge", ApiActions.AcknowledgeAsync).GuardProgram()
            .Answers<IncidentDetailAnswer>("Takes an incident on: nothing escalates any more.", 400, 401, 403, 404, 409, 413, 503)
                .Takes<ActionRequest>().OfIncident();
        api.MapDelete("/incidents/{number}/acknowledge", ApiActions.GiveBackAsync).GuardProgram()
            .Answers<IncidentDetailAnswer>("Gives an incident back: people are called as if it had just begun.", 400, 401, 403, 404, 409,
                413, 503).Takes<ActionRequest>().OfIncident();
        SilenceRoutes.MapApi(api);
        AuditRoutes.MapApi(api);
        api.MapMethods("/runbooks/resolve", ReadRoutes.Methods, RunbookPages.ResolveAsync)
            .Answers<ResolutionAnswer>("Where an alert of this name leads, and why.", 400)
            .Parameter("alertname", name => (name.Required, name.Description) = (true, "The alert's name."))
            .Parameter("runbook_url", url => url.Description = "What the alert's rule names, if anything.");
        ProbeRoutes.MapApi(api);
        api.MapGet("/events", LiveEvents.StreamAsync).WithTags("incidentbot")
            .WithSummary("Server-sent events that name the incidents that changed.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
                .Produces<ProblemAnswer>(StatusCodes.Status503ServiceUnavailable, "application/problem+json");
    }

    private async Task<IResult> ListAsync(string? status, HttpContext context, CancellationToken cancellationToken)
    {
        var wanted = string.IsNullOrEmpty(status) ? "firing" : status;
        if (wanted is not ("firing" or "resolved" or "all"))
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, "status must be firing, resolved or all");
        }

        var incidents = await store.ListAsync(new IncidentFilter(wanted is "all" ? null : wanted, Limit: Most), cancellationToken);
        var site = pages.PublicUrl(context.Request);
        return Results.Json(
            new IncidentsAnswer([.. incidents.Select(incident =>
                Answer(incident, RunbookUrl(incident, runbooks.Of(incident.Labels, incident.Title, incident.RunbookUrl), site)))]),
            ApiJson.Default.IncidentsAnswer);
    }

    public async Task<IResult> FindAsync(string number, HttpContext context, CancellationToken cancellationToken)
    {
        if (!TryNumber(number, out var wanted))
        {
            return NoNumber();
        }

        return await store.FindAsync(wanted, cancellationToken) is { } found
            ? Results.Json(Answer(found, pages.PublicUrl(context.Request)), ApiJson.Default.IncidentDetailAnswer)
            : Problems.Answer(StatusCodes.Status404NotFound, new ActionResult.NoSuchIncident(wanted).Words);
    }

    public static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    public static IResult NoNumber() => Problems.Answer(StatusCodes.Status400BadRequest, "the number of an incident is a whole number");

    private static IncidentAnswer Answer(IncidentSummary incident, string? runbookUrl) => new()
    {
        Number = incident.Number,
        Status = Word(incident.Status),
        Severity = incident.Severity.Word,
        Lane = incident.Lane,
        Title = incident.Title,
        Labels = Map(incident.Labels),
        Firing = incident.Firing,
        Resolved = incident.Resolved,
        Flaps = incident.Flaps,
        AcknowledgedBy = incident.AcknowledgedBy,
        OpenedAt = incident.OpenedAt.UtcDateTime,
        UpdatedAt = incident.UpdatedAt.UtcDateTime,
        ResolvedAt = incident.ResolvedAt?.UtcDateTime,
        RunbookUrl = runbookUrl,
        CausedBy = incident.Inhibition?.By ?? [],
        Cause = incident.Inhibition?.Cause,
        Held = incident.Inhibition is { Holds: true },
        Posts = Posts(incident),
    };

    /// <summary>The page here, filled in with the incident; else where the alert's author says.</summary>
    private static string? RunbookUrl(IncidentSummary incident, Resolution? found, string site) =>
        found?.Local(FormattableString.Invariant($"?incident={incident.Number}")) is { } local ? site + local
            : found?.Elsewhere?.AbsoluteUri ?? WebAddress.Parse(incident.RunbookUrl)?.AbsoluteUri;

    private IncidentDetailAnswer Answer(IncidentDetail detail, string site) => new(
        Answer(detail.Summary,
            RunbookUrl(detail.Summary, runbooks.Of(detail.Incident)
            .FirstOrDefault(found => found.Runbook is not null || found.Elsewhere is not null), site)),
        [.. Urgency.Sort(detail.Incident.Alerts.Values).Select(Answer)],
        [.. detail.Timeline.Select(entry =>
            new TimelineAnswer(entry.Change.At.UtcDateTime, Word(entry.Change.Kind), entry.Change.Detail, entry.Change.Count))]);

    private static AlertAnswer Answer(Alert alert) => new(
        alert.Fingerprint,
        alert.Firing ? "firing" : "resolved",
        Map(alert.Labels),
        Map(alert.Annotations),
        alert.StartsAt == AlertReport.UnknownStart ? null : alert.StartsAt.UtcDateTime,
        alert.EndsAt?.UtcDateTime,
        alert is { Firing: true, Suppression: { } quiet }
            ? new SuppressionAnswer(Word(quiet.Kind), quiet.By, quiet.Comment, quiet.Until?.UtcDateTime) : null);

    private static List<PostAnswer> Posts(IncidentSummary incident)
    {
        var posts = new List<PostAnswer>(incident.Posts.Count + 1) { new(Room.Inbox.ToString(), Word(PostState.Shown), null, null) };
        posts.AddRange(incident.Posts.Where(post => post.Room != Room.Inbox)
            .Select(post => new PostAnswer(post.Room.ToString(), Word(post.State), post.MessageId, post.Reason)));
        return posts;
    }

    private static Dictionary<string, string> Map(LabelSet labels) =>
        labels.ToDictionary(label => label.Name, label => label.Value, StringComparer.Ordinal);

    private static string Word<T>(T value) where T : struct, Enum =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
