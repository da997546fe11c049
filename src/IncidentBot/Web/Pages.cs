using System.Globalization;
using IncidentBot.Incidents;
using IncidentBot.Runbooks;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary>Reads what a page shows and makes the page of it; without a store it makes the page that says why.</summary>
internal sealed class Pages(IIncidentStore store, Func<PageSettings> settings, RunbookGuide runbooks, TimeProvider time)
{
    /// <summary>For how long a resolved incident stays in sight on the first page.</summary>
    public static readonly TimeSpan Recently = TimeSpan.FromHours(24);

    private const int MostEnded = 20;
    private const int LongestFingerprint = 200;

    public PageSettings Settings => settings();

    public PageFrame Frame(string title, string section, int refreshEvery = 0, bool? burning = null) =>
        new(title, section, time.GetUtcNow(), Settings.TimeZone, refreshEvery, burning);

    public async Task<IResult> HomeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var query = HomeQuery.Of(context.Request.Query);
        var counts = await store.CountAsync(cancellationToken);
        var incidents = await store.ListAsync(query.Filter(), cancellationToken);
        var ended = query is { Status: "firing", Page: 1 }
            ? await store.ListAsync(query.Filter("resolved", MostEnded), cancellationToken)
            : [];
        var title = counts.Firing == 0 ? "Nothing is on fire" : $"({counts.Firing.ToString(CultureInfo.InvariantCulture)}) on fire";
        var frame = Frame(title, "/", refreshEvery: 60, burning: counts.Firing > 0);
        return new PageResult(HomePage.Show(new HomePage.Model(
            frame,
            query,
            [.. incidents.Take(HomeQuery.PageSize)],
            incidents.Count > HomeQuery.PageSize,
            counts.Firing == 0 ? ended : [.. ended.Where(incident => frame.Now - incident.ResolvedAt < Recently)],
            counts,
            WebhookUrl(context.Request),
            runbooks)));
    }

    public async Task<IResult> IncidentAsync(string number, HttpContext context, CancellationToken cancellationToken)
    {
        var detail = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted)
            ? await store.FindAsync(wanted, cancellationToken)
            : null;
        if (detail is null)
        {
            return NotFound(number);
        }

        var alerts = Urgency.Sort(detail.Incident.Alerts.Values);
        var last = Math.Max(1, (alerts.Count + IncidentPage.PageSize - 1) / IncidentPage.PageSize);
        var page = int.TryParse(context.Request.Query["alerts"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
            ? Math.Clamp(asked, 1, last)
            : 1;
        var title = $"{Look.Of(detail.Summary.Status, detail.Summary.Severity).Word}: {Headline.Cut(detail.Summary.Title, 100)}";
        var frame = Frame(title, "", refreshEvery: 30, burning: detail.Summary.Status == IncidentStatus.Firing);
        var found = runbooks.Of(detail.Incident);
        var inline = InlineRunbook.Of(found, runbooks.Resolver, detail.Incident, alerts, Headline.Cut(context.Request.Query["alert"].ToString(), LongestFingerprint));
        if (inline?.Page.HasDiagrams == true)
        {
            PageHeaders.AllowDrawings(context.Response);
        }

        return new PageResult(IncidentPage.Show(new IncidentPage.Model(frame, detail, alerts, page, found, inline, runbooks.Tier(detail.Incident),
            ActorCookie.Name(context.Request))));
    }

    public async Task<IResult> DeliveriesAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var counts = await store.CountAsync(cancellationToken);
        var posts = await store.PostsAsync(DeliveriesPage.Most, cancellationToken);
        int? sent = int.TryParse(context.Request.Query["sent"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
        var frame = Frame("Deliveries", "/deliveries", refreshEvery: 10, burning: counts.Firing > 0);
        return new PageResult(DeliveriesPage.Show(new DeliveriesPage.Model(frame, posts, counts, sent)));
    }

    /// <param name="comeBack">The page from which it was tried.</param>
    public IResult Refused(GuardAnswer answer, string comeBack) =>
        new PageResult(NoticePages.Refused(Frame("Not allowed", ""), answer, Links.Local(comeBack)), Refusals.Status(answer));

    public IResult NotFound(string number) =>
        new PageResult(NoticePages.NoIncident(Frame("Not found", ""), number), StatusCodes.Status404NotFound);

    /// <param name="path">Of the page that was asked for.</param>
    public IResult Unavailable(string path, StoreUnavailableException exception) => new PageResult(
        NoticePages.StoreUnavailable(Frame("Store unavailable", path, refreshEvery: 5), exception.Message),
        StatusCodes.Status503ServiceUnavailable);

    /// <summary>The address by which this reader reaches the pages, without a slash at its end.</summary>
    public string PublicUrl(HttpRequest request) => Settings.ExternalUrl?.AbsoluteUri.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}";

    private string WebhookUrl(HttpRequest request) => $"{PublicUrl(request)}/webhooks/alertmanager";
}
