using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;

namespace IncidentBot.Web;

/// <summary>
/// The style sheet, script and pictures of the pages: files inside the program, each under an address that changes with its content.
/// </summary>
internal static class AssetFiles
{
    private const string Folder = "assets/";

    /// <summary>Read when the first page is asked for: a server that only takes webhooks needs none of it.</summary>
    private static readonly Lazy<FrozenDictionary<string, Asset>> ByName = new(Read);

    private static readonly Lazy<FrozenDictionary<string, Asset>> ByFile =
        new(() => ByName.Value.Values.ToFrozenDictionary(asset => asset.File, StringComparer.Ordinal));

    public static SitePage Page { get; } = new("assets", pages => pages.MapMethods("/assets/{file}", ReadRoutes.Methods, Get));

    /// <summary>The address of a file: <c>/assets/site.5f1c0a9be2d4.css</c>.</summary>
    public static string Url(string name) => $"/{Folder}{ByName.Value[name].File}";

    private static IResult Get(string file, HttpContext context)
    {
        if (!ByFile.Value.TryGetValue(file, out var asset))
        {
            return Problems.Answer(StatusCodes.Status404NotFound, "there is no such file; reload the page");
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        if (!asset.Packed)
        {
            return Results.Bytes(asset.Content, asset.Type);
        }

        if (context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return Results.Bytes(asset.Content, asset.Type);
        }

        return Results.Stream(new GZipStream(new MemoryStream(asset.Content), CompressionMode.Decompress), asset.Type);
    }

    private static FrozenDictionary<string, Asset> Read()
    {
        var assembly = typeof(AssetFiles).Assembly;
        var assets = new Dictionary<string, Asset>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var packed = resource.EndsWith(".gz", StringComparison.Ordinal);
            var name = packed ? resource[Folder.Length..^3] : resource[Folder.Length..];
            var hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6));
            var file = $"{Path.GetFileNameWithoutExtension(name)}.{hash}{Path.GetExtension(name)}";
            assets[name] = new Asset(file, content, TypeOf(name), packed);
        }

        return assets.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"{name}: no media type is known for \"{other}\""),
    };

    /// <param name="Packed">The content is compressed with gzip, as it lies in the program.</param>
    private sealed record Asset(string File, byte[] Content, string Type, bool Packed);
}
