using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary>
/// What stands before and behind handlers, so that none of them has to think of it: who may act, and a store that cannot be reached.
/// </summary>
internal static class EndpointFilters
{
    /// <summary>Refuses with a page what may not act. Nothing of the request's body has been read by then.</summary>
    /// <param name="comeBack">The page from which it was tried.</param>
    public static RouteHandlerBuilder GuardForm(this RouteHandlerBuilder endpoint, Func<HttpContext, string> comeBack) =>
        endpoint.AddEndpointFilter((context, next) =>
    {
        var http = context.HttpContext;
        return http.RequestServices.GetRequiredService<ActionGuard>().Check(http.Request) is not GuardAnswer.Allowed and var refused
            ? ValueTask.FromResult<object?>(http.RequestServices.GetRequiredService<Pages>().Refused(refused, comeBack(http)))
            : next(context);
    });

    /// <summary>Refuses with a problem what may not act. Nothing of the request's body has been read by then.</summary>
    public static RouteHandlerBuilder GuardProgram(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter((context, next) =>
    {
        var http = context.HttpContext;
        return http.RequestServices.GetRequiredService<ActionGuard>()
            .Check(http.Request, orProgram: true) is not GuardAnswer.Allowed and var refused
            ? ValueTask.FromResult<object?>(Problems.Answer(Refusals.Status(refused), Refusals.Explain(http, refused)))
            : next(context);
    });

    /// <summary>Refuses with a problem who may not read what only those may read who may act.</summary>
    public static RouteHandlerBuilder GuardReader(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter((context, next) =>
    {
        var http = context.HttpContext;
        return http.RequestServices.GetRequiredService<ActionGuard>().CheckReader(http.Request) is not GuardAnswer.Allowed and var refused
            ? ValueTask.FromResult<object?>(Problems.Answer(Refusals.Status(refused), Refusals.Explain(http, refused)))
            : next(context);
    });

    /// <summary>Without a store a page says why, and tries again by itself.</summary>
    public static RouteGroupBuilder StoreFailuresAsPages(this RouteGroupBuilder group) => group.AddEndpointFilter(async (context, next) =>
    {
        try
        {
            return await next(context);
        }
        catch (StoreUnavailableException failure)
        {
            var http = context.HttpContext;
            return http.RequestServices.GetRequiredService<Pages>().Unavailable(http.Request, failure);
        }
    });

    /// <summary>Without a store a program is told why.</summary>
    public static RouteGroupBuilder StoreFailuresAsProblems(this RouteGroupBuilder group) =>
        group.AddEndpointFilter(async (context, next) =>
    {
        try
        {
            return await next(context);
        }
        catch (StoreUnavailableException failure)
        {
            return Problems.Answer(StatusCodes.Status503ServiceUnavailable, failure.Message);
        }
    });
}
