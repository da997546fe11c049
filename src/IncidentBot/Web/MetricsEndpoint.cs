using IncidentBot.Telemetry;

namespace IncidentBot.Web;

/// <summary><c>GET /metrics</c>: what is counted, as Prometheus reads it.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes.MapMethods("/metrics", ReadRoutes.Methods, ScrapeAsync);

    private static async Task<IResult> ScrapeAsync(IEnumerable<IMetricSource> sources, CancellationToken cancellationToken)
    {
        var text = new PrometheusText();
        foreach (var source in sources)
        {
            await source.WriteAsync(text, cancellationToken);
        }

        return Results.Text(text.ToString(), PrometheusText.ContentType);
    }
}
