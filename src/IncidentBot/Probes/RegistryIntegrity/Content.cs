namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>What a thing in a registry is.</summary>
internal enum ContentKind
{
    /// <summary>A list of manifests, one for each platform.</summary>
    Index,

    /// <summary>The manifest of one image.</summary>
    Manifest,

    /// <summary>What an image is started with.</summary>
    Config,

    /// <summary>A packed part of an image's files.</summary>
    Layer,
}

/// <summary>Why a thing cannot be had.</summary>
/// <param name="Words">What was asked and what came, as the second half of a sentence: <c>is missing (404)</c>.</param>
/// <param name="IsRegistry">The registry itself may be ill: it failed or stayed silent, also at the last attempt.</param>
internal sealed record Fault(string Words, bool IsRegistry = false)
{
    public static Fault OtherBytes(string hash) => new($"has other bytes than its digest: they hash to {hash}");
}

/// <summary>One thing that a repository promises under a digest, with what it consists of and the tags that need it.</summary>
/// <param name="digest">The digest; of a tag whose manifest cannot be had, the tag.</param>
/// <param name="size">In bytes, as its parent says; null when nobody does.</param>
internal sealed class Content(string repository, ContentKind kind, string digest, long? size)
{
    private readonly HashSet<string> _tags = new(StringComparer.Ordinal);
    private readonly HashSet<Content> _parents = [];

    public string Repository => repository;

    public ContentKind Kind { get; set; } = kind;

    public string Digest => digest;

    public long? Size => size;

    /// <summary>Of an index's child: <c>linux/arm64</c>.</summary>
    public string? Platform { get; init; }

    /// <summary>Null while nothing is wrong with it itself.</summary>
    public Fault? Fault { get; set; }

    /// <summary>Why nothing is known of it, such as a login with too few rights; null when it was looked at.</summary>
    public string? Unchecked { get; set; }

    public IReadOnlyList<Content> Parts { get; set; } = [];

    /// <summary>The same bytes under another repository's name; null after the last of them.</summary>
    public Content? Same { get; set; }

    /// <summary>Those that consist of it.</summary>
    public IReadOnlyCollection<Content> Parents => _parents;

    public IReadOnlyCollection<string> Tags => _tags;

    /// <summary>A manifest that cannot be had, or not all of what it consists of.</summary>
    public bool IsBrokenImage => Kind is ContentKind.Index or ContentKind.Manifest
        && (Fault is not null || Parts.Any(part => part.Kind is ContentKind.Config or ContentKind.Layer && part.Fault is not null));

    /// <summary>It, and all that it consists of, is needed by a tag. Not at the same time for two tags.</summary>
    public void NeededBy(string tag)
    {
        if (_tags.Add(tag))
        {
            foreach (var part in Parts)
            {
                part._parents.Add(this);
                part.NeededBy(tag);
            }
        }
    }
}
