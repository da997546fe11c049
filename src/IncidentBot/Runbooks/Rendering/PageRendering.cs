using IncidentBot.Runbooks.Filling;
using Markdig.Syntax;

namespace IncidentBot.Runbooks.Rendering;

/// <summary>What is gathered while one page is rendered: its gaps, headings and links.</summary>
/// <param name="path">Of the page: <c>media/plex</c>.</param>
/// <param name="folder">In which its file lies: <c>media</c>.</param>
internal sealed class PageRendering(string path, string folder)
{
    /// <summary>A page with more of anything is not one that a person reads.</summary>
    private const int Most = 5000;

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<HeadingBlock, HeadingIds> _headings = [];

    public List<Placeholder> Placeholders { get; } = [];

    public List<RunbookHeading> Headings { get; } = [];

    public List<RunbookLink> Links { get; } = [];

    public bool HasDiagrams { get; set; }

    /// <summary>The heading that is the page's title, and so is not shown a second time; null for none.</summary>
    public HeadingBlock? Title { get; init; }

    /// <summary>Takes a placeholder in, and returns the mark that stands for it.</summary>
    public string Gap(Placeholder placeholder)
    {
        if (Placeholders.Count >= Most)
        {
            return HtmlText.Escape(placeholder.Written);
        }

        Placeholders.Add(placeholder);
        return RunbookTemplate.Gap(Placeholders.Count - 1);
    }

    /// <summary>
    /// Takes all headings in. A second heading of the same words gets a number, as on GitHub; shorter anchors are made of the
    /// names that no heading has.
    /// </summary>
    public void TakeHeadings(IEnumerable<HeadingBlock> headings)
    {
        var all = headings.ToList();
        foreach (var heading in all)
        {
            var text = PageRenderers.Words(heading.Inline);
            var id = Id(Slug.Of(text));
            _headings[heading] = new HeadingIds(id, null);
            if (Headings.Count < Most)
            {
                Headings.Add(new RunbookHeading(heading.Level, id, text));
            }
        }

        foreach (var heading in all)
        {
            var id = _headings[heading].Id;
            if (Slug.Collapse(id) is { Length: > 0 } collapsed && _ids.Add(collapsed))
            {
                _headings[heading] = new HeadingIds(id, collapsed);
            }
        }
    }

    public HeadingIds IdsOf(HeadingBlock heading) => _headings.GetValueOrDefault(heading) ?? new HeadingIds("", null);

    private string Id(string slug)
    {
        var id = slug;
        var number = _numbers.GetValueOrDefault(slug);
        while (!_ids.Add(id))
        {
            id = FormattableString.Invariant($"{slug}-{++number}");
        }

        _numbers[slug] = number;
        return id;
    }

    /// <summary>The address of a link as the page may have it; null when it must not be one. A link within this site is noted.</summary>
    public string? Address(string? target, int line, bool isImage)
    {
        if (target is null || target.Length > 4000)
        {
            return null;
        }

        // Entities may have made marks of what was none in the file.
        target = RunbookTemplate.Without(target);
        var link = PageLink.Of(target, path, folder);
        if (link is not null && Links.Count < Most)
        {
            Links.Add(new RunbookLink(target, link.Path, link.Anchor, line, isImage));
        }

        return link is null ? null : Placeholder.Replace(link.Href, placeholder =>
            link.MayFill(placeholder.Written) ? Gap(placeholder with { Place = Place.Address })
                : Uri.EscapeDataString(placeholder.Written));
    }
}

/// <summary>The anchors of a heading.</summary>
/// <param name="Id">As GitHub makes it.</param>
/// <param name="Collapsed">With runs of hyphens as one; null when that is the same, or another heading's.</param>
internal sealed record HeadingIds(string Id, string? Collapsed);
