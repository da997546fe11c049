using IncidentBot.Alerts;
using IncidentBot.Graph;
using IncidentBot.Runbooks.Rendering;

namespace IncidentBot.Runbooks;

/// <summary>How rules name pages of this site.</summary>
/// <param name="Prefixes">Before the path of a page in a repository: <c>docs/runbooks</c>.</param>
/// <param name="Own">Addresses of this site.</param>
internal sealed record RunbookNaming(IReadOnlyList<string> Prefixes, IReadOnlyList<Uri> Own)
{
    public static readonly RunbookNaming Default = new(["docs/runbooks", "runbooks"], []);
}

/// <summary>
/// Decides which page an alert leads to: a link of the graph before the annotation of the rule before the front matter of the
/// pages. Names are compared without case and hyphens, because rules, files and addresses rarely agree on them.
/// </summary>
/// <param name="links">Who keeps links from alerts to pages; null when nobody does.</param>
internal sealed class RunbookResolver(RunbookSet set, RunbookNaming naming, IRunbookLinks? links = null)
{
    private const int Longest = 4000;

    public Resolution Resolve(string alertname, LabelSet? labels = null, LabelSet? annotations = null)
    {
        var steps = new List<string>();
        var annotation = annotations?["runbook_url"] ?? annotations?["runbook"];
        return ByGraph(alertname, labels ?? LabelSet.Empty, annotation, steps)
            ?? ByAnnotation(alertname, annotation, steps)
            ?? ByPages(alertname, steps)
            ?? new Resolution(alertname, ResolutionSource.None, null, null, null, steps);
    }

    /// <summary>
    /// The page of a short link, here and in annotations: by its own name, an alias or its title, then by an alert. A heading is
    /// no name of a page: many have the same.
    /// </summary>
    public Resolution ShortLink(string name) => set.ByName(name) is { } page
        ? new Resolution(name, ResolutionSource.FrontMatter, page, RunbookSet.AnchorFor(page, name), null,
            ["The page is called so, or names an alert of this name."])
        : new Resolution(name, ResolutionSource.None, null, null, null, ["No page is called so, and none names an alert of this name."]);

    /// <summary>What an annotation names: a page of this site and an anchor, an address elsewhere, or nothing that is known.</summary>
    public (Runbook? Page, string? Anchor, Uri? Elsewhere) Read(string annotation)
    {
        var text = annotation.Trim();
        if (text.Length is 0 or > Longest)
        {
            return default;
        }

        var hash = text.IndexOf('#');
        var anchor = hash < 0 ? "" : Uri.UnescapeDataString(text[(hash + 1)..]);
        Runbook? page;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            var rest = Own(url);
            page = rest is not null ? OwnPage(rest) : Repository(url.GetLeftPart(UriPartial.Path), needsPrefix: true);
            return page is not null ? (page, page.Anchor(anchor), null) : rest is not null || url.UserInfo.Length > 0 ? default
                : (null, null, url);
        }

