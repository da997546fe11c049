using System.Collections.Frozen;
using IncidentBot.Graph;
using IncidentBot.Runbooks.Rendering;

namespace IncidentBot.Runbooks;

/// <summary>All runbooks as they were at one moment. It never changes; a change of the files makes the next set.</summary>
internal sealed class RunbookSet
{
    public static readonly RunbookSet Empty = new([], FrozenDictionary<string, RunbookPicture>.Empty, []);

    private readonly FrozenDictionary<string, Runbook> _byPath;
    private readonly FrozenDictionary<string, Runbook> _byName;
    private readonly FrozenDictionary<string, Runbook> _byAlert;
    private readonly FrozenDictionary<string, Runbook> _byAlertKey;
    private readonly FrozenDictionary<string, Runbook> _byHeading;
    private readonly Lazy<RunbookSearch> _search;

    /// <param name="pages">Of two with one path the first stays.</param>
    /// <param name="pictures">By path.</param>
    /// <param name="complaints">About roots and files that are no pages.</param>
    /// <param name="services">Of all lists, each name once; null for none.</param>
    public RunbookSet(IEnumerable<Runbook> pages, FrozenDictionary<string, RunbookPicture> pictures, IReadOnlyList<string> complaints,
        ServiceList? services = null)
    {
        Pages = [.. pages.OrderBy(page => page.Path, StringComparer.OrdinalIgnoreCase)];
        (Pictures, Complaints) = (pictures, complaints);
        _byPath = First([.. Pages.Select(page => (page.Path, page)),
            .. Pages.SelectMany(page => page.Front.Aliases.Select(alias => (alias.Trim('/'), page)))], StringComparer.OrdinalIgnoreCase);
        _byName = First(Names(Pages), StringComparer.Ordinal);
        _byAlert = First(Pages.SelectMany(page => page.Front.Alerts.Select(alert => (AlertName(alert), page))), StringComparer.Ordinal);
        _byAlertKey = First(Pages.SelectMany(page => page.Front.Alerts.Select(alert => (Slug.Key(AlertName(alert)), page))),
            StringComparer.Ordinal);
        _byHeading = Headings(Pages).ToFrozenDictionary(StringComparer.Ordinal);
        Graph = EmbeddedGraph.Of(Pages, services ?? new ServiceList([], []));
        _search = new Lazy<RunbookSearch>(() => new RunbookSearch(Pages));
    }

    /// <summary>In the order of their paths.</summary>
    public IReadOnlyList<Runbook> Pages { get; }

    public FrozenDictionary<string, RunbookPicture> Pictures { get; }

    /// <summary>What the pages and the lists of services say of alerts, services and runbooks.</summary>
    public ServiceGraph Graph { get; }

    public IReadOnlyList<string> Complaints { get; }

    /// <summary>Every file could be read: what is not in it is not there.</summary>
    public bool IsWhole => Complaints.Count == 0 && Pages.All(page => page.Problem is null);

    public RunbookSearch Search => _search.Value;

    /// <summary>The page of a path or of one that it had before, in any case.</summary>
    public Runbook? ByPath(string path) => _byPath.GetValueOrDefault(path.Trim('/'));

    /// <summary>
    /// The page that is called so: by its short name, an alias, or the name of one of its alerts, whatever the case and the hyphens.
    /// </summary>
    public Runbook? ByName(string name) => _byName.GetValueOrDefault(Slug.Key(name)) ?? ForAlert(name);

    /// <summary>The page whose front matter names the alert, in any case.</summary>
    public Runbook? ForAlert(string alertname) => _byAlert.GetValueOrDefault(alertname)
        ?? _byAlertKey.GetValueOrDefault(Slug.Key(alertname));

    /// <summary>The only page that has a heading of this name.</summary>
    public Runbook? ByHeading(string name) => _byHeading.GetValueOrDefault(Slug.Key(name));

    /// <summary>The anchor within the page that is about one alert of it: as front matter says, or a heading of that name.</summary>
    public static string? AnchorFor(Runbook page, string alertname)
    {
        var written = page.Front.Alerts.FirstOrDefault(alert => alert.Contains('#', StringComparison.Ordinal)
            && string.Equals(AlertName(alert), alertname, StringComparison.OrdinalIgnoreCase));
        if (written is not null)
        {
            return page.Anchor(written[(written.IndexOf('#') + 1)..]);
        }

        var key = Slug.Key(alertname);
        return page.Headings.FirstOrDefault(heading => heading.Level > 1
            && string.Equals(Slug.Key(heading.Text), key, StringComparison.Ordinal))?.Id;
    }

    /// <summary>The name in <c>NodeDown</c> or <c>NodeDown#anchor</c>.</summary>
    public static string AlertName(string alert) => alert.Split('#')[0].Trim();

    /// <summary>Names in the order in which they count: a page's own before its aliases before its title.</summary>
    private static IEnumerable<(string, Runbook)> Names(IReadOnlyList<Runbook> pages) =>
    [
        .. pages.Select(page => (Slug.Key(page.Slug), page)),
        .. pages.SelectMany(page => page.Front.Aliases.Select(alias => (Slug.Key(alias.Trim('/').Split('/')[^1]), page))),
        .. pages.Select(page => (Slug.Key(page.Title), page)),
    ];

    /// <summary>What several pages have as a heading, such as Impact, leads to none of them.</summary>
    private static Dictionary<string, Runbook> Headings(IReadOnlyList<Runbook> pages) => pages
        .SelectMany(page => page.Headings.Where(heading => heading.Level > 1).Select(heading => (Key: Slug.Key(heading.Text), Page: page))
            .DistinctBy(pair => pair.Key, StringComparer.Ordinal))
        .GroupBy(pair => pair.Key, StringComparer.Ordinal).Where(group => group.Key.Length > 0 && group.Count() == 1)
        .ToDictionary(group => group.Key, group => group.First().Page, StringComparer.Ordinal);

    private static FrozenDictionary<string, Runbook> First(IEnumerable<(string Name, Runbook Page)> pairs, StringComparer comparer)
    {
        var first = new Dictionary<string, Runbook>(comparer);
        foreach (var (name, page) in pairs)
        {
            if (name.Length > 0)
            {
                first.TryAdd(name, page);
            }
        }

        return first.ToFrozenDictionary(comparer);
    }
}
