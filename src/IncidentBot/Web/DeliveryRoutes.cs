using System.Globalization;
using IncidentBot.Actions;
using IncidentBot.Channels;
using IncidentBot.Delivery;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary><c>/deliveries</c>: what is on its way to chat rooms, and the forms by which refused posts are sent again.</summary>
internal static class DeliveryRoutes
{
    public static SitePage Page { get; } = new("deliveries", Map) { Menu = "Deliveries" };

    private static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapMethods("/deliveries", ReadRoutes.Methods, ShowAsync);
        pages.MapPost("/deliveries/send-again", SendRoomAgainAsync).GuardForm(_ => Page.Path);
        pages.MapPost("/deliveries/{post}/send-again", SendPostAgainAsync).GuardForm(_ => Page.Path);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, Pages pages, ActionGuard guard, IIncidentStore store,
        SetAside setAside, IWaitReasons reasons, Listening listening, CancellationToken cancellationToken)
    {
        var counts = await store.CountAsync(cancellationToken);
        var posts = await store.PostsAsync(DeliveriesPage.Most, cancellationToken);
        var waits = await reasons.WhyAsync(
            [.. posts.Where(post => post.Post.State != PostState.Shown).Select(post => post.Post)], cancellationToken);
        int? sent = int.TryParse(context.Request.Query["sent"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count : null;
        var frame = pages.Frame("Deliveries", Page.Path, refreshEvery: 10, burning: counts.Firing > 0);
        var offer = guard.Offer(context.Request);
        IReadOnlyList<string> troubles = [.. setAside.Problems, .. listening.Problems, .. listening.Remarks];
        return new PageResult(DeliveriesPage.Show(new DeliveriesPage.Model(frame, posts, counts, sent, offer, troubles, waits)));
    }

    private static async Task<IResult> SendRoomAgainAsync(HttpContext context, IncidentActions actions, CancellationToken cancellationToken)
    {
        var form = await SmallForm.ReadAsync(context, cancellationToken);
        return Room.TryParse(form?["room"].ToString(), out var room)
            ? After(await actions.SendAgainAsync(Who(context), room.Value, cancellationToken))
            : Problems.Answer(StatusCodes.Status400BadRequest, "the form has no field \"room\" of the shape kind:id");
    }

    private static async Task<IResult> SendPostAgainAsync(string post, HttpContext context, IncidentActions actions,
        CancellationToken cancellationToken) =>
        long.TryParse(post, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? After(await actions.SendAgainAsync(Who(context), id, cancellationToken))
            : Problems.Answer(StatusCodes.Status400BadRequest, "the number of a post is a whole number");

    private static Actor Who(HttpContext context) =>
        WebActor.OnPage(context, context.RequestServices.GetRequiredService<Pages>().Settings);

    private static IResult After(ActionResult result) =>
        SignIn.SeeOther(FormattableString.Invariant($"{Page.Path}?sent={(result is ActionResult.SentAgain sent ? sent.Posts : 0)}"));
}
