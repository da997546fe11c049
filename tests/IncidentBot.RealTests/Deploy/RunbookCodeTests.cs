using System.Text;
using System.Text.RegularExpressions;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Deploy;

/// <summary>
/// What people paste at night from <c>runbooks/</c>: each query is one that Prometheus reads, each block of commands one that bash reads
/// and that says itself what its variables are.
/// </summary>
public sealed partial class RunbookCodeTests
{
    /// <summary>What a shell or the tool in a block has without being told.</summary>
    private static readonly HashSet<string> WellKnown = new(["HOME", "PATH", "PWD", "USER", "KUBECONFIG"], StringComparer.Ordinal);

    [Fact]
    public async Task Each_query_is_a_single_expression_that_Prometheus_reads()
    {
        var queries = Blocks("promql");
        Assert.True(queries.Count > 40, $"only {queries.Count} queries were found");
        var (code, printed) = await PromtoolAsync(queries.Select(query => query.Text));
        Assert.True(code == 0, $"{printed}\n{Numbered(queries)}");
    }

    [Fact]
    public async Task Two_queries_in_one_block_are_seen() =>
        Assert.NotEqual(0, (await PromtoolAsync(["up == 0\nscrape_duration_seconds > 10"])).Code);

    [Fact]
    public async Task Each_block_of_commands_is_read_by_bash()
    {
        var blocks = Blocks("bash");
        Assert.True(blocks.Count > 150, $"only {blocks.Count} blocks were found");
        var (code, printed) = await BashAsync(blocks.Select(block => block.Text));
        Assert.True(code == 0, $"{printed}\n{Numbered(blocks)}");
    }

    [Fact]
    public async Task A_quote_that_is_left_open_is_seen() => Assert.NotEqual(0, (await BashAsync(["echo 'open"])).Code);

    [Fact]
    public void Each_block_says_what_its_variables_are() => Report.None(
        from block in Blocks("bash")
        let unknown = Unassigned(block.Text)
        where unknown.Count > 0
        select $"{block.Place} uses {string.Join(", ", unknown)} without a value in the same block");

    [Theory]
    [InlineData("ssh -- \"root@$host\" uptime", "host")]
    [InlineData("host=a; ssh -- \"root@${host%:*}\" 'for i in 1 2; do echo $i; done'", "")]
    [InlineData("for f in *; do echo \"$f\"; done | while read -r a b; do echo $a $b $HOME \\$1; done", "")]
    [InlineData("a=1\necho $a $b", "b")]
    [InlineData("echo a=1 # $c", "")]
    public void A_variable_without_a_value_is_seen(string block, string unknown) =>
        Assert.Equal(unknown, string.Join(' ', Unassigned(block)));

    /// <summary>Code of one language on all pages. Placeholders become a harmless word, as an alert's value would.</summary>
    private static List<(string Place, string Text)> Blocks(string language) =>
    [
        .. from file in Repository.Files("runbooks", ".md")
           from block in Fences.Of(file, language).Select((text, i) => ($"{file}, block {i + 1} of {language}", Placeholder().Replace(text, "x")))
           select block,
    ];

    private static List<string> Unassigned(string block)
    {
        var read = Unread().Replace(block, "");
        var assigned = Assignment().Matches(read).SelectMany(match => match.Groups["names"].Value.Split(' ')).ToHashSet(StringComparer.Ordinal);
        return [.. Use().Matches(read).Select(match => match.Groups["name"].Value).Where(name => !assigned.Contains(name) && !WellKnown.Contains(name)).Distinct()];
    }

    private static string Numbered(IEnumerable<(string Place, string Text)> blocks) =>
        string.Join('\n', blocks.Select((block, i) => $"{i}: {block.Place}"));

    private static async Task<(int Code, string Printed)> PromtoolAsync(IEnumerable<string> queries)
    {
        using var folder = new TemporaryFolder();
        var rules = new StringBuilder("groups:\n- name: queries\n  rules:\n");
        foreach (var (i, query) in queries.Index())
        {
            rules.Append("  - record: query_").Append(i).Append("\n    expr: |\n");
            rules.AppendJoin("", query.TrimEnd().Split('\n').Select(line => $"      {line}\n"));
        }

        return await RunAsync(Requirements.Promtool, ["check", "rules", "--lint=none", folder.Write("queries.yml", rules.ToString())]);
    }

    private static async Task<(int Code, string Printed)> BashAsync(IEnumerable<string> blocks)
    {
        using var folder = new TemporaryFolder();
        string[] files = [.. blocks.Select((text, i) => folder.Write($"{i}.sh", text))];
        return await RunAsync("/bin/bash", ["-c", "code=0; for f; do bash -n \"$f\" || code=1; done; exit $code", "-", .. files]);
    }

    private static async Task<(int Code, string Printed)> RunAsync(string program, IEnumerable<string> arguments)
    {
        await using var process = ServerProcess.Start(program, arguments, Repository.Root);
        return (await process.WaitAsync(TestContext.Current.CancellationToken), process.LogTail);
    }

    [GeneratedRegex("""\{\{.*?\}\}""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();

    /// <summary>What this shell does not look into: text in single quotes, a dollar that is escaped, and comments.</summary>
    [GeneratedRegex("""'[^']*'|\\.|(?<=^|\s)#.*$""", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Unread();

    [GeneratedRegex("""(?<=^|[\s;&|(])(?<names>[A-Za-z_]\w*)=|\bfor (?<names>[A-Za-z_]\w*) in|\bread -r (?<names>\w+( \w+)*)""", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Assignment();

    [GeneratedRegex("""\$\{?(?<name>[A-Za-z_]\w*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Use();
}
