using System.Diagnostics;
using System.Text.Json;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Deploy;

/// <summary>
/// Loki's rules, read by the grammar that Grafana's own editor uses, and each rule's selector and filters held against its sample lines.
/// </summary>
public sealed class LokiRulesTests
{
    private const string Runbooks = "https://runbooks.example.org/";

    private const string Rules = """
        groups:
          - name: doors
            rules:
              - alert: DoorOpen
                expr: 'sum by (door) (count_over_time({job="doors"} |= "open" != "opener" | json door="door" | __error__="" [5m])) > 0'
        """;

    private const string Samples = """
        tests:
          - alert: DoorOpen
            matches: [{ labels: { job: doors }, json: { door: front, state: open } }]
            ignores: [{ labels: { job: doors }, json: { door: front, state: closed, by: opener } }]
        """;

    [Fact]
    public async Task Every_rule_is_read_by_the_grammar_and_counts_exactly_the_sample_lines_that_it_should()
    {
        var (code, said) = await CheckAsync(Repository.PathOf("deploy", "loki"));

        Report.None(Problems(said));
        Assert.Equal(0, code);
        var rules = said.GetProperty("rules").EnumerateArray().ToList();
        Assert.True(rules.Count > 15, $"only {rules.Count} rules were found");
        Assert.All(rules, rule => Assert.True(rule.GetProperty("matches").GetInt32() > 0 && rule.GetProperty("ignores").GetInt32() > 0));
        TestContext.Current.SendDiagnosticMessage($"{rules.Count} Loki rules with {rules.Sum(Lines)} sample lines");
    }

    [Fact]
    public async Task Each_rule_says_how_urgent_it_is_and_leads_to_the_runbook_that_names_it()
    {
        var (_, said) = await CheckAsync(Repository.PathOf("deploy", "loki"));
        var pages = Repository.Files("runbooks", ".md").ToDictionary(file => Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal);
        Report.None(said.GetProperty("rules").EnumerateArray().SelectMany(rule => Shortcomings(rule, pages)));
    }

    [Fact]
    public async Task A_rule_without_a_fault_passes()
    {
        var (code, said) = await CheckAsync(Rules, Samples);
        Report.None(Problems(said));
        Assert.Equal(0, code);
    }

    [Theory]
    [InlineData("count_over_time(", "count_over_tme(", "the grammar does not know")]
    [InlineData("{job=\"doors\"}", "{job=~\".*\"}", "no matcher of the selector asks for a value")]
    [InlineData(" | __error__=\"\"", "", "add | __error__=\"\" after the last parser")]
    [InlineData("!= \"opener\"", "", "should not count")]
    [InlineData("|= \"open\"", "|= \"opened\"", "should count")]
    [InlineData("{job=\"doors\"}", "{job=\"windows\"}", "should count")]
    [InlineData("!= \"opener\"", "!~ \"op(?=ener)\"", "RE2")]
    [InlineData("!= \"opener\"", "!~ \"op\\.ener\"", "an escape that Loki refuses")]
    [InlineData("| json door=\"door\"", "| unpack", "is not understood")]
    public async Task A_broken_rule_is_named_with_what_is_wrong(string part, string instead, string complaint)
    {
        var broken = Rules.Replace(part, instead, StringComparison.Ordinal);
        Assert.NotEqual(Rules, broken);

        var (code, said) = await CheckAsync(broken, Samples);

        Assert.Equal(1, code);
        Assert.Contains(Problems(said), problem => problem.StartsWith("rules.yml DoorOpen", StringComparison.Ordinal)
            && problem.Contains(complaint, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("state: closed, by: opener", "state: open", "should not count")]
    [InlineData("{ door: front, state: open }", "{ door: front, state: closed }", "should count")]
    [InlineData("json: { door: front, state: open }", "line: 'the door is open'", "should count")]
    [InlineData("[{ labels: { job: doors }, json: { door: front, state: open } }]", "[]", "no sample line that it must count")]
    [InlineData("alert: DoorOpen", "alert: GateOpen", "samples of GateOpen, which no rule has")]
    public async Task A_sample_that_is_missing_or_wrong_is_named(string part, string instead, string complaint)
    {
        var broken = Samples.Replace(part, instead, StringComparison.Ordinal);
        Assert.NotEqual(Samples, broken);

        var (code, said) = await CheckAsync(Rules, broken);

        Assert.Equal(1, code);
        Assert.Contains(Problems(said), problem => problem.Contains(complaint, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Shortcomings(JsonElement rule, IReadOnlyDictionary<string, string> pages)
    {
        var alert = rule.GetProperty("alert").GetString()!;
        if (Text(rule, "labels", "severity") is not ("critical" or "warning" or "info"))
        {
            yield return $"{alert} has no severity";
        }

        if (Text(rule, "labels", "lane") is not ("critical" or "security" or "warning" or "info"))
        {
            yield return $"{alert} has no lane";
        }

        foreach (var (part, name) in new[] { ("labels", "service"), ("annotations", "summary"), ("annotations", "description") })
        {
            if (Text(rule, part, name).Length == 0)
            {
                yield return $"{alert} has no {name}";
            }
        }

        var address = Text(rule, "annotations", "runbook_url");
        if (!address.StartsWith(Runbooks, StringComparison.Ordinal) || !pages.TryGetValue(address[Runbooks.Length..], out var page))
        {
            yield return $"{alert} leads to \"{address}\", which is no page below runbooks/";
        }
        else if (!AlertsOf(page).Contains(alert))
        {
            yield return $"{alert} leads to {page}, which does not name it";
        }
    }

    private static IEnumerable<string> AlertsOf(string page) =>
        File.ReadLines(Repository.PathOf(page)).Where(line => line.StartsWith("alerts:", StringComparison.Ordinal))
            .SelectMany(line => line["alerts:".Length..].Split('[', ',', ' ', ']'));

    private static string Text(JsonElement rule, string part, string name) =>
        rule.GetProperty(part).TryGetProperty(name, out var text) ? text.GetString() ?? "" : "";

    private static int Lines(JsonElement rule) => rule.GetProperty("matches").GetInt32() + rule.GetProperty("ignores").GetInt32();

    private static List<string> Problems(JsonElement said) =>
    [
        .. Texts(said.GetProperty("problems")),
        .. said.GetProperty("rules").EnumerateArray().SelectMany(rule =>
            Texts(rule.GetProperty("problems")).Select(problem => $"{rule.GetProperty("file")} {rule.GetProperty("alert")} {problem}")),
    ];

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(text => text.GetString()!);

    private static async Task<(int Code, JsonElement Said)> CheckAsync(string rules, string samples)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "rules"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "tests"));
        folder.Write("rules/rules.yml", rules);
        folder.Write("tests/rules.yml", samples);
        return await CheckAsync(folder.Path);
    }

    private static async Task<(int Code, JsonElement Said)> CheckAsync(string folder)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var node = Process.Start(new ProcessStartInfo(Requirements.Node, [Requirements.NpmTool("logql.mjs"), folder])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var complaint = node.StandardError.ReadToEndAsync(cancel);
        var printed = await node.StandardOutput.ReadToEndAsync(cancel);
        await node.WaitForExitAsync(cancel);
        Assert.True(node.ExitCode is 0 or 1, await complaint);
        using var json = JsonDocument.Parse(printed);
        return (node.ExitCode, json.RootElement.Clone());
    }
}
