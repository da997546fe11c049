using System.Globalization;
using IncidentBot.Settings;

namespace IncidentBot.Probes.RedirectGuard;

/// <summary>Whether the single sign-on stands where it must not.</summary>
internal sealed class RedirectGuardKind() : ProbeKind<RedirectGuardOptions>("redirect-guard")
{
    public static readonly MetricFamily FailedByExpression = MetricFamily.Gauge(
        "probe_failed_due_to_regex", "Whether the last answer had a header that it must not have: 1 or 0. Absent when nothing answered.");

    public override string Purpose => "Whether paths for apps and the public stay free of a login.";

    public override TimeSpan UsualTimeout => TimeSpan.FromSeconds(30);

    public override IReadOnlyList<MetricFamily> Families { get; } = [FailedByExpression];

    public override string Runbook => "security/authentik-walling-off";

    protected override string UsualJob => "blackbox-authentik-walloff";

    protected override IProbe Make(RedirectGuardOptions options) => new RedirectGuardProbe(options);

    protected override string Target(RedirectGuardOptions options) =>
        string.Join(", ", options.Paths.Select(path => path.Url?.GetLeftPart(UriPartial.Path)));

    protected override void Check(RedirectGuardOptions options, string path, Requirements requirements)
    {
        if (options.Paths.Count == 0)
        {
            requirements.Complain($"{path}.paths", "missing; at least one is required", "a list: - { url: https://…, service: … }");
        }

        foreach (var (i, guarded) in options.Paths.Index())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}.paths[{i}]");
            requirements.Require($"{at}.url", guarded?.Url);
            requirements.RequireText($"{at}.service", guarded?.Service ?? "");
        }

        Expressions.Check($"{path}.forbidden", options.Forbidden, requirements);
    }
}
