using System.Diagnostics;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Runbooks;

/// <summary>Files as large as may be, of what costs most to read: each is a page in a time that nobody waits for.</summary>
[Slow]
public sealed class HostileSizesTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Kinds => [.. Files.Keys];

    private static Dictionary<string, Func<string>> Files { get; } = new(StringComparer.Ordinal)
    {
        ["braces"] = () => Many("{", ""),
        ["placeholders that never end"] = () => Many("{{ $labels.", ""),
        ["equal headings"] = () => Many("# a\n", ""),
        ["equal smaller headings"] = () => Many("## a\n", ""),
        ["headings that fight for a name"] = () => string.Concat(Enumerable.Range(1, 40_000).Select(i => FormattableString.Invariant($"## a-{i}\n"))) + Many("## a\n", "").AsSpan(0, 500_000).ToString(),
        ["quotes within a text"] = () => "```bash\n\"" + Many("\\\"", "\n```"),
        ["single quotes"] = () => "```bash\n" + Many("\" '", "\n```"),
        ["lines that go on"] = () => "```bash\n" + Many("a\\\n", "{{ $labels.x }}\n```"),
        ["placeholders in a word"] = () => "```bash\na=" + Many("{{ $value }}", "\n```"),
        ["placeholders behind a word"] = () => "```bash\necho a" + Many("{{ $value }}", "\n```"),
        ["placeholders in quotes"] = () => "```bash\necho 'a" + Many("{{ $value }} ", "'\n```"),
        ["a here-document before a placeholder"] = () => "```bash\ncat <<EOF\n" + Many("a\n", "{{ $value }}\nEOF\n```"),
        ["substitutions"] = () => "```bash\n" + Many("$(", "{{ $value }}\n```"),
        ["placeholders in the text"] = () => Many("{{ $value }} ", ""),
        ["words of code with placeholders"] = () => Many("`{{ $value }}` ", ""),
        ["links"] = () => Many("[a](b.md) ", ""),
        ["addresses with placeholders"] = () => Many("[a](b{{ $value }}\n", ""),
        ["addresses without an end"] = () => Many("](", "{{ $value }}"),
        ["front matter without an end"] = () => "+++\n" + Many("a = [\n", "+++\n"),
        ["tables"] = () => Many("|a|b|\n|-|-:|\n|1|2|\n\n", ""),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_largest_file_is_read_in_time(string kind)
    {
        var text = Files[kind]();
        RunbookReader.Read(text[..2000], "a", "a.md");

        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3 && best > Longest / 10; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            var page = RunbookReader.Read(text, "a", "a.md");
            _ = page.Template.Render(null).Length;
            var took = Stopwatch.GetElapsedTime(begin);
            best = took < best ? took : best;
        }

        output.WriteLine($"{kind}: {best.TotalMilliseconds:N0} ms for {text.Length:N0} characters");
        Assert.True(best < Longest, $"{kind}: {best}");
    }

    private static string Many(string piece, string end) =>
        string.Concat(Enumerable.Repeat(piece, (RunbookReader.LargestFile - 200 - end.Length) / piece.Length)) + end;
}
