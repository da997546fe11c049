using System.Diagnostics;
using System.Text.RegularExpressions;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Deploy;

/// <summary>The alerts that IncidentBot brings along: Prometheus' own tool judges them, and none may lack a test, a label or a runbook.</summary>
public sealed partial class PrometheusRulesTests
{
    private static readonly string[] Severities = ["critical", "warning", "info"];
    private static readonly string[] Lanes = ["critical", "security", "warning", "info"];
    private static readonly string[] Sections = ["Meaning", "Impact", "Diagnosis", "Mitigation"];

    public static TheoryData<string> TestFiles => [.. AlertCase.Files];

    [Fact]
    public async Task Promtool_finds_nothing_wrong_with_the_rules()
    {
        Assert.NotEmpty(AlertRule.Files);
        var (code, printed) = await PromtoolAsync(["check", "rules", "--lint=all", "--lint-fatal", .. AlertRule.Files]);
        Assert.True(code == 0, printed);
    }

    [Theory]
    [MemberData(nameof(TestFiles))]
    public async Task Alerts_fire_and_stay_quiet_as_their_tests_say(string file)
    {
        var (code, printed) = await PromtoolAsync(["test", "rules", file]);
        Assert.True(code == 0, printed);
    }

    [Fact]
    public async Task Promtool_sees_a_test_that_expects_the_wrong_thing()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rules.yml", "groups: [{ name: g, rules: [{ alert: Always, expr: vector(1) }] }]");
        var test = folder.Write("wrong_test.yml",
            "rule_files: [rules.yml]\ntests: [{ interval: 1m, alert_rule_test: [{ eval_time: 1m, alertname: Always, exp_alerts: [] }] }]");
        Assert.NotEqual(0, (await PromtoolAsync(["test", "rules", test])).Code);
    }

    [Fact]
    public void Each_alert_has_a_case_that_fires_and_one_that_stays_quiet() => AssertNone(
        from rule in AlertRule.All
        from fires in (bool[])[true, false]
        where !AlertCase.All.Contains(new AlertCase(rule.Name, fires))
            && !(rule.Rule.Text("expr") == "vector(1)" && !fires) // What always fires has no quiet case.
        select $"{rule} has no case in {AlertCase.Folder} that {(fires ? "fires" : "stays quiet")}");

    [Fact]
    public void Each_case_is_about_an_alert_that_exists() => AssertNone(
        from name in AlertCase.All.Select(test => test.Alert).Distinct(StringComparer.Ordinal)
        where AlertRule.All.All(rule => rule.Name != name)
        select $"{name} is tested in {AlertCase.Folder}, but no rule defines it");

    [Fact]
    public void No_alert_is_defined_twice() => AssertNone(
        from rules in AlertRule.All.GroupBy(rule => rule.Name, StringComparer.Ordinal)
        where rules.Count() > 1
        select $"{rules.Key} is defined in {string.Join(" and ", rules.Select(rule => rule.File))}");

    [Fact]
    public void Each_alert_says_how_urgent_it_is_and_what_happened() => AssertNone(AlertRule.All.SelectMany(Shortcomings));

    [Fact]
    public void Each_alert_belongs_to_a_known_service()
    {
        var services = Services();
        AssertNone(
            from rule in AlertRule.All
            let service = ServiceOf(rule.Label("service"))
            where service.Length > 0 && !services.Contains(service)
            select $"{rule} belongs to service {service}, which is not in runbooks/services.yml");
    }

    [Fact]
    public void Each_alert_leads_to_the_one_runbook_that_names_it() => AssertNone(
        from rule in AlertRule.All
        let pages = RunbookPage.All.Where(page => page.Alerts.Contains(rule.Name)).ToList()
        let wanted = pages.Count == 1 ? $"https://runbooks.example.org/{pages[0].Slug}" : ""
        where pages.Count != 1 || rule.Annotation("runbook_url") != wanted
        select pages.Count == 1
            ? $"{rule} says runbook_url {rule.Annotation("runbook_url")}, but {pages[0].File} names it"
            : $"{rule} is named by {pages.Count} runbooks: {string.Join(", ", pages.Select(page => page.File))}");

    [Fact]
    public void Each_runbook_of_an_alert_has_the_four_sections() => AssertNone(
        from page in RunbookPage.All
        where page.Alerts.Count > 0
        from section in Sections.Except(page.Sections, StringComparer.Ordinal)
        select $"{page.File} has no section \"{section}\"");

    [Fact]
    public void Slugs_and_services_of_runbooks_are_right()
    {
        var services = Services();
        AssertNone(
            RunbookPage.All.Where(page => page.Slug != "README").GroupBy(page => page.Slug, StringComparer.OrdinalIgnoreCase)
                .Where(pages => pages.Count() > 1)
                .Select(pages => $"{string.Join(" and ", pages.Select(page => page.File))} share the short link /{pages.Key}")
            .Concat(
                from page in RunbookPage.All
                from service in page.Services.Except(services, StringComparer.Ordinal)
                select $"{page.File} names service {service}, which is not in runbooks/services.yml"));
    }

    [Fact]
    public void Each_service_has_a_tier_and_needs_only_known_ones()
    {
        var services = YamlText.Parse(File.ReadAllText(Repository.PathOf("runbooks", "services.yml"))).Items("services");
        var names = Services();
        Assert.Equal(services.Count, names.Count);
        AssertNone(services.SelectMany(service => service.Words("depends_on").Concat(service.Items("depends_on").SelectMany(need => need.Words("any_of"))).Except(names, StringComparer.Ordinal)
            .Select(missing => $"{service.Text("name")} needs {missing}, which is not in runbooks/services.yml")
            .Concat(service.Text("tier") is "1" or "2" or "3" or "4" ? [] : [$"{service.Text("name")} has no tier from 1 to 4"])));
    }

    [Fact]
    public void Services_are_measured_against_the_tier_that_they_have()
    {
        var tiers = YamlText.Parse(File.ReadAllText(Repository.PathOf("runbooks", "services.yml"))).Items("services")
            .ToDictionary(service => service.Text("name"), service => service.Text("tier"), StringComparer.Ordinal);
        var measured = (
            from rule in AlertRule.Recorded
            where rule.Name == "slo:sli:ratio" || rule.Name.StartsWith("slo:failed_probes:", StringComparison.Ordinal)
            from service in MeasuredServices().Match(rule.Rule.Text("expr")).Groups["names"].Value.Split('|')
            select (Rule: rule.Name, Service: service, Tier: rule.Label("tier"))).ToList();
        Assert.NotEmpty(measured);
        AssertNone(
            from one in measured
            where tiers.GetValueOrDefault(one.Service) != one.Tier
            select $"{one.Rule} measures {one.Service} as tier {one.Tier}, but runbooks/services.yml says {tiers.GetValueOrDefault(one.Service) ?? "nothing"}");
    }

    private static IEnumerable<string> Shortcomings(AlertRule rule)
    {
        if (!Severities.Contains(rule.Label("severity")))
        {
            yield return $"{rule} has severity \"{rule.Label("severity")}\"; allowed are {string.Join(", ", Severities)}";
        }

        if (!Lanes.Contains(rule.Label("lane")))
        {
            yield return $"{rule} has lane \"{rule.Label("lane")}\"; allowed are {string.Join(", ", Lanes)}";
        }

        if (rule.Label("service").Length == 0)
        {
            yield return $"{rule} has no label service";
        }

        foreach (var annotation in (string[])["summary", "description", "runbook_url"])
        {
            if (rule.Annotation(annotation).Length == 0)
            {
                yield return $"{rule} has no annotation {annotation}";
            }
        }
    }

    /// <summary>
    /// The service that an alert always has. A rule may take it from its series, with a name to fall back on
    /// (<c>{{ or $labels.service "ingress" }}</c>); one that only takes it over has none of its own, hence empty.
    /// </summary>
    private static string ServiceOf(string label) =>
        label == "{{ $labels.service }}" ? "" : Fallback().Match(label) is { Success: true } match ? match.Groups["name"].Value : label;

    private static HashSet<string> Services() =>
        [.. YamlText.Parse(File.ReadAllText(Repository.PathOf("runbooks", "services.yml"))).Items("services").Select(service => service.Text("name"))];

    private static async Task<(int Code, string Printed)> PromtoolAsync(IEnumerable<string> arguments)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var promtool = Process.Start(new ProcessStartInfo(Requirements.Promtool, arguments)
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = promtool.StandardError.ReadToEndAsync(cancel);
        var printed = await promtool.StandardOutput.ReadToEndAsync(cancel) + await errors;
        await promtool.WaitForExitAsync(cancel);
        return (promtool.ExitCode, printed);
    }

    private static void AssertNone(IEnumerable<string> complaints)
    {
        var found = complaints.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [GeneratedRegex("""^\{\{ or \$labels\.service "(?<name>[a-z0-9-]+)" \}\}$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fallback();

    [GeneratedRegex("service=~\"(?<names>[a-z0-9|-]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MeasuredServices();
}
