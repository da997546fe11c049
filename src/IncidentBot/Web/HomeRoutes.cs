using IncidentBot.Channels;
using IncidentBot.Runbooks;
using IncidentBot.Sources;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary><c>/</c>: what is on fire now.</summary>
internal static class HomeRoutes
{
    /// <summary>For how long a resolved incident stays in sight while others fire.</summary>
    private static readonly TimeSpan Recently = TimeSpan.FromHours(24);

    private const int MostEnded = 20;

    public static SitePage Page { get; } = new("", pages => pages.MapMethods("/", ReadRoutes.Methods, ShowAsync)) { Menu = "Incidents" };

    private static async Task<IResult> ShowAsync(HttpContext context, Pages pages, IIncidentStore store, RunbookGuide runbooks,
        HeardSources heard, Listening listening, CancellationToken cancellationToken)
    {
        var query = HomeQuery.Of(context.Request.Query);
        var counts = await store.CountAsync(cancellationToken);
        var open = await store.ListAsync(new IncidentFilter("firing", Limit: Board.Most), cancellationToken);
        var incidents = query is { Filters: false, Status: "firing", Page: 1 } ? open
            : await store.ListAsync(query.Filter(), cancellationToken);
        var ended = query is { Status: "firing", Page: 1 }
            ? await store.ListAsync(query.Filter("resolved", MostEnded), cancellationToken)
            : [];
        var frame = pages.Frame("", Page.Path, refreshEvery: 30);
        var board = new Board(open, heard.States(), heard.Refusals.Recent, frame.Now);
        frame = frame with { Title = Title(board), Burning = board.Calm ? false : board.Loud.Any() ? true : null };
        return new PageResult(HomePage.Show(new HomePage.Model(
            frame,
            query,
            [.. incidents.Take(HomeQuery.PageSize)],
            incidents.Count > HomeQuery.PageSize,
            counts.Firing == 0 ? ended : [.. ended.Where(incident => frame.Now - incident.ResolvedAt < Recently)],
            counts,
            board,
            heard,
            $"{pages.PublicUrl(context.Request)}/webhooks/alertmanager",
            runbooks)
        {
            Deaf = listening.Problems,
        }));
    }

    private static string Title(Board board) =>
        board.Count(Standing.Untaken) is > 0 and var untaken
            ? FormattableString.Invariant($"({untaken}) {(untaken == 1 ? "needs" : "need")} somebody")
        : board.Loud.Any() ? "(0) need somebody"
        : board.Calm ? "Nothing is on fire"
        : "Nothing is known to burn";
}
