using System.Globalization;
using IncidentBot.Actions;
using IncidentBot.Incidents;
using IncidentBot.Runbooks;
using IncidentBot.Sources;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary><c>/incidents/{number}</c>: one incident, and the forms by which it is taken on and given back.</summary>
internal static class IncidentRoutes
{
    private const int LongestFingerprint = 200;

    public static SitePage Page { get; } = new("incidents", Map);

    private static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapMethods("/incidents", ReadRoutes.Methods, () => Results.LocalRedirect("/?status=all"));
        pages.MapMethods("/incidents/{number}", ReadRoutes.Methods, ShowAsync);
        pages.MapPost("/incidents/{number}/acknowledge", TakeAsync).GuardForm(Path);
        pages.MapPost("/incidents/{number}/give-back", GiveBackAsync).GuardForm(Path);
    }

    private static async Task<IResult> ShowAsync(
        string number, HttpContext context, Pages pages, ActionGuard guard, IIncidentStore store, RunbookGuide runbooks,
            Silencing silencing, CancellationToken cancellationToken)
    {
        if (!TryNumber(number, out var wanted) || await store.FindAsync(wanted, cancellationToken) is not { } detail)
        {
            return pages.NotFound(number);
        }

        detail = detail with { Incident = pages.Reached(detail.Incident) };
        var alerts = Urgency.Sort(detail.Incident.Alerts.Values);
        var last = Math.Max(1, (alerts.Count + IncidentPage.PageSize - 1) / IncidentPage.PageSize);
        var page = int.TryParse(context.Request.Query["alerts"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
            ? Math.Clamp(asked, 1, last)
            : 1;
        var title = $"{Look.Of(detail.Summary.Status, detail.Summary.Severity).Word}: {Headline.Cut(detail.Summary.Title, 100)}";
        var frame = pages.Frame(title, "", refreshEvery: 30, burning: Burning(detail.Summary, pages.Now));
        var found = runbooks.Of(detail.Incident);
        var inline = InlineRunbook.Of(found, runbooks.Resolver, detail.Incident, alerts,
            Headline.Cut(context.Request.Query["alert"].ToString(), LongestFingerprint));
        if (inline?.Page.HasDiagrams == true)
        {
            PageHeaders.AllowDrawings(context.Response);
        }

        return new PageResult(
            IncidentPage.Show(new IncidentPage.Model(frame, detail, alerts, page, found, inline, runbooks.Tier(detail.Incident),
            ActorCookie.Name(context.Request), guard.Offer(context.Request),
            !ByHand.IsOwn(detail.Incident) && silencing.Source(detail.Incident.Key.Source) is not null)));
    }

    private static Task<IResult> TakeAsync(string number, HttpContext context, Pages pages, IncidentActions actions,
        CancellationToken cancellationToken) =>
        ActAsync(number, context, pages, (found, by, form) =>
            actions.AcknowledgeAsync(by, found, form?["comment"].ToString(), cancellationToken), cancellationToken);

    private static Task<IResult> GiveBackAsync(string number, HttpContext context, Pages pages, IncidentActions actions,
        CancellationToken cancellationToken) =>
        ActAsync(number, context, pages, (found, by, _) => actions.GiveBackAsync(by, found, cancellationToken), cancellationToken);

    /// <summary>Somebody acts under the name of the form, which the browser remembers.</summary>
    private static async Task<IResult> ActAsync(
        string number, HttpContext context, Pages pages, Func<long, Actor, IFormCollection?, Task<ActionResult>> act,
            CancellationToken cancellationToken)
    {
        if (!TryNumber(number, out var found))
        {
            return pages.NotFound(number);
        }

        var form = await SmallForm.ReadAsync(context, cancellationToken);
        var name = Actor.Clean(form?["name"].ToString());
        ActorCookie.Remember(context, pages.Settings, name);
        return await act(found, WebActor.OnPage(context, pages.Settings, name), form) is ActionResult.NoSuchIncident
            ? pages.NotFound(number)
            : SignIn.SeeOther(FormattableString.Invariant($"/incidents/{found}"));
    }

    /// <summary>What is stale may burn and what is quiet does: neither has the sign of peace.</summary>
    private static bool? Burning(IncidentSummary incident, DateTimeOffset now) => Board.Of(incident, now) switch
    {
        Standing.Over => false,
        Standing.Stale or Standing.Quiet => null,
        _ => true,
    };

    private static string Path(HttpContext context) =>
        $"/incidents/{Uri.EscapeDataString(context.GetRouteValue("number")?.ToString() ?? "")}";

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
