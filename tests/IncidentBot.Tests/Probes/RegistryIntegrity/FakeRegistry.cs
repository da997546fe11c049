using System.Collections.Concurrent;
using System.Globalization;
using IncidentBot.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>A registry on loopback that answers as the distribution API has it, and can be told to lie.</summary>
internal sealed class FakeRegistry : IAsyncDisposable
{
    private readonly Dictionary<string, List<(string Tag, StoredBytes Manifest)>> _tags = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StoredBytes> _things = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _requests = new();
    private WebApplication? _app;

    public Uri Url { get; private set; } = null!;

    /// <summary>Path and query of each request, and the Range that it asked for.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Answers instead of the registry; false lets the registry answer.</summary>
    public Func<HttpContext, Task<bool>> Instead { get; set; } = _ => Task.FromResult(false);

    public int MostAtOnce { get; private set; }

    private int _now;

    public static async Task<FakeRegistry> StartAsync()
    {
        var registry = new FakeRegistry();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        registry._app = builder.Build();
        registry._app.Run(registry.AnswerAsync);
        await registry._app.StartAsync();
        registry.Url = new Uri(registry._app.Urls.Single());
        return registry;
    }

    public ImageBytes Push(string repository, string tag, ImageBytes image)
    {
        foreach (var blob in image.Blobs)
        {
            _things[$"{repository}/blobs/{blob.Digest}"] = blob;
        }

        Push(repository, tag, image.Manifest);
        return image;
    }

    public void Push(string repository, string? tag, StoredBytes manifest)
    {
        _things[$"{repository}/manifests/{manifest.Digest}"] = manifest;
        if (!_tags.TryGetValue(repository, out var tags))
        {
            _tags[repository] = tags = [];
        }

        if (tag is not null && tag.Length > 0)
        {
            tags.Add((tag, manifest));
        }
    }

    public void Lose(string repository, StoredBytes thing) =>
        Assert(_things.TryRemove(Key(repository, thing), out _));

    public void Exchange(string repository, StoredBytes thing, byte[] bytes) =>
        _things[Key(repository, thing)] = new StoredBytes(thing.MediaType, bytes);

    public int Asked(string part) => _requests.Count(request => request.Contains(part, StringComparison.Ordinal));

    public async ValueTask DisposeAsync() => await _app!.DisposeAsync();

    private static void Assert(bool right) => Xunit.Assert.True(right);

    private string Key(string repository, StoredBytes thing) =>
        _things.ContainsKey($"{repository}/blobs/{thing.Digest}") ? $"{repository}/blobs/{thing.Digest}" : $"{repository}/manifests/{thing.Digest}";

    private async Task AnswerAsync(HttpContext context)
    {
        var now = Interlocked.Increment(ref _now);
        lock (_tags)
        {
            MostAtOnce = Math.Max(MostAtOnce, now);
        }

        try
        {
            _requests.Enqueue($"{context.Request.Path}{context.Request.QueryString} {context.Request.Headers.Range}".TrimEnd());
            if (!await Instead(context))
            {
                await HonestlyAsync(context);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }

    private async Task HonestlyAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!["/v2/".Length..];
        if (path == "_catalog")
        {
            await ListAsync(context, "repositories", [.. _tags.Keys.Order(StringComparer.Ordinal)]);
        }
        else if (path.EndsWith("/tags/list", StringComparison.Ordinal) && _tags.TryGetValue(path[..^"/tags/list".Length], out var tags))
        {
            await ListAsync(context, "tags", [.. tags.Select(tag => tag.Tag)]);
        }
        else if (path.Contains("/manifests/", StringComparison.Ordinal) && path.Split("/manifests/") is [var repository, var reference]
            && _tags.TryGetValue(repository, out var known) && known.Find(tag => tag.Tag == reference) is { Manifest: { } named }
            && _things.TryGetValue($"{repository}/manifests/{named.Digest}", out var manifest))
        {
            await SendAsync(context, manifest, named.Digest);
        }
        else if (_things.TryGetValue(path, out var thing))
        {
            await SendAsync(context, thing, path[(path.LastIndexOf('/') + 1)..]);
        }
        else
        {
            context.Response.StatusCode = 404;
        }
    }

    private static async Task ListAsync(HttpContext context, string key, List<string> names)
    {
        var most = int.TryParse(context.Request.Query["n"], CultureInfo.InvariantCulture, out var asked) ? asked : 100;
        var rest = context.Request.Query["last"].ToString() is { Length: > 0 } last ? names[(names.IndexOf(last) + 1)..] : names;
        if (rest.Count > most)
        {
            context.Response.Headers.Link = string.Create(CultureInfo.InvariantCulture,
                $"<{context.Request.Path}?last={rest[most - 1]}&n={most}>; rel=\"next\"");
        }

        await context.Response.WriteAsync($$"""{"{{key}}":[{{string.Join(",", rest.Take(most).Select(name => $"\"{name}\""))}}]}""");
    }

    private static async Task SendAsync(HttpContext context, StoredBytes thing, string digest)
    {
        context.Response.Headers["Docker-Content-Digest"] = digest;
        context.Response.ContentType = thing.MediaType;
        if (context.Request.Headers.Range.Count > 0)
        {
            var at = int.Parse(context.Request.Headers.Range.ToString().Split('=', '-')[1], CultureInfo.InvariantCulture);
            if (at >= thing.Bytes.Length)
            {
                context.Response.StatusCode = 416;
                context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{thing.Bytes.Length}");
                return;
            }

            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {at}-{at}/{thing.Bytes.Length}");
            context.Response.ContentLength = 1;
            await context.Response.Body.WriteAsync(thing.Bytes.AsMemory(at, 1));
            return;
        }

        context.Response.ContentLength = thing.Bytes.Length;
        await context.Response.Body.WriteAsync(thing.Bytes);
    }
}
