using System.Text.RegularExpressions;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Probes;

/// <summary>The guides under docs/probes: what they show is taken as it stands there.</summary>
public sealed partial class ProbeGuideTests
{
    public static TheoryData<string> Guides => [.. Repository.Files("docs/probes", ".md")];

    [Theory]
    [MemberData(nameof(Guides))]
    public void A_sample_of_a_guide_is_accepted(string guide)
    {
        var folder = Directory.CreateTempSubdirectory("incidentbot-");
        try
        {
            foreach (Match sample in Samples().Matches(File.ReadAllText(Repository.PathOf(guide))))
            {
                var file = Path.Combine(folder.FullName, "incidentbot.yml");
                File.WriteAllText(file, sample.Groups["yaml"].Value);
                var result = SettingsCatalog.Load(file, new Dictionary<string, string>(StringComparer.Ordinal), readSecrets: false);
                Assert.Empty(result.Complaints);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("email-roundtrip")]
    [InlineData("registry-integrity")]
    [InlineData("immich-search")]
    public void A_guide_names_every_metric_of_its_kind(string kind)
    {
        var guide = File.ReadAllText(Repository.PathOf($"docs/probes/{kind}.md"));
        Report.None(ProbeCatalog.Kinds.Single(one => one.Name == kind).Families
            .Where(family => !Words().Matches(guide).Any(word => word.Value.Length > 3 && family.Name.EndsWith(word.Value, StringComparison.Ordinal)))
            .Select(family => $"docs/probes/{kind}.md does not name {family.Name}"));
    }

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Samples();

    [GeneratedRegex("[a-z_]+", RegexOptions.NonBacktracking)]
    private static partial Regex Words();
}
