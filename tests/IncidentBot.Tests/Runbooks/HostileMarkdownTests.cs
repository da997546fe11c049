using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Alerts;
using IncidentBot.Runbooks.Filling;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Runbooks;

/// <summary>Whatever a page and the labels of an alert hold, a browser runs nothing of it.</summary>
public sealed class HostileMarkdownTests(ITestOutputHelper output)
{
    private static readonly HashSet<string> Tags = new(StringComparer.Ordinal)
    {
        "a", "h2", "h3", "h4", "h5", "h6", "p", "em", "strong", "del", "code", "pre", "figure", "figcaption", "span", "button", "div", "table", "thead", "tbody",
        "tr", "th", "td", "ul", "ol", "li", "input", "img", "blockquote", "hr", "br", "sup", "dl", "dt", "dd", "mark", "details", "summary", "svg", "path",
    };

    private static readonly HashSet<string> Attributes = new(StringComparer.Ordinal)
    {
        "href", "src", "alt", "title", "id", "class", "rel", "target", "type", "tabindex", "role", "aria-label", "aria-hidden", "checked", "loading", "start",
        "open", "viewbox", "version", "width", "height", "d",
    };

    private static readonly string[] Pieces =
    [
        "<script>", "</script>", "alert(1)", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "javascript:alert(1)", "JAVASCRIPT:", "data:text/html,",
        "[", "]", "(", ")", "![", "](", "<", ">", "\"", "'", "`", "```", "~~~", "\n", "\n\n", "    ", "\t", "#", "## ", "- ", "1. ", "- [ ] ", "> ", "> [!NOTE]\n> ", "|", "| --- |\n",
        "[^1]", "[^1]: ", "{onclick=alert(1)}", "{#x .y onmouseover=z}", "{{ $labels.a }}", "{{ $labels.b }}", "{{ $value }}", "{{", "}}", "$", "http://", "https://a.example/", "mailto:a@b.c",
        "&lt;", "&#60;", "&#x3C;script&#x3E;", "&quot;", "\\", "*", "**", "_", "~~", "---", "===", "+++", ": ", "title: x", "\u202E", "\uFDD0", "0", "\uFDD1", "\uFDD2", "\uFDD3", "\0", "é", "🔥",
        "&#xFDD0;", "&#xFDD1;", "&#64978;", "&#xFDD3;", "%EF%B7%90", "|:-:|--:|\n", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "<a href=", "style=", "onerror=", "x", " ", "bash", "mermaid", "%0a", "\r", "//evil.example", "<http://a>", "<javascript:x>", "base64,",
    ];

    private static readonly Config Often = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(3000).WithEndSize(60);

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Elements(Pieces).NonEmptyListOf().Select(pieces => string.Concat(pieces)),
        Gen.OneOf(Gen.Elements(Pieces), ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")).NonEmptyListOf().Select(pieces => string.Concat(pieces)));

    [Fact]
    public void No_text_makes_a_script_an_event_handler_or_a_script_address()
    {
        var cases = from page in Texts from a in Texts from b in Texts select (page, a, b);
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var runbook = RunbookReader.Read(one.page, "media/x", "x.md");
            Judge(runbook.Template.Render(null));
            var filled = runbook.Template.Render(new AlertValues(LabelSet.From(("a", one.a), ("b", one.b)), LabelSet.From(("value", one.b))), "?incident=1", "runbook-");
            Judge(filled);
            return true;
        }).Check(Often);
        output.WriteLine("3,000 pages of arbitrary text, each plain and filled in");
    }

    [Fact]
    public void The_judge_sees_what_it_should()
    {
        foreach (var bad in new[] { "<script>x</script>", "<img src=x onerror=y>", "<a href=\"javascript:x\">", "<a href=' JaVaScript:x'>", "<p style=x>", "<td style=\"text-align: left\">", "<a href=\"&#106;avascript:x\">", "<svg/onload=x>", "<iframe>" })
        {
            Assert.ThrowsAny<Exception>(() => Judge(bad));
        }
    }

    internal static void Judge(string html)
    {
        foreach (var tag in HtmlScan.Tags(html))
        {
            Assert.True(Tags.Contains(tag.Name), $"<{tag.Name}> in {html}");
            foreach (var (name, value) in tag.Attributes)
            {
                Assert.True(Attributes.Contains(name), $"{name} in <{tag.Name}> in {html}");
                if (name is "href" or "src")
                {
                    Assert.True(value.StartsWith('/') && !value.StartsWith("//", StringComparison.Ordinal) || value.StartsWith('#') || value.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                        || value.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || value.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase), $"{name}={value} in {html}");
                }
            }
        }

        Assert.False(html.AsSpan().ContainsAny('\uFDD0', '\uFDD1', '\uFDD2') || html.Contains('\uFDD3', StringComparison.Ordinal), "a mark is left");
    }
}
