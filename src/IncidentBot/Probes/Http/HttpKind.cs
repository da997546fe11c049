using IncidentBot.Settings;

namespace IncidentBot.Probes.Http;

/// <summary>Whether a page or an API answers as it should.</summary>
internal sealed class HttpKind() : ProbeKind<HttpOptions>("http")
{
    public static readonly MetricFamily Status = MetricFamily.Gauge(
        "probe_http_status_code", "Status of the last answer; 0 when there was none.");

    public override string Purpose => "Whether a page or an API answers as it should.";

    public override TimeSpan UsualTimeout => TimeSpan.FromSeconds(15);

    public override IReadOnlyList<MetricFamily> Families { get; } =
        [Reachability.Success, Reachability.Duration, Reachability.CertificateExpiry, Status];

    public override string Runbook => "endpoints/endpoint-down";

    public override ProbeResult TooLate(ProbeOutcome.Unhealthy outcome, TimeSpan limit) =>
        Reachability.Result(outcome, limit, Status.Is(0));

    protected override string UsualJob => "blackbox-http";

    protected override IProbe Make(HttpOptions options) => new HttpProbe(options);

    /// <summary>Without what stands behind the question mark, which may be a token.</summary>
    protected override string Target(HttpOptions options) => options.Url!.GetLeftPart(UriPartial.Path);

    protected override IEnumerable<MetricLabel> UsualGroup(HttpOptions options) => Reachability.Group(options, Target(options));

    protected override void Check(HttpOptions options, string path, Requirements requirements)
    {
        requirements.Require($"{path}.url", options.Url);
        if (options.Method.Length is 0 or > 20 || !options.Method.All(char.IsAsciiLetterUpper))
        {
            requirements.Complain($"{path}.method", Requirements.Found(options.Method), "a method such as GET, HEAD or POST");
        }

        foreach (var status in options.Status.Where(status => status is < 100 or > 599))
        {
            requirements.Complain($"{path}.status", Requirements.Found($"{status}"), "100 to 599");
        }

        Expressions.Check($"{path}.body_matches", options.BodyMatches, requirements);
        Expressions.Check($"{path}.body_matches_not", options.BodyMatchesNot, requirements);
        foreach (var (name, expression) in options.HeaderMatches)
        {
            Expressions.Check($"{path}.header_matches.{name}", expression, requirements);
        }
    }
}
