using System.Globalization;
using IncidentBot.Actions;
using IncidentBot.Rooms;

namespace IncidentBot.Web;

/// <summary>The forms by which people act on the pages. The guard has looked at each request before one of these is called.</summary>
internal static class ActionForms
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapPost("/incidents/{number}/acknowledge", TakeAsync).GuardForm(IncidentPath);
        pages.MapPost("/incidents/{number}/give-back", GiveBackAsync).GuardForm(IncidentPath);
        pages.MapPost("/deliveries/send-again", SendRoomAgainAsync).GuardForm(_ => "/deliveries");
        pages.MapPost("/deliveries/{post}/send-again", SendPostAgainAsync).GuardForm(_ => "/deliveries");
    }

    private static async Task<IResult> TakeAsync(string number, HttpContext context, Pages pages, ActionGuard guard, IncidentActions actions, CancellationToken cancellationToken)
    {
        if (!TryNumber(number, out var found))
        {
            return pages.NotFound(number);
        }

        var form = await SmallForm.ReadAsync(context, cancellationToken);
        return AfterIncident(await actions.AcknowledgeAsync(Who(context, pages, guard, form), found, form?["comment"].ToString(), cancellationToken), found, pages);
    }

    private static async Task<IResult> GiveBackAsync(string number, HttpContext context, Pages pages, ActionGuard guard, IncidentActions actions, CancellationToken cancellationToken)
    {
        if (!TryNumber(number, out var found))
        {
            return pages.NotFound(number);
        }

        var form = await SmallForm.ReadAsync(context, cancellationToken);
        return AfterIncident(await actions.GiveBackAsync(Who(context, pages, guard, form), found, cancellationToken), found, pages);
    }

    private static async Task<IResult> SendRoomAgainAsync(HttpContext context, IncidentActions actions, CancellationToken cancellationToken)
    {
        var form = await SmallForm.ReadAsync(context, cancellationToken);
        return Room.TryParse(form?["room"].ToString(), out var room)
            ? AfterSending(await actions.SendAgainAsync(Actor.OnPage(ActorCookie.Name(context.Request)), room.Value, cancellationToken))
            : Problems.Answer(StatusCodes.Status400BadRequest, "the form has no field \"room\" of the shape kind:id");
    }

    private static async Task<IResult> SendPostAgainAsync(string post, HttpContext context, IncidentActions actions, CancellationToken cancellationToken) =>
        TryNumber(post, out var id)
            ? AfterSending(await actions.SendAgainAsync(Actor.OnPage(ActorCookie.Name(context.Request)), id, cancellationToken))
            : Problems.Answer(StatusCodes.Status400BadRequest, "the number of a post is a whole number");

    /// <summary>Somebody who acts under the name of the form, which the browser remembers.</summary>
    private static Actor Who(HttpContext context, Pages pages, ActionGuard guard, IFormCollection? form)
    {
        var name = Actor.Clean(form?["name"].ToString());
        ActorCookie.Remember(context, pages.Settings, guard, name);
        return Actor.OnPage(name);
    }

    private static IResult AfterIncident(ActionResult result, long number, Pages pages) => result is ActionResult.NoSuchIncident
        ? pages.NotFound(number.ToString(CultureInfo.InvariantCulture))
        : SignIn.SeeOther(FormattableString.Invariant($"/incidents/{number}"));

    private static IResult AfterSending(ActionResult result) =>
        SignIn.SeeOther(FormattableString.Invariant($"/deliveries?sent={(result is ActionResult.SentAgain sent ? sent.Posts : 0)}"));

    private static string IncidentPath(HttpContext context) => $"/incidents/{Uri.EscapeDataString(context.GetRouteValue("number")?.ToString() ?? "")}";

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
