using Microsoft.AspNetCore.Http.Extensions;

namespace IncidentBot.Web;

/// <summary><c>/sign-in</c> and <c>/sign-out</c>: a token for a cookie, so that a person can act from the pages.</summary>
internal static class SignIn
{
    public static SitePage Page { get; } = new("sign-in", Map);

    private static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapMethods("/sign-in", ReadRoutes.Methods, Show);
        pages.MapPost("/sign-in", TakeAsync);
        pages.MapPost("/sign-out", Leave);
    }

    private static IResult Show(HttpContext context, Pages pages, ActionGuard guard) =>
        pages.Settings.ApiToken is null
            ? new PageResult(NoticePages.NoToken(pages.Frame("Sign in", "/sign-in"), guard.Offer(context.Request)))
            : Form(pages, context.Request.Query["return"].ToString(), null, StatusCodes.Status200OK, guard.SignedIn(context.Request));

    private static async Task<IResult> TakeAsync(
        HttpContext context, Pages pages, ActionGuard guard, SignInLimit limit, CancellationToken cancellationToken)
    {
        if (!guard.FromOwnPage(context.Request))
        {
            return pages.Refused(GuardAnswer.CrossSite, "/sign-in");
        }

        if (pages.Settings.ApiToken is not { } token)
        {
            return Results.LocalRedirect("/sign-in");
        }

        var form = await SmallForm.ReadAsync(context, cancellationToken);
        var comeBack = form?["return"].ToString();
        var address = context.Connection.RemoteIpAddress;
        if (!limit.Allows(address))
        {
            context.Response.Headers.RetryAfter = "60";
            return Form(pages, comeBack, "Too many wrong tokens. Wait a minute, then try again.", StatusCodes.Status429TooManyRequests);
        }

        if (form?["token"].ToString() is not { Length: > 0 } candidate || !token.Is(candidate))
        {
            limit.Failed(address);
            return Form(pages, comeBack, "This is not the token.", StatusCodes.Status401Unauthorized);
        }

        context.Response.Cookies.Append(ActionGuard.CookieName, guard.NewCookie(token),
            Cookie(pages, context.Request, ActionGuard.SignedInFor));
        return SeeOther(SitePath.Local(comeBack));
    }

    private static IResult Leave(HttpContext context, Pages pages, ActionGuard guard)
    {
        if (!guard.FromOwnPage(context.Request))
        {
            return pages.Refused(GuardAnswer.CrossSite, "/sign-in");
        }

        context.Response.Cookies.Delete(ActionGuard.CookieName, Cookie(pages, context.Request, null));
        return SeeOther("/");
    }

    /// <summary>Go on with a GET, so that reloading does not repeat the action.</summary>
    public static IResult SeeOther(string path) => new SeeOtherResult(path);

    private static PageResult Form(Pages pages, string? comeBack, string? complaint, int status, bool signedIn = false) =>
        new(NoticePages.SignIn(pages.Fixed("Sign in", "/sign-in"), SitePath.Local(comeBack), complaint, signedIn), status);

    private static CookieOptions Cookie(Pages pages, HttpRequest request, TimeSpan? age) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = ActionGuard.Encrypted(request, pages.Settings),
        MaxAge = age,
        Path = SitePath.OfCookies(pages.Settings.ExternalUrl),
        IsEssential = true,
    };

    private sealed class SeeOtherResult(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = UriHelper.Encode(new Uri(path, UriKind.Relative));
            return Task.CompletedTask;
        }
    }
}
