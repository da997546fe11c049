using IncidentBot.Actions;
using IncidentBot.Channels;
using IncidentBot.Delivery;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary>
/// <c>/act/{token}</c>: a signed link from a message. Opening it shows what it does, so that previews of links do nothing; the form on
/// it acts.
/// The link itself is what proves that somebody may.
/// </summary>
internal static class ActRoutes
{
    public static SitePage Page { get; } = new("act", Map);

    private static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapMethods("/act/{token}", ReadRoutes.Methods, ShowAsync);
        pages.MapPost("/act/{token}", TakeAsync);
    }

    private static async Task<IResult> ShowAsync(
        string token, HttpContext context, Pages pages, GuardMetrics metrics, IIncidentStore store, CancellationToken cancellationToken)
    {
        var (link, problem) = Read(token, pages, metrics, store);
        if (link is null)
        {
            return problem!;
        }

        if (await store.FindAsync(link.Incident, cancellationToken) is not { } detail)
        {
            return pages.NotFound(FormattableString.Invariant($"{link.Incident}"));
        }

        var name = pages.Settings.Proxy?.Of(context.Request)?.Name ?? ActorCookie.Name(context.Request);
        var frame = pages.Fixed(FormattableString.Invariant($"Take #{link.Incident}?"), "");
        return new PageResult(ActPage.Show(new ActPage.Model(frame, detail, name, $"/act/{token}")));
    }

    private static async Task<IResult> TakeAsync(string token, HttpContext context, Pages pages, ActionGuard guard, GuardMetrics metrics,
        IIncidentStore store, IncidentActions actions, CancellationToken cancellationToken)
    {
        var (link, problem) = Read(token, pages, metrics, store);
        if (link is null)
        {
            return problem!;
        }

        if (!guard.FromOwnPage(context.Request))
        {
            metrics.Count(GuardAnswer.CrossSite, isForged: false);
            return pages.Refused(GuardAnswer.CrossSite, $"/act/{token}");
        }

        var form = await SmallForm.ReadAsync(context, cancellationToken);
        var name = Actor.Clean(form?["name"].ToString());
        ActorCookie.Remember(context, pages.Settings, name);
        var by = WebActor.OnPage(context, pages.Settings, name);
        var result = await actions.AcknowledgeAsync(by with { Place = "link" }, link.Incident, form?["comment"].ToString(), cancellationToken);
        return result is ActionResult.NoSuchIncident ? pages.NotFound(FormattableString.Invariant($"{link.Incident}"))
            : SignIn.SeeOther(FormattableString.Invariant($"/incidents/{link.Incident}"));
    }

    private static (ActLink? Link, IResult? Problem) Read(string token, Pages pages, GuardMetrics metrics, IIncidentStore store)
    {
        if (ActLink.TryRead(token, store.Deeds.LinkKey.Span, out var link) && link.Action == ButtonAction.Acknowledge
            && link.Expires > pages.Now)
        {
            return (link, null);
        }

        metrics.BadLink();
        return (null, new PageResult(ActPage.Bad(pages.Fixed("This link does nothing", ""), link?.Incident), StatusCodes.Status410Gone));
    }
}
