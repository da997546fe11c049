using IncidentBot.Channels;
using IncidentBot.Loops;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary>The two questions of an orchestrator, as Prometheus' own programs answer them: does it live, can it take webhooks.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/-/healthy", ReadRoutes.Methods, () => Results.Text("IncidentBot is healthy.\n"));
        routes.MapMethods("/-/ready", ReadRoutes.Methods, ReadyAsync);
    }

    /// <summary>
    /// Loops that fail, incidents that are set aside and channels that are deaf are named, but webhooks are taken all the same: to be
    /// restarted or left out
    /// would help nobody.
    /// </summary>
    private static async Task<IResult> ReadyAsync(
        IIncidentStore store, LoopBook loops, SetAside setAside, Listening listening, CancellationToken cancellationToken)
    {
        try
        {
            await store.CheckAsync(cancellationToken);
            return Results.Text(string.Concat(
                loops.Problems.Concat(setAside.Problems).Concat(listening.Problems).Prepend("IncidentBot is ready.").Select(line => line + "\n")));
        }
        catch (StoreUnavailableException failure)
        {
            return Results.Text($"IncidentBot is not ready: {failure.Message}.\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
