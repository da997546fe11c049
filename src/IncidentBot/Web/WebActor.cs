using IncidentBot.Actions;

namespace IncidentBot.Web;

/// <summary>
/// Who acts by a page or the API: whom a trusted proxy has signed in, else the name that they give, which nothing proves.
/// </summary>
internal static class WebActor
{
    public static Actor OnPage(HttpContext context, PageSettings settings, string? name = null) =>
        settings.Proxy?.Of(context.Request) is { } who ? new Actor("page", who.Person.ToString(), who.Name)
            : Actor.OnPage(string.IsNullOrEmpty(name) ? ActorCookie.Name(context.Request) : name);

    public static Actor OfApi(HttpContext context, PageSettings settings, string? name) =>
        settings.Proxy?.Of(context.Request) is { } who ? new Actor("api", who.Person.ToString(), who.Name) : Actor.OfApi(name);
}
