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

/// <summary>A page that has been rendered already.</summary>
internal sealed class ReadyPage(byte[] html, int status = StatusCodes.Status200OK) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => status;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = html.Length;
        await response.Body.WriteAsync(html, httpContext.RequestAborted);
    }
}
