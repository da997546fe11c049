using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IncidentBot.Support;

/// <summary>
/// Stands before a Neo4j on loopback: with TLS, or as an older server without the Query API. What it passes on it passes on as it is.
/// </summary>
internal sealed class Neo4jDoor : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Uri _server;

    private Neo4jDoor(Uri server, X509Certificate2? certificate)
    {
        _server = server;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        _app = builder.Build();
        _app.Run(PassAsync);
    }

    public Uri Url => new(_app.Urls.First());

    /// <summary>As servers before 5.25 do it, and those that have it turned off.</summary>
    public bool HasQueryApi { get; set; } = true;

    /// <summary>How often each path was asked for.</summary>
    public System.Collections.Concurrent.ConcurrentDictionary<string, int> Asked { get; } = new(StringComparer.Ordinal);

    public static async Task<Neo4jDoor> StartAsync(Uri server, X509Certificate2? certificate = null)
    {
        var door = new Neo4jDoor(server, certificate);
        await door._app.StartAsync();
        return door;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task PassAsync(HttpContext context)
    {
        Asked.AddOrUpdate(context.Request.Path, 1, (_, count) => count + 1);
        if (!HasQueryApi && context.Request.Path.Value!.EndsWith("/query/v2", StringComparison.Ordinal))
        {
            // Word for word what 5.26 answers when the Query API is turned off.
            context.Response.StatusCode = 404;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"errors":[{"code":"Neo.ClientError.Request.Invalid","message":"Not Found"}]}""");
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_server, context.Request.Path));
        if (context.Request.Method == HttpMethods.Post)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(context.Request.ContentType!);
        }

        foreach (var name in (string[])["Authorization", "access-mode", "max-execution-time"])
        {
            request.Headers.TryAddWithoutValidation(name, (string?)context.Request.Headers[name]);
        }

        using var answer = await Loopback.Client.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(context.Response.Body);
    }
}
