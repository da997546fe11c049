using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IncidentBot.Cli;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Runbooks.Lint;

/// <summary>The command as CI runs it, over real files.</summary>
public sealed class LintTests : IDisposable
{
    private static readonly string Today = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-lint-");

    public LintTests()
    {
        Write("incidentbot.yml", $"server: {{ external_url: https://runbooks.example.org }}\nrunbooks: {{ path: {At("runbooks")} }}\n");
        Write("runbooks/infrastructure/node-down.md", $"---\ntitle: Node down\nalerts: [NodeDown]\nreviewed: {Today}\n---\n## Meaning — more\n\n[a](#meaning--more) [b](#meaning-more) ![p](plan.png)\n");
        Write("runbooks/infrastructure/plan.png", "x");
        Write("rules/good.yml", "groups:\n- name: a\n  rules:\n  - alert: NodeDown\n    expr: up == 0\n  - record: x\n    expr: y\n");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Nothing_found_ends_with_0()
    {
        var (code, output, error) = await RunAsync("--rules", At("rules"));

        Assert.Equal((0, "0 findings in 1 runbook and 1 alert of 1 rule file\n", ""), (code, output, error));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_listed_and_ends_with_1()
    {
        Bad();

        var (code, output, error) = await RunAsync("--rules", At("rules/*.yml"), At("resources.yaml"));

        Assert.Equal((1, ""), (code, error));
        Golden.Check(Regex.Replace(output.Replace(_folder.FullName, "", StringComparison.Ordinal), "[0-9]+ days ago", "many days ago", RegexOptions.None, TimeSpan.FromSeconds(5)), "Runbooks", "Lint", "Golden", "everything.txt");
    }

    [Fact]
    public async Task The_same_is_told_as_json()
    {
        Bad();

        var (code, output, _) = await RunAsync("--json", "--rules", At("rules"), At("resources.yaml"));
        var report = JsonNode.Parse(output)!;

        Assert.Equal((1, 3), (code, (int)report["runbooks"]!));
        Assert.Contains(report["findings"]!.AsArray(), finding => (string)finding!["kind"]! == "alert-without-runbook" && (int)finding["line"]! == 2);
        Assert.Single(report["elsewhere"]!.AsArray());
    }

    [Fact]
    public async Task Every_alert_that_is_delivered_has_its_runbook_and_no_link_is_dead()
    {
        // That a page has not been reviewed for long is for its reader to see, not for a test that must pass next year too.
        Write("incidentbot.yml", $"server: {{ external_url: https://runbooks.example.org }}\nrunbooks: {{ path: {Repository.PathOf("runbooks")}, reviewed_within: 100y }}\n");

        var (code, output, error) = await RunAsync("--rules", Repository.PathOf("deploy/prometheus/rules"), Repository.PathOf("deploy/loki/rules"));

        Assert.True((code, error) == (0, ""), output + error);
        Assert.Matches(@"\A0 findings in 1\d\d runbooks and 1\d\d alerts of \d\d rule files\n\z", output);
    }

    [Fact]
    public async Task Alerts_without_a_service_services_without_an_alert_circles_and_unknown_names_are_listed()
    {
        Write("runbooks/services.yml", "services:\n- { name: traefik, tier: 1, depends_on: [dns, ingres] }\n- { name: dns, tier: 1, depends_on: [traefik], match: { job: dns } }\n"
            + "- { name: ingress, tier: 9 }\n- { name: mail, tier: 2, depends_on: [{ any_of: [dns, traefik] }] }\n");
        Write("runbooks/mail.md", $"---\nalerts: [MailDown]\nservices: [mial]\nreviewed: {Today}\n---\n# Mail\n");
        Write("rules/good.yml", "groups:\n- rules:\n  - { alert: NodeDown, labels: { service: '{{ $labels.service }}' } }\n"
            + "  - { alert: MailDown, labels: { service: trafik } }\n  - { alert: TraefikDown, labels: { service: traefik }, annotations: { runbook_url: node-down } }\n");

        var (code, output, _) = await RunAsync("--rules", At("rules"));

        Assert.Equal(1, code);
        Assert.Equal(
            [
                "alert-without-service MailDown leads to no service; trafik is not in the list; is it traefik?",
                "broken-file 4: services[2].tier: found \"9\". Allowed: 1 for what must not fail, to 4 for what may.",
                "service-cycle services need themselves: dns → traefik → dns",
                "unknown-service the service mial is not in the list",
                "unknown-service traefik depends on ingres, which is not in the list",
                "unwatched-service no rule speaks of mail",
            ],
            output.Split('\n').Select(line => Regex.Match(line, @"\S+ +(?<kind>[a-z]+-[a-z-]+) +(?<words>.*)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)))
                .Where(line => line.Success && line.Groups["kind"].Value is not ("dead-link" or "elsewhere"))
                .Select(line => $"{line.Groups["kind"].Value} {line.Groups["words"].Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_rules_alerts_are_not_asked_about()
    {
        Write("runbooks/x.md", $"---\nalerts: [Unknown]\nreviewed: {Today}\n---\n# X\n");

        Assert.Equal(0, (await RunAsync()).Code);
        Assert.Equal(1, (await RunAsync("--rules", At("rules"))).Code);
    }

    [Theory]
    [InlineData("--rules {0}/no-such-file.yml", "no-such-file.yml")]
    [InlineData("--runbooks {0}/nowhere", "nowhere")]
    [InlineData("--rules {0}/broken.yml", "broken.yml:4")]
    [InlineData("--rules {0}/values.yaml", "helm template")]
    [InlineData("--rules {0}/rules {0}/values.yaml", "values.yaml: there are no groups")]
    [InlineData("--rules {0}/recording.yml", "no alerting rule")]
    [InlineData("--rules {0}/empty", "no alerting rule")]
    [InlineData("--url runbooks.example.org", "such as https://runbooks.example.org")]
    [InlineData("--url ftp://runbooks.example.org", "--url ftp://")]
    [InlineData("--config.file={0}/bad.yml", "unknown key")]
    [InlineData("--wrong", "--wrong")]
    public async Task What_could_not_be_looked_at_ends_with_2(string arguments, string named)
    {
        Write("broken.yml", "groups:\n- name: a\n  rules: [\n");
        Write("bad.yml", "runbooksss: x\n");
        Write("values.yaml", "replicas: 2\n");
        Write("recording.yml", "groups: [{ name: a, rules: [{ record: x, expr: y }] }]\n");
        Directory.CreateDirectory(At("empty"));

        var (code, output, error) = await RunAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, arguments, _folder.FullName).Split(' '));

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[x](https://runbooks.example.org/runbooks/gone)", "dead-link")]
    [InlineData("[x](https://runbooks.example.org/gone)", "dead-link")]
    [InlineData("<https://runbooks.example.org/runbooks/infrastructure/node-down#gone>", "dead-anchor")]
    [InlineData("[x](https://runbooks.example.org/node-down#meaning-more)", null)]
    [InlineData("[x](https://runbooks.example.org/runbooks/infrastructure/plan.png)", null)]
    [InlineData("[x](https://runbooks.example.org/runbooks/infrastructure)", null)]
    [InlineData("[x](https://runbooks.example.org/deliveries)", null)]
    [InlineData("[x](https://runbooks.example.org)", null)]
    [InlineData("[x](https://elsewhere.example/gone)", null)]
    public async Task Links_by_our_own_address_are_looked_at(string link, string? kind)
    {
        Write("runbooks/x.md", $"---\nreviewed: {Today}\n---\n# X\n\n{link}\n");

        var (code, output, _) = await RunAsync();

        Assert.Equal(kind is null ? 0 : 1, code);
        Assert.Contains(kind ?? "0 findings", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_review_in_the_future_is_found()
    {
        Write("runbooks/x.md", "---\nreviewed: 2962-01-01\n---\n# X\n");

        Assert.Contains("reviewed 2962-01-01 is a day to come", (await RunAsync()).Output, StringComparison.Ordinal);
    }

    private void Bad()
    {
        Write("rules/bad.yml", """
            groups: [{ name: a, rules: [
              { alert: NodeDwon, expr: up == 0 },
              { alert: NodeDown, expr: x, annotations: { runbook_url: "https://runbooks.example.org/no-such" } },
              { alert: NodeDown, expr: x, annotations: { runbook_url: "https://runbooks.example.org/node-down#nothing" } },
              { alert: Other, expr: x, annotations: { runbook_url: "https://elsewhere.example/x" } },
              { alert: NodeDown, expr: x, annotations: { runbook_url: "docs/runbooks/infrastructure/node-down.md#meaning-more" } },
            ]}]
            """);
        Write("resources.yaml", """
            apiVersion: monitoring.coreos.com/v1
            kind: PrometheusRule
            spec:
              groups:
              - name: b
                rules:
                - alert: FromResource
                  expr: x
            ---
            kind: List
            items:
            - kind: PrometheusRule
              spec: { groups: [{ name: c, rules: [{ alert: FromList, expr: y }] }] }
            ---
            kind: ConfigMap
            data:
              rules.yml: |
                groups:
                - name: d
                  rules:
                  - alert: FromMap
                    expr: z
            """);
        Write("runbooks/media/old.md", "---\ntitle: Old\nalerts: [Gone]\nreviewed: 2001-01-01\nalrets: x\n---\n[a](gone.md) [b](../infrastructure/node-down.md#nothing) ![c](gone.png) [d](/no-such-page) [e](/deliveries) [f](/node-down)\n\n[g](#nothing)\n");
        Write("runbooks/media/broken.md", "---\ntitle: [\n---\n");
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        string[] line = ["runbooks", "lint", .. arguments.Any(argument => argument.StartsWith("--config", StringComparison.Ordinal)) ? Array.Empty<string>() : [$"--config.file={At("incidentbot.yml")}"], .. arguments];
        var actions = new CliActions((_, _) => throw new InvalidOperationException(), _ => throw new InvalidOperationException(), (_, _, _, _) => throw new InvalidOperationException());
        var code = await CommandLine.RunAsync(line, actions, new CliConsole(output, error, new Dictionary<string, string>(StringComparer.Ordinal)));
        return (code, output.ToString(), error.ToString());
    }

    private string At(string path) => Path.Combine(_folder.FullName, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }
}
