using IncidentBot.Actions;

namespace IncidentBot.Web;

/// <summary>Remembers the name that somebody acts under in this browser. It proves nothing.</summary>
internal static class ActorCookie
{
    public const string CookieName = "incidentbot_name";

    /// <summary>The name that this browser was last used under; empty when there is none.</summary>
    public static string Name(HttpRequest request) => Actor.Clean(request.Cookies[CookieName]);

    public static void Remember(HttpContext context, PageSettings settings, string name)
    {
        if (name.Length > 0)
        {
            context.Response.Cookies.Append(CookieName, name, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = ActionGuard.Encrypted(context.Request, settings),
                MaxAge = TimeSpan.FromDays(365),
                Path = SitePath.OfCookies(settings.ExternalUrl),
                IsEssential = true,
            });
        }
    }
}
