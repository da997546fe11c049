using System.Collections.Frozen;
using System.Text;
using IncidentBot.Runbooks.Rendering;

namespace IncidentBot.Web;

/// <summary>
/// The path of <c>server.external_url</c>, such as <c>/incidents</c> of <c>https://example.org/incidents/</c>. Inside the program every
/// link, form and redirect is written without it, from the root: <c>/deliveries</c>. It is put before them here, where an answer
/// leaves, and taken off here, where a request comes in; so no page knows of it.
/// </summary>
internal static class SitePath
{
    private static readonly string[] Linking = [" href=\"", " src=\"", " action=\"", " data-mermaid=\""];

    /// <summary>Without a slash at its end; empty when the pages are at the root of their host.</summary>
    public static string Of(Uri? externalUrl) => externalUrl?.AbsolutePath.Trim('/') is { Length: > 0 } path ? $"/{path}" : "";

    /// <summary>A way back within this site: a path, never another host.</summary>
    public static string Local(string? path) =>
        path is ['/', ..] && !path.StartsWith("//", StringComparison.Ordinal) && path.Length <= 2000
        && !path.AsSpan().ContainsAny('\\', '\r', '\n') && !path.Any(char.IsControl)
            ? path
            : "/";

    /// <summary>Where the browser sends our cookies: to these pages only, not to what else lies on their host.</summary>
    public static string OfCookies(Uri? externalUrl) => Of(externalUrl) is { Length: > 0 } path ? path : "/";

    /// <summary>
    /// A proxy may pass the path on or take it off: both work, and so does coming to the server itself. Goes before everything
    /// that looks at a request's path.
    /// </summary>
    public static void UseSitePath(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<Func<PageSettings>>();
        var own = new Lazy<FrozenSet<string>>(() => ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>().Select(endpoint => First(endpoint.RoutePattern.RawText!))
                .ToFrozenSet(StringComparer.OrdinalIgnoreCase));
        app.Use((context, next) =>
        {
            if (Of(settings().ExternalUrl) is { Length: > 0 } prefix)
            {
                Enter(context, prefix, own.Value);
            }

            return next(context);
        });
        app.UseRouting();
    }

    /// <summary>The path below the prefix, when that was passed on; null when the path stands as it is.</summary>
    /// <param name="own">The first parts of all paths that are served.</param>
    public static string? Below(string path, string prefix, IReadOnlySet<string> own)
    {
        if (!path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) || (path.Length > prefix.Length && path[prefix.Length] != '/'))
        {
            return null;
        }

        var rest = path[prefix.Length..];
        var first = First(rest);
        if (first.Length == 0 || own.Contains(first) || !own.Contains(First(prefix)))
        {
            return rest.Length == 0 ? "/" : rest;
        }

        // The prefix is called as one of our own paths is. Behind "/incidents" a number is an incident, another word a short link.
        return string.Equals(prefix, "/incidents", StringComparison.OrdinalIgnoreCase) && rest.LastIndexOf('/') == 0
            && !first.All(char.IsAsciiDigit) ? rest : null;
    }

    /// <summary>
    /// The HTML of a page with the prefix before each link to this site. Text cannot look like one: its quotation marks are escaped.
    /// </summary>
    public static string Prefix(string html, string prefix)
    {
        if (prefix.Length == 0)
        {
            return html;
        }

        var result = new StringBuilder(html.Length + 1024);
        var rest = html.AsSpan();
        while (rest.IndexOf("=\"/") is >= 0 and var at)
        {
            var value = at + 2;
            var begun = rest[..value];
            result.Append(begun);
            rest = rest[value..];
            if (!rest.StartsWith("//", StringComparison.Ordinal) && IsLink(begun))
            {
                result.Append(HtmlText.Escape(prefix));
            }
        }

        return result.Append(rest).ToString();
    }

    private static bool IsLink(ReadOnlySpan<char> begun)
    {
        foreach (var name in Linking)
        {
            if (begun.EndsWith(name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static void Enter(HttpContext context, string prefix, FrozenSet<string> own)
    {
        var decoded = PathString.FromUriComponent(prefix).Value!;
        if (Below(context.Request.Path.Value ?? "", decoded, own) is { } below)
        {
            context.Request.PathBase = new PathString(decoded);
            context.Request.Path = new PathString(below);
        }

        context.Response.OnStarting(() =>
        {
            var location = context.Response.Headers.Location.ToString();
            if (location.StartsWith('/') && !location.StartsWith("//", StringComparison.Ordinal))
            {
                context.Response.Headers.Location = prefix + location;
            }

            return Task.CompletedTask;
        });
    }

    private static string First(string path)
    {
        var start = path.TrimStart('/');
        return start.IndexOf('/') is >= 0 and var end ? start[..end] : start;
    }
}
