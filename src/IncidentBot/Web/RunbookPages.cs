using System.Globalization;
using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Runbooks;
using IncidentBot.Storage;
using Microsoft.AspNetCore.Mvc;

namespace IncidentBot.Web;

/// <summary>The runbooks as pages: the index with its search, a page plain or filled in, and the ways that lead to one.</summary>
internal sealed class RunbookPages(RunbookGuide guide, RunbookPageCache cache, IIncidentStore store, Pages pages)
{
    private const int LongestName = 200;
    private const int MostNear = 5;

    private readonly Pages _pages = pages;

    public IResult Index(HttpContext context)
    {
        var query = Cut(context.Request.Query["q"].ToString().Trim());
        var set = guide.Set;
        var frame = _pages.Frame(query.Length == 0 ? "Runbooks" : $"{query} · Runbooks", "/runbooks");
        return new PageResult(
            RunbookIndexPage.Show(new RunbookIndexPage.Model(frame, set, query, query.Length == 0 ? [] : set.Search.Find(query, 30))));
    }

    public async Task<IResult> PageAsync(string path, HttpContext context)
    {
        var set = guide.Set;
        if (set.Pictures.TryGetValue(path, out var picture))
        {
            return RunbookPictures.Answer(picture, context);
        }

        var page = set.ByPath(path);
        if (page is null)
        {
            var folder = path.Trim('/') + "/";
            return set.Pages.Any(other => other.Path.StartsWith(folder, StringComparison.OrdinalIgnoreCase))
                ? Results.LocalRedirect($"/runbooks#{Uri.EscapeDataString(path.Trim('/').Split('/')[0])}")
                : path.Contains('/', StringComparison.Ordinal) ? Missing(Cut(path.Split('/')[^1]), []) : ShortLink(path, context);
        }

        if (page.HasDiagrams)
        {
            PageHeaders.AllowDrawings(context.Response);
        }

        var query = RunbookQuery.Of(context.Request.Query);
        var html = await cache.GetAsync(page, query, _pages.Settings, async () =>
            await PageResult.RenderAsync(context.RequestServices, await ShowAsync(page, query, CancellationToken.None)));
        return new ReadyPage(html);
    }

    /// <summary>Leads to the page of an alert, or says that there is none.</summary>
    public async Task<IResult> ForAsync(string alertname, HttpContext context, CancellationToken cancellationToken)
    {
        var name = Cut(alertname);
        var query = RunbookQuery.Of(context.Request.Query);
        var found = await ResolveAsync(name, query, null, cancellationToken);
        return found switch
        {
            { Runbook: not null } => Redirect(found.Local(query.With(name))!),
            { Elsewhere: { } address } => new PageResult(RunbookNotices.Elsewhere(_pages.Frame(name, "/runbooks"), found, address)),
            _ => Missing(name, found.Steps),
        };
    }

    public IResult ShortLink(string slug, HttpContext context)
    {
        var name = Cut(slug);
        var found = guide.Resolver.ShortLink(name);
        return found.Runbook is null ? Missing(name, found.Steps) : Redirect(found.Local(context.Request.QueryString.ToString())!);
    }

