using IncidentBot.Runbooks.Filling;

namespace IncidentBot.Runbooks.Rendering;

/// <summary>What is gathered while one page is rendered: its gaps, headings and links.</summary>
/// <param name="path">Of the page: <c>media/plex</c>.</param>
internal sealed class PageRendering(string path)
{
    /// <summary>A page with more of anything is not one that a person reads.</summary>
    private const int Most = 5000;

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public List<Placeholder> Placeholders { get; } = [];

    public List<RunbookHeading> Headings { get; } = [];

    public List<RunbookLink> Links { get; } = [];

    public bool HasDiagrams { get; set; }

    /// <summary>The page's title, whose own heading is not shown a second time.</summary>
    public string? Title { get; set; }

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

    /// <summary>Takes a heading in, and returns its anchor: a second heading of the same words gets a number, as on GitHub.</summary>
    public string Heading(int level, string text)
    {
        var slug = Slug.Of(text);
        var id = slug;
        for (var i = 1; !_ids.Add(id); i++)
        {
            id = FormattableString.Invariant($"{slug}-{i}");
        }

        if (Headings.Count < Most)
        {
            Headings.Add(new RunbookHeading(level, id, text));
        }

        return id;
    }

    /// <summary>Whether a further anchor may be made of this name.</summary>
    public bool TakeId(string id) => id.Length > 0 && _ids.Add(id);

    /// <summary>The address of a link as the page may have it; null when it must not be one. A link within this site is noted.</summary>
    public string? Address(string? target, int line, bool isImage)
    {
        if (target is null || target.Length > 4000)
        {
            return null;
        }

        var link = PageLink.Of(target, path);
        if (link is not null && Links.Count < Most)
        {
            Links.Add(new RunbookLink(target, link.Path, link.Anchor, line, isImage));
        }

        return link is null ? null : Placeholder.Replace(link.Href, placeholder =>
            link.MayFill(placeholder.Written) ? Gap(placeholder with { Place = Place.Address }) : Uri.EscapeDataString(placeholder.Written));
    }
}
