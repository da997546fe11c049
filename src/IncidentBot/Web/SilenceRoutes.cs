using IncidentBot.Actions;
using IncidentBot.Chat;
using IncidentBot.Sources;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary>
/// <c>/silences</c>: what is silenced in all Alertmanagers, by whom and until when, and how many alerts each hides; the forms that end
/// one or
/// silence an incident; and the same for programs.
/// </summary>
internal static class SilenceRoutes
{
    public static SitePage Page { get; } = new("silences", Map) { Menu = "Silences" };

    /// <summary>The same for programs.</summary>
    public static void MapApi(RouteGroupBuilder api) => api.MapPost("/incidents/{number}/silence", SilenceByApiAsync).GuardProgram()
        .Answers<SilenceAnswer>("Silences exactly this incident in its Alertmanager.", 400, 401, 403, 404, 409, 413, 502, 503)
        .Takes<SilenceRequest>().OfIncident();

    private static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapMethods("/silences", ReadRoutes.Methods, ShowAsync);
        pages.MapPost("/silences/{source}/{id}/end", EndAsync).GuardForm(_ => Page.Path);
        pages.MapPost("/incidents/{number}/silence", SilenceByFormAsync)
            .GuardForm(context => $"/incidents/{Uri.EscapeDataString(context.GetRouteValue("number")?.ToString() ?? "")}");
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, Pages pages, ActionGuard guard, Silencing silencing, IIncidentStore store, CancellationToken cancellationToken)
    {
        var ours = (await store.Deeds.OpenSilencesAsync(cancellationToken)).Where(row => row.Id is not null)
            .GroupBy(row => row.Id!, StringComparer.Ordinal).ToDictionary(rows => rows.Key, rows => rows.First(), StringComparer.Ordinal);
        var sources = await Task.WhenAll(silencing.Sources.Select(async source =>
        {
            var (listed, reason) = await silencing.ListAsync(source, cancellationToken);
            var (hidden, _) = listed is { Count: > 0 } ? await silencing.PreviewAsync(source, [], cancellationToken) : ([], "");
            return new SilencesPage.OfSource(source.Source, listed, reason, hidden?.SelectMany(alert => alert.SilencedBy)
                .CountBy(id => id, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal));
        }));
        var problem = context.Request.Query["problem"].ToString();
        return new PageResult(SilencesPage.Show(new SilencesPage.Model(
            pages.Frame("Silences", Page.Path, refreshEvery: 60), sources, ours, guard.Offer(context.Request), problem.Length > 0)));
    }

    private static async Task<IResult> EndAsync(
        string source, string id, HttpContext context, Pages pages, SilenceActions actions, CancellationToken cancellationToken) =>
        SignIn.SeeOther((await actions.EndAsync(WebActor.OnPage(context, pages.Settings), source, id, cancellationToken)).Length == 0
            ? Page.Path : $"{Page.Path}?problem=end");

    private static async Task<IResult> SilenceByFormAsync(string number, HttpContext context, Pages pages, SilenceActions actions,
        IIncidentStore store, CancellationToken cancellationToken)
    {
        if (!IncidentApi.TryNumber(number, out var wanted) || await store.FindAsync(wanted, cancellationToken) is not { } detail)
        {
            return pages.NotFound(number);
        }

        var form = await SmallForm.ReadAsync(context, cancellationToken);
        var name = Actor.Clean(form?["name"].ToString());
        ActorCookie.Remember(context, pages.Settings, name);
        if (Length(form?["length"].ToString(), pages) is not { } length)
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, "length must be such as 2h, until 18:00, until tomorrow 9:00 or until resolved");
        }

        var outcome = await actions.SilenceAsync(WebActor.OnPage(context, pages.Settings, name), detail.Incident, length,
            form?["comment"].ToString() ?? "", new Uri(pages.PublicUrl(context.Request) + "/"), cancellationToken);
        return outcome.Silence is null
            ? new PageResult(SilencesPage.NotDone(pages.Fixed("Not silenced", Page.Path), wanted, outcome.Problem),
                outcome.IsTransient ? StatusCodes.Status502BadGateway : StatusCodes.Status409Conflict)
            : SignIn.SeeOther(FormattableString.Invariant($"/incidents/{wanted}"));
    }

    private static async Task<IResult> SilenceByApiAsync(string number, HttpContext context, Pages pages, SilenceActions actions,
        IIncidentStore store, CancellationToken cancellationToken)
    {
        if (!IncidentApi.TryNumber(number, out var wanted))
        {
            return IncidentApi.NoNumber();
        }

        var (body, problem) = await ApiActions.ReadAsync(context, ApiJson.Default.SilenceRequest,
            "the body must be JSON: {\"length\": \"2h\", \"by\": \"name\", \"comment\": \"words\"}", cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        if (Length(body?.Length, pages) is not { } length)
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, "length must be such as 2h, until 18:00, until tomorrow 9:00 or until resolved");
        }

        if (await store.FindAsync(wanted, cancellationToken) is not { } detail)
        {
            return Problems.Answer(StatusCodes.Status404NotFound, new ActionResult.NoSuchIncident(wanted).Words);
        }

        var outcome = await actions.SilenceAsync(WebActor.OfApi(context, pages.Settings, body?.By), detail.Incident, length,
            body?.Comment ?? "",
            new Uri(pages.PublicUrl(context.Request) + "/"), cancellationToken);
        return outcome.Silence is { } made
            ? Results.Json(new SilenceAnswer(made.Number, made.Id, made.Source, made.UntilResolved ? null : made.Until.UtcDateTime, made.By,
                [.. made.Matchers.Select(one => one.ToString())]), ApiJson.Default.SilenceAnswer)
            : Problems.Answer(outcome.IsTransient ? StatusCodes.Status502BadGateway : StatusCodes.Status409Conflict, outcome.Problem);
    }

    private static SilenceLength? Length(string? said, Pages pages)
    {
        var words = (said ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var end = TimeExpression.Read(words, pages.Now, pages.Settings.TimeZone);
        return end.Words == 0 || end.Words < words.Length || end.Problem.Length > 0 ? null : new SilenceLength(end.At);
    }
}
