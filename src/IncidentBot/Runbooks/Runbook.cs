using IncidentBot.Runbooks.Rendering;

namespace IncidentBot.Runbooks;

/// <summary>One page that tells people what to do, as it was read from its file.</summary>
internal sealed record Runbook
{
    /// <summary>Where it is found: <c>infrastructure/node-down</c>, the file below its root without its ending.</summary>
    public required string Path { get; init; }

    /// <summary>The file as people know it, for complaints: <c>runbooks/infrastructure/node-down.md</c>.</summary>
    public required string File { get; init; }

    /// <summary>In which the file lies, below its root; empty for the root itself.</summary>
    public string Folder { get; init; } = "";

    public required string Title { get; init; }

    public FrontMatter Front { get; init; } = FrontMatter.None;

    /// <summary>Its HTML, with gaps where an alert's own values belong.</summary>
    public required RunbookTemplate Template { get; init; }

    public IReadOnlyList<RunbookHeading> Headings { get; init; } = [];

    public IReadOnlyList<RunbookLink> Links { get; init; } = [];

    /// <summary>Its words without any markup, for the search.</summary>
    public string Text { get; init; } = "";

    /// <summary>What is wrong with the file; null when nothing is.</summary>
    public string? Problem { get; init; }

    public bool HasDiagrams { get; init; }

    /// <summary>The last part of the path: <c>node-down</c>.</summary>
    public string Slug => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The first folder; empty for a page that lies in the root itself.</summary>
    public string Category => Folder.Split('/')[0];

    /// <summary>The address of the page on this server.</summary>
    public string Url => "/runbooks/" + string.Join('/', Path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>Whether a browser finds the anchor: as GitHub writes it, or with runs of hyphens collapsed.</summary>
    public bool HasAnchor(string anchor) => Headings.Any(heading =>
        string.Equals(heading.Id, anchor, StringComparison.Ordinal)
            || string.Equals(Rendering.Slug.Collapse(heading.Id), anchor, StringComparison.Ordinal));

    /// <summary>
    /// The id of the heading that an anchor means: as GitHub writes it, with runs of hyphens collapsed, or by its letters alone.
    /// </summary>
    public string? Anchor(string wanted)
    {
        if (wanted.Length == 0)
        {
            return null;
        }

        return (Headings.FirstOrDefault(heading => string.Equals(heading.Id, wanted, StringComparison.OrdinalIgnoreCase))
            ?? Headings.FirstOrDefault(heading =>
                string.Equals(Rendering.Slug.Collapse(heading.Id), Rendering.Slug.Collapse(wanted), StringComparison.OrdinalIgnoreCase))
            ?? Headings.FirstOrDefault(heading =>
                string.Equals(Rendering.Slug.Key(heading.Id), Rendering.Slug.Key(wanted), StringComparison.Ordinal)))?.Id;
    }
}

/// <summary>A heading of a page.</summary>
/// <param name="Level">1 to 6.</param>
/// <param name="Id">Its anchor, without the hash.</param>
internal sealed record RunbookHeading(int Level, string Id, string Text);

/// <summary>A link that a page holds.</summary>
/// <param name="Target">As it is written.</param>
/// <param name="Path">The page or picture of this site that it leads to; null when it leads elsewhere.</param>
/// <param name="Anchor">Behind the hash; empty for none.</param>
/// <param name="Line">In the file, from 1.</param>
internal sealed record RunbookLink(string Target, string? Path, string Anchor, int Line, bool IsImage);
