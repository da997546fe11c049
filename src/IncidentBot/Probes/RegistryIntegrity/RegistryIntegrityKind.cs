using IncidentBot.Settings;

namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>Whether a container registry can serve all that its catalog promises.</summary>
internal sealed class RegistryIntegrityKind() : ProbeKind<RegistryOptions>("registry-integrity")
{
    public override string Purpose => "Whether a container registry can serve every image that it lists.";

    public override TimeSpan UsualTimeout => TimeSpan.FromMinutes(10);

    public override IReadOnlyList<MetricFamily> Families => RegistryMetrics.All;

    public override string Runbook => "automation/registry-rebuild-image";

    protected override string UsualJob => "forgejo-integrity-probe";

    protected override IProbe Make(RegistryOptions options) => new RegistryIntegrityProbe(options, options.Timeout ?? UsualTimeout);

    protected override string Target(RegistryOptions options) => options.Url?.Authority ?? "";

    protected override void Check(RegistryOptions options, string path, Requirements requirements)
    {
        requirements.Require($"{path}.url", options.Url);
        if (options.Url is { Query.Length: > 0 })
        {
            requirements.Complain($"{path}.url", "found an address with a question mark", "an address that /v2/ can be appended to");
        }

        if (requirements.Has($"{path}.username") != requirements.HasSecret($"{path}.password"))
        {
            requirements.Complain(path, "username and password belong together, and one is missing", "username with password or password_file");
        }

        RequireBetween($"{path}.parallel", options.Parallel, 1, 32, requirements);
        RequireBetween($"{path}.rate", options.Rate, 1, 10_000, requirements);
        RequireBetween($"{path}.page_size", options.PageSize, 1, 1000, requirements);
        RequireBetween($"{path}.hash_mb", options.HashMb, 0, 100_000, requirements);
        requirements.RequireTimeout($"{path}.request_timeout", options.RequestTimeout);
        for (var i = 0; i < options.Repositories.Count; i++)
        {
            if (!Names.IsRepository(options.Repositories[i]))
            {
                requirements.Complain(FormattableString.Invariant($"{path}.repositories[{i}]"), Requirements.Found(options.Repositories[i]),
                    "the name of a repository, such as team/app");
            }
        }
    }

    private static void RequireBetween(string path, int number, int least, int most, Requirements requirements)
    {
        if (number < least || number > most)
        {
            requirements.Complain(path, FormattableString.Invariant($"found {number}"), FormattableString.Invariant($"{least} to {most}"));
        }
    }
}
