namespace IncidentBot.Web;

/// <summary>
/// What every answer tells the browser: run and load nothing but our own files, whatever a label may have smuggled into the
/// page, and keep nothing.
/// </summary>
internal static class PageHeaders
{
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Diagrams are drawn with styles of their own. They come from a program that is ours; scripts stay forbidden.</summary>
    public static void AllowDrawings(HttpResponse response) =>
        response.Headers.ContentSecurityPolicy =
            ContentSecurityPolicy.Replace("style-src 'self'", "style-src 'self' 'unsafe-inline'", StringComparison.Ordinal);

    public static ValueTask<object?> Add(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var headers = context.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // Nothing goes to other sites. "no-referrer" would do that too, but makes browsers send "Origin: null" with our own
        // forms, by which the guard could not tell them from another site's.
        headers["Referrer-Policy"] = "same-origin";
        return next(context);
    }
}