    public static async Task<IResult> ResolveAsync(
        HttpContext context, string? alertname, [FromQuery(Name = "runbook_url")] string? annotation, RunbookPages all,
            CancellationToken cancellationToken)
    {
        if (alertname is not { Length: > 0 and <= LongestName })
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, $"alertname must be 1 to {LongestName} characters");
        }

        var found = await all.ResolveAsync(alertname, RunbookQuery.Of(context.Request.Query), annotation is { Length: > 0 } ? annotation
            : null, cancellationToken);
        var start = all._pages.PublicUrl(context.Request);
        return Results.Json(
            new ResolutionAnswer(found.Runbook?.Path, found.Local() is { } local ? start + local
                : found.Elsewhere?.AbsoluteUri, found.SourceWord),
            ApiJson.Default.ResolutionAnswer);
    }

    /// <summary>
    /// What is known of an alert that is only called by its name: what it says itself in its incident, or where it fires now.
    /// </summary>
    private async Task<Resolution> ResolveAsync(string alertname, RunbookQuery query, string? annotation,
        CancellationToken cancellationToken)
    {
        var (labels, annotations) = (LabelSet.Empty, annotation is null ? LabelSet.Empty : LabelSet.From(("runbook_url", annotation)));
        try
        {
            if (query.Incident is { } number && await store.FindAsync(number, cancellationToken) is { } detail
                && Urgency.Sort(detail.Incident.Alerts.Values)
                    .FirstOrDefault(alert => string.Equals(alert.Name, alertname, StringComparison.OrdinalIgnoreCase)) is { } own)
            {
                (labels, annotations) = (own.Labels, annotation is null ? own.Annotations : annotations);
            }
            else if (annotation is null)
            {
                var firing = await store.ListAsync(new IncidentFilter("firing", Text: alertname, Limit: 20), cancellationToken);
                var same = firing.FirstOrDefault(incident =>
                    string.Equals(incident.Labels["alertname"], alertname, StringComparison.OrdinalIgnoreCase));
                (labels, annotations) = same is not null
                    ? (same.Labels, same.RunbookUrl is { } url ? LabelSet.From(("runbook_url", url)) : annotations)
                    : await WithinAsync(alertname, firing) ?? (labels, annotations);
            }
        }
        catch (StoreUnavailableException)
        {
            // The pages answer all the same: now is when they are needed.
        }

        await guide.PrepareAsync([alertname], cancellationToken);
        return guide.Resolver.Resolve(alertname, labels, annotations);

        // An incident of alerts of several names says in lists only what the worst of them says.
        async Task<(LabelSet, LabelSet)?> WithinAsync(string name, IReadOnlyList<IncidentSummary> incidents)
        {
            foreach (var incident in incidents.Where(incident => incident.Labels["alertname"] is null).Take(MostNear))
            {
                var detail = await store.FindAsync(incident.Number, cancellationToken);
                if (detail?.Incident.Alerts.Values.FirstOrDefault(alert => alert.Firing
                    && string.Equals(alert.Name, name, StringComparison.OrdinalIgnoreCase)) is { } own)
                {
                    return (own.Labels, own.Annotations);
                }
            }

            return null;
        }
    }

    private async Task<Microsoft.AspNetCore.Components.RenderFragment> ShowAsync(Runbook page, RunbookQuery query,
        CancellationToken cancellationToken)
    {
        var around = await RunbookSurroundings.ReadAsync(page, query, store, guide, cancellationToken);
        var frame = _pages.Frame(page.Title, "/runbooks");
        return RunbookPage.Show(
            new RunbookPage.Model(frame, page, query, around, guide.Set, page.Template.Render(around.Values, around.Carried))
            {
                IsOld = page.Front.Reviewed is { } day
                && frame.Now - new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) > guide.ReviewedWithin,
            });
    }

    private PageResult Missing(string name, IReadOnlyList<string> steps) => new(
        RunbookNotices.None(_pages.Frame("No runbook", "/runbooks"), name, steps, guide.Set.Search.Near(name, MostNear)),
        StatusCodes.Status404NotFound);

    private static IResult Redirect(string local) => Results.LocalRedirect(local);

    private static string Cut(string text) => Headline.Cut(text, LongestName);
}

/// <summary>What the address of a runbook page asks for beside the page.</summary>
/// <param name="Incident">Whose alert fills it in.</param>
/// <param name="Alert">The fingerprint of that alert; empty for the most urgent one.</param>
/// <param name="For">The alert's name by which the reader was led here; empty when they came by themselves.</param>
internal sealed record RunbookQuery(long? Incident, string Alert, string For)
{
    private const int Longest = 200;

    public bool IsPlain => Incident is null && For.Length == 0;

    /// <summary>What links to other pages carry on, with a question mark.</summary>
    public string Carried => Incident is { } number
        ? FormattableString.Invariant($"?incident={number}") + (Alert.Length > 0 ? $"&alert={Uri.EscapeDataString(Alert)}" : "")
        : "";

    public static RunbookQuery Of(IQueryCollection query) => new(
        long.TryParse(query["incident"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
        Headline.Cut(query["alert"].ToString(), Longest),
        Headline.Cut(query["for"].ToString(), Longest));

    /// <summary>The same, for a reader who is led here by an alert's name.</summary>
    public string With(string alertname) => $"{(Carried.Length == 0 ? "?" : Carried + "&")}for={Uri.EscapeDataString(alertname)}";
}
