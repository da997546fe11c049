using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IncidentBot.Support;

/// <summary>A thing as a registry keeps it: its bytes, their digest, their media type.</summary>
internal sealed record StoredBytes(string MediaType, byte[] Bytes)
{
    public string Digest { get; } = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Bytes));

    /// <summary>What a manifest says of it.</summary>
    public string Described(string more = "") => string.Create(CultureInfo.InvariantCulture,
        $$"""{"mediaType":"{{MediaType}}","digest":"{{Digest}}","size":{{Bytes.Length}}{{more}}}""");
}

/// <summary>An image made up for a test: its manifest, and the config and layers that it names.</summary>
internal sealed record ImageBytes(StoredBytes Manifest, StoredBytes Config, IReadOnlyList<StoredBytes> Layers)
{
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";

    public IEnumerable<StoredBytes> Blobs => Layers.Prepend(Config);

    /// <param name="seed">Another seed makes another image.</param>
    /// <param name="shared">Layers that it has in common with others, below its own.</param>
    public static ImageBytes Make(string seed, int layers = 2, int layerBytes = 2000, bool docker = false, DateTimeOffset? created = null,
        params StoredBytes[] shared)
    {
        var config = Text(docker ? "application/vnd.docker.container.image.v1+json" : "application/vnd.oci.image.config.v1+json", string.Create(
            CultureInfo.InvariantCulture, $$"""{"created":"{{created ?? DateTimeOffset.UnixEpoch:O}}","architecture":"amd64","os":"linux","seed":"{{seed}}"}"""));
        var all = shared.Concat(Enumerable.Range(0, layers).Select(number => Layer($"{seed}/{number}", layerBytes, docker))).ToList();
        var manifest = Text(docker ? DockerManifest : OciManifest,
            $$"""{"schemaVersion":2,"mediaType":"{{(docker ? DockerManifest : OciManifest)}}","config":{{config.Described()}},"layers":[{{string.Join(",", all.Select(layer => layer.Described()))}}]}""");
        return new ImageBytes(manifest, config, all);
    }

    public static StoredBytes Layer(string seed, int bytes, bool docker = false)
    {
        var content = new byte[bytes];
        new Random(Hash(seed)).NextBytes(content);
        return new StoredBytes(docker ? "application/vnd.docker.image.rootfs.diff.tar.gzip" : "application/vnd.oci.image.layer.v1.tar+gzip", content);
    }

    /// <summary>An index of these, of which the last may be an attestation.</summary>
    public static StoredBytes Index(bool docker, params (ImageBytes Image, string Platform)[] children) => Text(docker ? DockerList : OciIndex,
        $$"""{"schemaVersion":2,"mediaType":"{{(docker ? DockerList : OciIndex)}}","manifests":[{{string.Join(",", children.Select(Child))}}]}""");

    public static StoredBytes Text(string mediaType, string text) => new(mediaType, Encoding.UTF8.GetBytes(text));

    private static string Child((ImageBytes Image, string Platform) child)
    {
        var parts = child.Platform.Split('/');
        var attestation = child.Platform == "unknown/unknown" ? ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}" : "";
        return child.Image.Manifest.Described($$""","platform":{"os":"{{parts[0]}}","architecture":"{{parts[1]}}"}{{attestation}}""");
    }

    private static int Hash(string text) => BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
