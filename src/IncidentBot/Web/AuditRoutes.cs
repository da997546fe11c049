using System.Globalization;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary><c>/audit</c> and <c>/api/v1/audit</c>: who did what where, and what became of it.</summary>
internal static class AuditRoutes
{
    /// <summary>Lines of one page.</summary>
    public const int PageSize = 100;

    private const int Most = 1000;

    public static SitePage Page { get; } = new("audit", Map);

    /// <summary>The same for programs.</summary>
    public static void MapApi(RouteGroupBuilder api) => api.MapMethods("/audit", ReadRoutes.Methods, ListAsync).GuardReader()
        .Answers<AuditAnswer>("Who did what, the latest first; more by before.", 400, 401, 403, 503)
        .Parameter("before", before => before.Description = "Only lines with a lower id.")
        .Parameter("limit", limit => limit.Description = "At most so many; 100 by default, 1000 at the most.");

    private static void Map(IEndpointRouteBuilder pages) => pages.MapMethods("/audit", ReadRoutes.Methods, ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext context, Pages pages, ActionGuard guard, IIncidentStore store, CancellationToken cancellationToken)
    {
        long? before = Number(context.Request.Query["before"].ToString());
        var offer = guard.Offer(context.Request);
        var lines = offer == GuardAnswer.Allowed ? await store.Deeds.AuditAsync(before, PageSize + 1, cancellationToken) : [];
        return new PageResult(AuditPage.Show(new AuditPage.Model(pages.Frame("Audit log", Page.Path), lines, offer)));
    }

    private static async Task<IResult> ListAsync(string? before, string? limit, IIncidentStore store, CancellationToken cancellationToken)
    {
        var most = string.IsNullOrEmpty(limit) ? PageSize : Number(limit);
        if (most is null or < 1 or > Most || (!string.IsNullOrEmpty(before) && Number(before) is null))
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, "before and limit are whole numbers, limit from 1 to 1000");
        }

        var lines = await store.Deeds.AuditAsync(string.IsNullOrEmpty(before) ? null : Number(before), (int)most, cancellationToken);
        return Results.Json(
            new AuditAnswer([.. lines.Select(line =>
                new AuditLineAnswer(line.Id, line.At.UtcDateTime, line.Deed.Name, line.Deed.Person, line.Deed.Place,
                line.Deed.Action, line.Deed.Incident, line.Deed.What, line.Result))]),
            ApiJson.Default.AuditAnswer);
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
