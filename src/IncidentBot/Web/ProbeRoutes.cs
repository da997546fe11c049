using IncidentBot.ProbeRuns;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary><c>/probes</c> and <c>/probes/{name}</c>, the form that runs one, and the same as JSON.</summary>
internal static class ProbeRoutes
{
    /// <summary>How long a program waits for the run that it asked for; longer ones go on without it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static SitePage Page { get; } = new("probes", Map) { Menu = "Probes" };

    private static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapMethods("/probes", ReadRoutes.Methods, ShowAllAsync);
        pages.MapMethods("/probes/{name}", ReadRoutes.Methods, ShowAsync);
        pages.MapPost("/probes/{name}/run", RunAsync).GuardForm(context => context.Request.Path.Value![..^"/run".Length]);
    }

    public static void MapApi(IEndpointRouteBuilder api)
    {
        api.MapMethods("/probes", ReadRoutes.Methods, ListAsync)
            .Answers<ProbesAnswer>("What IncidentBot looks at by itself, in the order of the configuration.", 503);
        api.MapPost("/probes/{name}/run", RunForProgramAsync).GuardProgram()
            .Answers<ProbeAnswer>("Runs a probe now, unless it runs already. Answers when it has run, or after 10 seconds.", 401, 403, 404, 503)
            .NeedsToken().Parameter("name", name => name.Description = "The probe's name.");
    }

    private static async Task<IResult> ShowAllAsync(HttpContext context, Pages pages, ActionGuard guard, ProbeBook probes,
        IIncidentStore store, CancellationToken cancellationToken)
    {
        var views = await ViewsAsync(probes.All, store, pages.Now, cancellationToken);
        return new PageResult(ProbesPage.Show(new ProbesPage.Model(
            pages.Frame("Probes", Page.Path, refreshEvery: 10), [.. views.OrderBy(view => view.Rank)], guard.Offer(context.Request))));
    }

    private static async Task<IResult> ShowAsync(string name, HttpContext context, Pages pages, ActionGuard guard, ProbeBook probes,
        IIncidentStore store, CancellationToken cancellationToken)
    {
        if (probes.Find(name) is not { } probe)
        {
            return pages.NoSuchPage(context.Request.Path);
        }

        var view = (await ViewsAsync([probe], store, pages.Now, cancellationToken))[0];
        return new PageResult(ProbePage.Show(new ProbePage.Model(pages.Frame(probe.Name, Page.Path, refreshEvery: 10), view,
            guard.Offer(context.Request), context.Request.Query.ContainsKey("asked"))));
    }

    private static IResult RunAsync(string name, HttpContext context, Pages pages, ProbeRounds rounds) =>
        rounds.Ask(name).Probe is { } probe
            ? SignIn.SeeOther($"{Page.Path}/{Uri.EscapeDataString(probe.Name)}?asked")
            : pages.NoSuchPage(context.Request.Path);

    private static async Task<IResult> ListAsync(
        Pages pages, ProbeBook probes, IIncidentStore store, CancellationToken cancellationToken) =>
        Results.Json(new ProbesAnswer([.. (await ViewsAsync(probes.All, store, pages.Now, cancellationToken)).Select(ProbeAnswer.Of)]),
            ApiJson.Default.ProbesAnswer);

    private static async Task<IResult> RunForProgramAsync(
        string name, Pages pages, ProbeBook probes, ProbeRounds rounds, IIncidentStore store, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var asked = rounds.Ask(name);
        if (asked.Probe is not { } probe)
        {
            return Problems.Answer(StatusCodes.Status404NotFound, $"there is no probe of this name; there are {string.Join(", ", probes.All.Select(one => one.Name))}");
        }

        try
        {
            await asked.Run.WaitAsync(Patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It goes on, and the answer says so.
        }

        var view = (await ViewsAsync([probe], store, pages.Now, cancellationToken))[0];
        return Results.Json(ProbeAnswer.Of(view), ApiJson.Default.ProbeAnswer);
    }

    private static async Task<IReadOnlyList<ProbeView>> ViewsAsync(IReadOnlyList<WatchedProbe> probes, IIncidentStore store,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (probes.Count == 0)
        {
            return [];
        }

        var day = await SharesAsync(1);
        var week = await SharesAsync(7);
        var month = await SharesAsync(30);
        return
        [
            .. probes.Select(probe => new ProbeView(probe, probe.State, probe.Recent, new Availability(
                Share(day, probe), Share(week, probe), Share(month, probe)))),
        ];

        async Task<Dictionary<string, double?>> SharesAsync(int days) =>
            (await store.Probes.HoursAsync(now.AddDays(-days), cancellationToken)).ToDictionary(hours => hours.Probe, hours =>
                hours.Healthy + hours.Unhealthy == 0 ? (double?)null : (double)hours.Healthy / (hours.Healthy + hours.Unhealthy),
                StringComparer.Ordinal);

        static double? Share(Dictionary<string, double?> shares, WatchedProbe probe) => shares.GetValueOrDefault(probe.Name);
    }
}
