using System.Text;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Runbooks;

/// <summary>Markdown as people really write it, and as they do not.</summary>
public sealed class AwkwardMarkdownTests(ITestOutputHelper output)
{
    private static readonly string[] Blocks =
    [
        "# Heading", "Heading\n=====", "## Heading with `code` and [link](x.md)", "####### seven", "#no space", "Text with trailing spaces  \nand a break",
        "- a\n  - b\n    - c\n      1. d", "1. one\n3. three\n\n   more of three", "* a\n\n  ```bash\n  echo in a list\n  ```", "- [ ] open\n- [x] done\n  - [ ] inner",
        "> quote\nlazy\n> > deeper", "> [!CAUTION]\n> - list\n>\n> ```sh\n> rm x\n> ```", "| a | b |\n|---|:-:|\n| `x\\|y` | **z** |\n| only one |", "| not | a table",
        "```\nnever closed", "~~~~yaml\na: ```\n~~~~", "    indented {{ $labels.x }}", "```promql\nup{a=\"{{ $labels.a }}\"} # c\n```", "```mermaid\ngraph TD; A-->B\n```",
        "![alt](pic.png \"title\")", "![](  )", "[empty]()", "[ref][a]\n\n[a]: ../b.md", "[a [nested](x.md) b](y.md)", "<https://example.org/a_b_c>", "a@example.org www.example.org",
        "Note[^n] and again[^n]\n\n[^n]: Text\n    more", "[^missing]", "---", "***", "<div>\n\n**x**\n\n</div>", "<!-- comment -->", "&nbsp;&copy;&#9731;&bogus;", "\\*not stress\\*",
        "{{ $labels.instance }} {{ $value }} {{ $labels.a.b }} {{ . }} {{ end", "`{{ $labels.x }}` ``a ` b``", "Term\n: Definition\n: Another", "~~gone~~ **bold *both*** __u__",
        "\u202Eright to left\u202C עברית العربية 日本語", "🔥✅⚠️ emoji — dash – dash … dots", "a\tb\tc", "line\r\nother\rthird", new string('x', 5000), string.Concat(Enumerable.Repeat("*", 500)),
        string.Concat(Enumerable.Repeat("[", 300)), string.Concat(Enumerable.Repeat("> ", 60)) + "deep", string.Concat(Enumerable.Repeat("`", 99)), "|" + string.Concat(Enumerable.Repeat("a|", 200)) + "\n|" + string.Concat(Enumerable.Repeat("-|", 200)),
    ];

    [Fact]
    public void Every_awkward_page_is_rendered_without_an_error()
    {
        var pages = Pages().ToList();
        foreach (var (page, number) in pages.Select((page, number) => (page, number)))
        {
            var read = RunbookReader.Read(Encoding.UTF8.GetBytes(page), $"awkward/{number}", $"{number}.md");
            Assert.True(read.Problem is null, $"page {number}: {read.Problem}\n{page}");
            Assert.NotEmpty(read.Title);
            HostileMarkdownTests.Judge(read.Template.Render(null));
        }

        output.WriteLine($"{pages.Count} awkward pages");
        Assert.True(pages.Count >= 200);
    }

    [Fact]
    public void Every_page_of_ours_is_rendered_without_an_error()
    {
        var root = Repository.PathOf("runbooks");
        var set = new RunbookLoader().Load(Directory.Exists(root) ? [root] : []);

        Report.None(set.Pages.Where(page => page.Problem is not null).Select(page => $"{page.File}: {page.Problem}"));
        Assert.All(set.Pages, page => HostileMarkdownTests.Judge(page.Template.Render(null)));
        output.WriteLine($"{set.Pages.Count} pages of runbooks/");
    }

    /// <summary>Each kind of block alone, each pair of neighbours, and longer mixtures, with and without front matter and odd line ends.</summary>
    private static IEnumerable<string> Pages()
    {
        for (var i = 0; i < Blocks.Length; i++)
        {
            yield return Blocks[i];
            yield return $"{Blocks[i]}\n{Blocks[(i + 7) % Blocks.Length]}";
            yield return $"---\ntitle: Page {i}\n---\n{Blocks[i]}\n\n{Blocks[(i * 5 + 3) % Blocks.Length]}\n\n{Blocks[(i * 11 + 1) % Blocks.Length]}".ReplaceLineEndings(i % 2 == 0 ? "\n" : "\r\n");
            yield return $"> {Blocks[i].Replace("\n", "\n> ", StringComparison.Ordinal)}\n\n- {Blocks[(i + 13) % Blocks.Length].Replace("\n", "\n  ", StringComparison.Ordinal)}";
            yield return string.Join("\n\n", Enumerable.Range(0, 6).Select(step => Blocks[(i + (step * 9)) % Blocks.Length]));
        }
    }
}
