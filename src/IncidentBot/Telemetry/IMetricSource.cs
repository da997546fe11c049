namespace IncidentBot.Telemetry;

/// <summary>
/// What one part of the program counts about itself. The part registers it, and <c>/metrics</c> asks all of them for each scrape. Every
/// label has few values, all of them the program's own: never one that came in with an alert.
/// </summary>
internal interface IMetricSource
{
    /// <summary>Writes its families. What cannot be read at the moment is left out; nothing is thrown.</summary>
    ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken);
}

/// <summary>Registers what counts.</summary>
internal static class MetricRegistration
{
    /// <summary>Adds metrics that other parts of the program count with, and <c>/metrics</c> shows.</summary>
    public static IServiceCollection AddMetrics<TSource>(this IServiceCollection services)
        where TSource : class, IMetricSource =>
        services.AddSingleton<TSource>().AddSingleton<IMetricSource>(provider => provider.GetRequiredService<TSource>());
}
