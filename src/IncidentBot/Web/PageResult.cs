using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace IncidentBot.Web;

/// <summary>A page as an answer: rendered once on the server, whole, so that a failure on the way is never half a page.</summary>
internal sealed class PageResult(RenderFragment page, int status = StatusCodes.Status200OK) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => status;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await new ReadyPage(await RenderAsync(httpContext.RequestServices, page), status).ExecuteAsync(httpContext);
    }

    /// <summary>The bytes of a page, which may be sent more than once.</summary>
    public static async Task<byte[]> RenderAsync(IServiceProvider services, RenderFragment page)
    {
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(
                new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(Sheet.Content)] = page });
            return (await renderer.RenderComponentAsync<Sheet>(parameters)).ToHtmlString();
        });
        return Encoding.UTF8.GetBytes(SitePath.Prefix(html, SitePath.Of(services.GetRequiredService<Func<PageSettings>>()().ExternalUrl)));
    }

    /// <summary>The root of every page.</summary>
    private sealed class Sheet : ComponentBase
    {
        [Parameter]
        public RenderFragment? Content { get; set; }

        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder) =>
            builder.AddContent(0, Content);
    }
}

/// <summary>
/// A page that has been rendered already, compressed for who takes it so: a board of hundreds is read again at every change, often by
/// a phone. No page holds a secret, so its length tells none.
/// </summary>
internal sealed class ReadyPage(byte[] html, int status = StatusCodes.Status200OK) : IResult, IStatusCodeHttpResult
{
    /// <summary>What fits a packet or two gains nothing.</summary>
    private const int Smallest = 1400;

    public int? StatusCode => status;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.Vary = "Accept-Encoding";
        var (name, content) = html.Length < Smallest ? ("", html)
            : Packed(httpContext.Request.Headers.AcceptEncoding.ToString());
        if (name.Length > 0)
        {
            response.Headers.ContentEncoding = name;
        }

        response.ContentLength = content.Length;
        await response.Body.WriteAsync(content, httpContext.RequestAborted);
    }

    private (string Name, byte[] Content) Packed(string accepted) =>
        Accepts(accepted, "br") ? ("br", Pack(target => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true)))
        : Accepts(accepted, "gzip") ? ("gzip", Pack(target => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true)))
        : ("", html);

    /// <summary>Whether the reader names it, and not to forbid it (<c>;q=0</c>).</summary>
    private static bool Accepts(string accepted, string coding) =>
        accepted.Split(',', StringSplitOptions.TrimEntries).Any(one =>
            one.Split(';', StringSplitOptions.TrimEntries) is [var name, .. var rest]
            && name.Equals(coding, StringComparison.OrdinalIgnoreCase) && !rest.Any(part => part is "q=0" or "q=0.0" or "q=0.00" or "q=0.000"));

    private byte[] Pack(Func<Stream, Stream> packer)
    {
        using var packed = new MemoryStream();
        using (var stream = packer(packed))
        {
            stream.Write(html);
        }

        return packed.ToArray();
    }
}