        page = Repository(text.Split('#', '?')[0], needsPrefix: false);
        return (page, page?.Anchor(anchor), null);
    }

    /// <summary>The most specific link that fits and leads somewhere; of those with equally many conditions the first.</summary>
    private Resolution? ByGraph(string alertname, LabelSet labels, string? annotation, List<string> steps)
    {
        if (links is null)
        {
            return null;
        }

        if (links.Of(alertname) is not { } known)
        {
            steps.Add("The graph cannot say now whether it links this alert to a page.");
            return null;
        }

        foreach (var link in known.Where(link => link.Match.Fit(labels)).OrderByDescending(link => link.Match.Count))
        {
            var (page, anchor, elsewhere) = Read(link.Path);
            if (page is null && elsewhere is null)
            {
                steps.Add($"The graph names {link.Path}, but there is no such page.");
                continue;
            }

            steps.Add($"The graph links this alert to {(page is null ? $"a page elsewhere, on {elsewhere!.Host}" : "the page")}"
                + $"{(link.Match.Count == 0 ? "" : $", where {link.Match}")}{(link.Source.Length == 0 ? "" : $", as {link.Source} says")}.");
            var place = page is null ? null
                : page.Anchor(link.Anchor) ?? anchor ?? Anchor(page, annotation) ?? RunbookSet.AnchorFor(page, alertname);
            return new Resolution(alertname, ResolutionSource.Graph, page, place, elsewhere, steps);
        }

        return null;
    }

    /// <summary>The place in a page that the rule's annotation names, when that names the same page.</summary>
    private string? Anchor(Runbook page, string? annotation) =>
        annotation is not null && Read(annotation) is var read && ReferenceEquals(read.Page, page) ? read.Anchor : null;

    private Resolution? ByAnnotation(string alertname, string? annotation, List<string> steps)
    {
        if (string.IsNullOrWhiteSpace(annotation))
        {
            steps.Add("No annotation runbook_url is known of it.");
            return null;
        }

        var (page, anchor, elsewhere) = Read(annotation);
        if (page is not null)
        {
            steps.Add("The rule's annotation names this page.");
            return new Resolution(alertname, ResolutionSource.Annotation, page, anchor ?? RunbookSet.AnchorFor(page, alertname), null,
                steps);
        }

        if (elsewhere is not null)
        {
            steps.Add($"The rule's annotation names a page elsewhere, on {elsewhere.Host}.");
            return new Resolution(alertname, ResolutionSource.Annotation, null, null, elsewhere, steps);
        }

        steps.Add("The rule's annotation names no page that is here.");
        return null;
    }

    private Resolution? ByPages(string alertname, List<string> steps)
    {
        var (page, why) = set.ForAlert(alertname) is { } named ? (named, "The page's front matter names this alert.")
            : set.ByName(alertname) is { } called ? (called, "No front matter names this alert, but the page is called like it.")
            : set.ByHeading(alertname) is { } within ? (within, "No front matter names this alert, but a heading of the page does.")
            : (null, "No page's front matter, name or heading is this alert.");
        steps.Add(why);
        return page is null ? null
            : new Resolution(alertname, ResolutionSource.FrontMatter, page, RunbookSet.AnchorFor(page, alertname), null, steps);
    }

    /// <summary>The path below this site when a whole address is of it; null otherwise.</summary>
    public string? Own(string address) => Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        ? Own(url) : null;

    /// <inheritdoc cref="Own(string)"/>
    private string? Own(Uri url) => naming.Own
        .Where(own => string.Equals(own.IdnHost, url.IdnHost, StringComparison.OrdinalIgnoreCase)
            && (own.Port == url.Port || (own.IsDefaultPort && url.IsDefaultPort)))
        .Select(own => own.AbsolutePath.TrimEnd('/'))
        .Where(start => url.AbsolutePath.StartsWith(start + "/", StringComparison.OrdinalIgnoreCase)
            || url.AbsolutePath.Length == start.Length)
        .Select(start => Uri.UnescapeDataString(url.AbsolutePath[start.Length..]).Trim('/'))
        .FirstOrDefault();

    private Runbook? OwnPage(string path) =>
        path.StartsWith("runbooks/for/", StringComparison.OrdinalIgnoreCase) ? ByPages(path["runbooks/for/".Length..], [])?.Runbook
        : path.StartsWith("runbooks/", StringComparison.OrdinalIgnoreCase) ? set.ByPath(path["runbooks/".Length..])
        : path.Contains('/', StringComparison.Ordinal) ? null
        : ShortLink(path).Runbook;

    /// <summary>The page of a file of a repository, wherever that is mounted.</summary>
    private Runbook? Repository(string file, bool needsPrefix)
    {
        var path = Uri.UnescapeDataString(file).Replace('\\', '/');
        foreach (var prefix in naming.Prefixes.Select(prefix => prefix.Trim('/')).Where(prefix => prefix.Length > 0))
        {
            var at = path.StartsWith(prefix + "/", StringComparison.OrdinalIgnoreCase) ? 0
                : path.LastIndexOf($"/{prefix}/", StringComparison.OrdinalIgnoreCase) is >= 0 and var inside ? inside + 1 : -1;
            if (at >= 0 && set.ByPath(WithoutEnding(path[(at + prefix.Length + 1)..])) is { } page)
            {
                return page;
            }
        }

        return needsPrefix ? null : set.ByPath(WithoutEnding(path)) ?? set.ByName(WithoutEnding(path.TrimEnd('/').Split('/')[^1]));
    }

    private static string WithoutEnding(string path) => RunbookPath.OfFile(
        path.EndsWith(".md", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path.TrimEnd('/'));
}
