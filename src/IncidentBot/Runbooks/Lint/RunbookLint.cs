using IncidentBot.Runbooks.Rendering;

namespace IncidentBot.Runbooks.Lint;

/// <summary>
/// Looks through runbooks and rules for what would fail somebody at night: an alert without a page, a page without an alert,
/// a link or an anchor that leads nowhere, a page that nobody has looked at for long.
/// </summary>
/// <param name="today">By which reviews are counted.</param>
/// <param name="reviewedWithin">How long a review counts.</param>
/// <param name="otherPages">First parts of paths of this site that lead to no runbook.</param>
internal sealed class RunbookLint(RunbookSet set, RunbookNaming naming, DateOnly today, TimeSpan reviewedWithin,
    IReadOnlySet<string> otherPages)
{
    private readonly RunbookResolver _resolver = new(set, naming, set.Graph);
    private readonly List<Finding> _findings = [];
    private readonly List<Finding> _elsewhere = [];

    /// <param name="rules">Of all rule files; null when none were named, and so nothing is known of them.</param>
    public LintReport Run(IReadOnlyList<AlertRule>? rules, int ruleFiles)
    {
        foreach (var complaint in set.Complaints)
        {
            Add("broken-file", complaint.Split(':')[0], 0, complaint[(complaint.IndexOf(':') + 1)..].Trim());
        }

        foreach (var page in set.Pages)
        {
            Page(page);
        }

        foreach (var rule in rules ?? [])
        {
            Rule(rule);
        }

        if (rules is not null)
        {
            PagesWithoutRules(rules);
        }

        _findings.AddRange(new ServiceLint(set, RunbookFolder.Services).Run(rules));
        return new LintReport(set.Pages.Count, ruleFiles, rules?.Count ?? 0, Sorted(_findings), Sorted(_elsewhere));
    }

    private void Page(Runbook page)
    {
        if (page.Problem is { } problem)
        {
            Add("broken-page", page.File, 0, problem);
        }

        foreach (var key in page.Front.UnknownKeys)
        {
            Add("unknown-front-matter", page.File, 0, $"the key \"{key}\" is not known");
        }

        if (RunbookPath.IsAboutFolder(page.File))
        {
            // What tells of the folder is not what somebody acts on.
        }
        else if (page.Front.Reviewed is not { } reviewed)
        {
            Add("not-reviewed", page.File, 0, "front matter says no day on which it was reviewed");
        }
        else if (reviewed.DayNumber > today.DayNumber + 1)
        {
            // A day more, because it may be tomorrow already where it was written.
            Add("not-reviewed", page.File, 0,
                FormattableString.Invariant(
                $"reviewed {reviewed:yyyy-MM-dd} is a day to come; write the day on which somebody last looked"));
        }
        else if (today.DayNumber - reviewed.DayNumber > reviewedWithin.TotalDays)
        {
            Add("not-reviewed", page.File, 0,
                FormattableString.Invariant($"last reviewed {reviewed:yyyy-MM-dd}, {today.DayNumber - reviewed.DayNumber} days ago"));
        }

        foreach (var link in page.Links)
        {
            Link(page, link);
        }
    }

    private void Link(Runbook page, RunbookLink link)
    {
        if (_resolver.Own(link.Target) is { } own)
        {
            OwnLink(page, link, own);
            return;
        }

        if (link.Path is null)
        {
            var name = link.Target.TrimStart('/').Split('#', '?')[0].TrimEnd('/');
            if (link.Target.StartsWith('/') && !otherPages.Contains(name.Split('/')[0])
                && (name.Contains('/', StringComparison.Ordinal) || set.ByName(name) is null))
            {
                Add("dead-link", page.File, link.Line, $"{link.Target}: there is no such page");
            }

            return;
        }

        if (set.Pictures.ContainsKey(link.Path))
        {
            return;
        }

        var target = link.IsImage ? null : string.Equals(link.Path, page.Path, StringComparison.Ordinal) ? page : set.ByPath(link.Path);
        if (target is null)
        {
            var folder = link.Path.Trim('/') + "/";
            if (link.IsImage || !set.Pages.Any(other => other.Path.StartsWith(folder, StringComparison.OrdinalIgnoreCase)))
            {
                Add("dead-link", page.File, link.Line, $"{link.Target}: there is no such {(link.IsImage ? "picture" : "page")}");
            }
        }
        else if (link.Anchor.Length > 0 && !target.HasAnchor(link.Anchor))
        {
            Add("dead-anchor", page.File, link.Line, $"{link.Target}: {target.File} has no such heading");
        }
    }

    /// <summary>A link that names this site by its whole address.</summary>
    /// <param name="path">Below the address, without slashes at its ends.</param>
    private void OwnLink(Runbook page, RunbookLink link, string path)
    {
        var read = _resolver.Read(link.Target);
        var below = path.StartsWith("runbooks/", StringComparison.OrdinalIgnoreCase) ? path["runbooks/".Length..] : null;
        if (read.Page is { } target)
        {
            if (link.Anchor.Length > 0 && read.Anchor is null)
            {
                Add("dead-anchor", page.File, link.Line, $"{link.Target}: {target.File} has no such heading");
            }
        }
        else if (below is null ? !otherPages.Contains(path.Split('/')[0])
            : !set.Pictures.ContainsKey(below)
                && !set.Pages.Any(other => other.Path.StartsWith(below + "/", StringComparison.OrdinalIgnoreCase)))
        {
            Add("dead-link", page.File, link.Line, $"{link.Target}: there is no such page");
        }
    }

    private void Rule(AlertRule rule)
    {
        var annotation = rule.Annotations["runbook_url"] ?? rule.Annotations["runbook"];
        if (!string.IsNullOrWhiteSpace(annotation) && _resolver.Read(annotation) is { Elsewhere: null } read)
        {
            if (read.Page is null)
            {
                Add("dead-runbook-url", rule.File, rule.Line, $"{rule.Name}: {annotation} leads to no page");
            }
            else if (annotation.IndexOf('#') is >= 0 and var hash && read.Anchor is null)
            {
                Add("dead-anchor", rule.File, rule.Line, $"{rule.Name}: {read.Page.File} has no heading for #{annotation[(hash + 1)..]}");
            }
        }

        var found = _resolver.Resolve(rule.Name, rule.Labels, rule.Annotations);
        if (found.Elsewhere is { } address)
        {
            _elsewhere.Add(new Finding("elsewhere", rule.File, rule.Line, $"{rule.Name}: {address.AbsoluteUri} is not looked at"));
        }
        else if (found.Runbook is null)
        {
            Add("alert-without-runbook", rule.File, rule.Line,
                $"{rule.Name} has no runbook{(set.Search.Near(rule.Name, 1) is [var near, ..] ? $"; is it {near.File}?" : "")}");
        }
    }

    private void PagesWithoutRules(IReadOnlyList<AlertRule> rules)
    {
        var known = rules.Select(rule => Slug.Key(rule.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var page in set.Pages)
        {
            foreach (var alert in page.Front.Alerts.Select(RunbookSet.AlertName).Where(alert => !known.Contains(Slug.Key(alert))))
            {
                Add("runbook-without-rule", page.File, 0, $"no rule has the alert {alert}");
            }
        }
    }

    private void Add(string kind, string file, int line, string message) => _findings.Add(new Finding(kind, file, line, message));

    private static List<Finding> Sorted(List<Finding> findings) =>
        [.. findings.OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line)
            .ThenBy(finding => finding.Message, StringComparer.Ordinal)];
}
