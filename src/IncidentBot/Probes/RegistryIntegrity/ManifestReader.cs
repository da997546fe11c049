using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>What a manifest says. https://github.com/opencontainers/image-spec/blob/main/manifest.md and image-index.md</summary>
/// <param name="IsIndex">It lists manifests.</param>
/// <param name="Parts">What it consists of, as its descriptors have it.</param>
/// <param name="Created">From its annotations; null when they do not say.</param>
internal sealed record Manifest(bool IsIndex, IReadOnlyList<Descriptor> Parts, DateTimeOffset? Created);

/// <summary>What a manifest says of one of its parts.</summary>
/// <param name="Platform">Null when there is none.</param>
internal sealed record Descriptor(ContentKind Kind, string Digest, long? Size, string? Platform);

/// <summary>Reads manifests of all four media types. What it reads is hostile; it answers with what is wrong and never throws.</summary>
internal static partial class ManifestReader
{
    /// <summary>In the order of preference. Without the OCI types a sound image looks missing.</summary>
    public static readonly string[] MediaTypes =
    [
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ];

    /// <summary>The largest manifest that registries take.</summary>
    public const int LargestBytes = 4 * 1024 * 1024;

    private const string CreatedAnnotation = "org.opencontainers.image.created";

    /// <summary>Returns the manifest, or what is wrong with it.</summary>
    public static (Manifest? Manifest, string? Problem) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return (null, "is no manifest");
            }

            if (root.TryGetProperty("manifests", out var children))
            {
                return Whole(new Manifest(true, [.. List(children, ChildKind)], Created(root)));
            }

            if (root.TryGetProperty("fsLayers", out var old))
            {
                return Whole(new Manifest(false, [.. List(old, _ => ContentKind.Layer)], null));
            }

            if (!root.TryGetProperty("layers", out var layers) || !root.TryGetProperty("config", out var config))
            {
                return (null, "is neither an index nor the manifest of an image");
            }

            return Whole(new Manifest(false, [One(config, ContentKind.Config), .. List(layers, _ => ContentKind.Layer)], Created(root)));
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException)
        {
            return (null, "is a manifest that cannot be read");
        }
    }

    /// <summary>The time in an image's config; null when it does not say.</summary>
    public static DateTimeOffset? CreatedOf(ReadOnlyMemory<byte> config)
    {
        try
        {
            using var document = JsonDocument.Parse(config, new JsonDocumentOptions { MaxDepth = 32 });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("created", out var created)
                ? Time(created) : null;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The digest of bytes by the algorithm of another digest.</summary>
    public static string DigestLike(string digest, ReadOnlySpan<byte> bytes) =>
        Written(digest, digest.StartsWith("sha512:", StringComparison.Ordinal) ? SHA512.HashData(bytes) : SHA256.HashData(bytes));

    /// <summary>A digest with the algorithm of another one.</summary>
    public static string Written(string like, byte[] hash) => $"{like[..like.IndexOf(':', StringComparison.Ordinal)]}:{Convert.ToHexStringLower(hash)}";

    public static bool IsDigest(string text) => Digest().IsMatch(text);

    private static (Manifest?, string?) Whole(Manifest manifest) =>
        manifest.Parts.All(part => IsDigest(part.Digest)) ? (manifest, null) : (null, "names a part by a digest that cannot be asked for");

    private static IEnumerable<Descriptor> List(JsonElement list, Func<JsonElement, ContentKind?> kind)
    {
        foreach (var entry in list.EnumerateArray())
        {
            // Layers of Windows that only Microsoft may hand out are not in the registry, and say where they are instead.
            if (entry.TryGetProperty("urls", out var elsewhere) && elsewhere.ValueKind == JsonValueKind.Array
                && elsewhere.GetArrayLength() > 0)
            {
                continue;
            }

            yield return One(entry, kind(entry) ?? ContentKind.Manifest);
        }
    }

    private static Descriptor One(JsonElement entry, ContentKind kind)
    {
        var digest = entry.TryGetProperty("digest", out var named) || entry.TryGetProperty("blobSum", out named) ? named.GetString() ?? "" : "";
        long? size = entry.TryGetProperty("size", out var number) && number.TryGetInt64(out var bytes) && bytes >= 0 ? bytes : null;
        return new Descriptor(kind, digest, size, Platform(entry));
    }

    /// <summary>The cache of BuildKit is an index that lists layers.</summary>
    private static ContentKind? ChildKind(JsonElement child)
    {
        var type = child.TryGetProperty("mediaType", out var named) ? named.GetString() ?? "" : "";
        return type is "application/vnd.oci.image.index.v1+json" or "application/vnd.docker.distribution.manifest.list.v2+json" ? ContentKind.Index
            : type.Length == 0 || type.Contains("manifest", StringComparison.Ordinal) ? ContentKind.Manifest
            : ContentKind.Layer;
    }

    private static string? Platform(JsonElement child)
    {
        if (!child.TryGetProperty("platform", out var platform) || platform.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var words = new[] { "os", "architecture", "variant" }
            .Select(key => platform.TryGetProperty(key, out var word) && word.ValueKind == JsonValueKind.String ? word.GetString() : null)
            .Where(word => !string.IsNullOrEmpty(word));
        return string.Join('/', words) is { Length: > 0 and < 100 } name ? name : null;
    }

    private static DateTimeOffset? Created(JsonElement root) =>
        root.TryGetProperty("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object
            && annotations.TryGetProperty(CreatedAnnotation, out var created) ? Time(created) : null;

    private static DateTimeOffset? Time(JsonElement written) =>
        written.ValueKind == JsonValueKind.String && written.TryGetDateTimeOffset(out var time) ? time.ToUniversalTime() : null;

    [GeneratedRegex("^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Digest();
}
