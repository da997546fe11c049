using System.Globalization;
using IncidentBot.Settings;

namespace IncidentBot.Probes.PrometheusQuery;

/// <summary>Whether a query of Prometheus stays within bounds.</summary>
internal sealed class QueryKind() : ProbeKind<QueryOptions>("prometheus")
{
    public override string Purpose => "Whether a query of Prometheus stays within bounds.";

    public override TimeSpan UsualTimeout => TimeSpan.FromSeconds(20);

    public override IReadOnlyList<MetricFamily> Families { get; } = [Reachability.Success, Reachability.Duration];

    public override ProbeResult TooLate(ProbeOutcome.Unhealthy outcome, TimeSpan limit) => Reachability.Result(outcome, limit);

    protected override string UsualJob => "prometheus-query";

    protected override IProbe Make(QueryOptions options) => new QueryProbe(options);

    protected override string Target(QueryOptions options) => $"{options.Query} at {options.Url?.Authority}";

    protected override void Check(QueryOptions options, string path, Requirements requirements)
    {
        requirements.Require($"{path}.url", options.Url);
        requirements.RequireText($"{path}.query", options.Query);
        if (options.Most is null && options.Least is null)
        {
            requirements.Complain($"{path}.most", "missing; it is required, or least instead", "a number");
        }

        CheckNumber($"{path}.most", options.Most, requirements);
        CheckNumber($"{path}.least", options.Least, requirements);
    }

    private static void CheckNumber(string path, string? number, Requirements requirements)
    {
        if (number is not null && !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        {
            requirements.Complain(path, Requirements.Found(number), "a number such as 0.95");
        }
    }
}
