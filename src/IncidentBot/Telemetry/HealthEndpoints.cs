using IncidentBot.Storage;

namespace IncidentBot.Telemetry;

/// <summary>The two questions of an orchestrator, as Prometheus' own programs answer them: does it live, can it take webhooks.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/-/healthy", () => Results.Text("IncidentBot is healthy.\n"));
        routes.MapRead("/-/ready", ReadyAsync);
    }

    private static async Task<IResult> ReadyAsync(IIncidentStore store, CancellationToken cancellationToken)
    {
        try
        {
            await store.CheckAsync(cancellationToken);
            return Results.Text("IncidentBot is ready.\n");
        }
        catch (StoreUnavailableException failure)
        {
            return Results.Text($"IncidentBot is not ready: {failure.Message}.\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
