using System.Globalization;
using IncidentBot.Alerts;
using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary><c>/api/v1/incidents</c>: what the pages show, for other programs.</summary>
internal static class IncidentApi
{
    /// <summary>The most that one answer lists.</summary>
    public const int Most = 10_000;

    public static async Task<IResult> ListAsync(string? status, IIncidentStore store, CancellationToken cancellationToken)
    {
        var wanted = string.IsNullOrEmpty(status) ? "firing" : status;
        if (wanted is not ("firing" or "resolved" or "all"))
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, "status must be firing, resolved or all");
        }

        var filter = new IncidentFilter(wanted is "all" ? null : wanted, Limit: Most);
        try
        {
            var incidents = await store.ListAsync(filter, cancellationToken);
            return Results.Json(new IncidentsAnswer([.. incidents.Select(Answer)]), ApiJson.Default.IncidentsAnswer);
        }
        catch (StoreUnavailableException exception)
        {
            return Problems.Answer(StatusCodes.Status503ServiceUnavailable, exception.Message);
        }
    }

    public static async Task<IResult> FindAsync(string number, IIncidentStore store, CancellationToken cancellationToken)
    {
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, "the number of an incident is a whole number");
        }

        try
        {
            return await store.FindAsync(wanted, cancellationToken) is { } found
                ? Results.Json(Answer(found), ApiJson.Default.IncidentDetailAnswer)
                : Problems.Answer(StatusCodes.Status404NotFound, $"there is no incident {wanted}");
        }
        catch (StoreUnavailableException exception)
        {
            return Problems.Answer(StatusCodes.Status503ServiceUnavailable, exception.Message);
        }
    }

    private static IncidentAnswer Answer(IncidentSummary incident) => new(
        incident.Number,
        Word(incident.Status),
        incident.Severity.Word,
        incident.Lane,
        incident.Title,
        Map(incident.Labels),
        incident.Firing,
        incident.Resolved,
        incident.Flaps,
        incident.AcknowledgedBy,
        incident.OpenedAt.UtcDateTime,
        incident.UpdatedAt.UtcDateTime,
        incident.ResolvedAt?.UtcDateTime,
        Links.Http(incident.RunbookUrl),
        Posts(incident));

    private static IncidentDetailAnswer Answer(IncidentDetail detail) => new(
        Answer(detail.Summary),
        [.. AlertOrder.Sort(detail.Incident.Alerts.Values).Select(Answer)],
        [.. detail.Timeline.Select(entry =>
            new TimelineAnswer(entry.Change.At.UtcDateTime, Word(entry.Change.Kind), entry.Change.Detail, entry.Change.Count))]);

    private static AlertAnswer Answer(Alert alert) => new(
        alert.Fingerprint,
        alert.Firing ? "firing" : "resolved",
        Map(alert.Labels),
        Map(alert.Annotations),
        alert.StartsAt == AlertReport.UnknownStart ? null : alert.StartsAt.UtcDateTime,
        alert.EndsAt?.UtcDateTime,
        alert is { Firing: true, Suppression: { } quiet } ? new SuppressionAnswer(Word(quiet.Kind), quiet.By, quiet.Comment, quiet.Until?.UtcDateTime) : null);

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
