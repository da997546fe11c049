using System.Text;
using IncidentBot.Alerts;
using IncidentBot.Runbooks.Filling;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Runbooks;

public sealed class RunbookReaderTests
{
    private static readonly AlertValues Values = new(
        LabelSet.From(("instance", "node-3:9100"), ("mountpoint", "/mnt/My Disk"), ("evil", "x; rm -rf /")), LabelSet.From(("value", "97 %"), ("note", "<b>")));

    [Theory]
    [InlineData("| a | b |\n| --- | --- |\n| 1 | 2 |", "<table>")]
    [InlineData("- [x] done\n- [ ] not yet", "type=\"checkbox\" class=\"task\" aria-label=\"Done\" checked=\"\"")]
    [InlineData("> [!WARNING]\n> Careful", "markdown-alert-warning")]
    [InlineData("A[^1]\n\n[^1]: Note", "id=\"fn:1\"")]
    [InlineData("~~gone~~", "<del>gone</del>")]
    [InlineData("Term\n: What it is", "<dl>")]
    [InlineData("https://example.org/x", "<a href=\"https://example.org/x\"")]
    [InlineData("```bash\necho hi # there\n```", "<span class=\"comment\"># there</span>")]
    [InlineData("```mermaid\ngraph TD\n```", "<figure class=\"diagram\">")]
    [InlineData("    indented", "<button type=\"button\" class=\"copy\">")]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;")]
    [InlineData("<b>bold</b>", "&lt;b&gt;bold")]
    [InlineData("<!-- secret -->", "&lt;!-- secret --&gt;")]
    public void What_people_write_is_shown(string markdown, string html) => Assert.Contains(html, Html(markdown), StringComparison.Ordinal);

    [Theory]
    [InlineData("[x](plex.md)", "/runbooks/media/plex")]
    [InlineData("[x](./plex.md#restart-it)", "/runbooks/media/plex#restart-it")]
    [InlineData("[x](../infrastructure/node-down.md)", "/runbooks/infrastructure/node-down")]
    [InlineData("[x](../infrastructure/node-down)", "/runbooks/infrastructure/node-down")]
    [InlineData("[x](../infrastructure/README.md)", "/runbooks/infrastructure")]
    [InlineData("[x](/runbooks/media/plex)", "/runbooks/media/plex")]
    [InlineData("[x](/node-down)", "/node-down")]
    [InlineData("[x](#restart)", "#restart")]
    [InlineData("[x](a%20b.md)", "/runbooks/media/a%20b")]
    [InlineData("[x](https://example.org/a?b=c&d)", "https://example.org/a?b=c&amp;d")]
    [InlineData("[x](mailto:a@example.org)", "mailto:a@example.org")]
    [InlineData("![x](plan.png)", "/runbooks/media/plan.png")]
    public void Links_lead_where_they_should(string markdown, string address) => Assert.Contains($"=\"{address}\"", Html(markdown), StringComparison.Ordinal);

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](&#106;avascript:alert(1))")]
    [InlineData("[x](java&#10;script:alert(1))")]
    [InlineData("[x](data:text/html,x)")]
    [InlineData("[x](vbscript:x)")]
    [InlineData("[x](file:///etc/passwd)")]
    [InlineData("[x](//evil.example)")]
    [InlineData("[x](\\\\evil.example)")]
    [InlineData("[x](https://user:pass@evil.example/)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("![x](data:image/svg+xml,x)")]
    [InlineData("[x]: javascript:alert(1)\n\n[x]")]
    public void Odd_links_become_text(string markdown)
    {
        var html = Html(markdown);

        Assert.DoesNotContain("href", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Placeholders_are_shown_as_such_without_an_alert()
    {
        var html = Html("On {{ $labels.instance }} in `df {{ $labels.mountpoint }}` at {{$value}}");

        Assert.Equal(3, html.Split("class=\"placeholder\"").Length - 1);
        Assert.Contains("{{ $labels.instance }}", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("On {{ $labels.instance }}.", ">node-3:9100</mark>.")]
    [InlineData("`df {{ $labels.mountpoint }}`", ">&#39;/mnt/My Disk&#39;</mark>")]
    [InlineData("```bash\ndf \"{{ $labels.mountpoint }}\"\n```", ">/mnt/My Disk</mark>")]
    [InlineData("```bash\ndf {{ $labels.evil }}\n```", ">&#39;x; rm -rf /&#39;</mark>")]
    [InlineData("At {{ $value }}, {{ $annotations.note }}", ">&lt;b&gt;</mark>")]
    [InlineData("```bash\nping {{ $labels.gone }}\n```", "title=\"this alert has no label gone\"")]
    [InlineData("```bash\nssh {{ $labels.evil }}\n```", "not safe here: type it by hand")]
    [InlineData("[x](https://grafana.example/d/a?var={{$labels.evil}})", "var=x%3B%20rm%20-rf%20%2F\"")]
    [InlineData("[x](https://grafana.example/d/a?var={{ $labels.evil }}&b={{ $value }})", "var=x%3B%20rm%20-rf%20%2F&amp;b=97%20%25\"")]
    [InlineData("[x](https://a.example/?q={{ $value }} \"title\") {{ $value }}", "q=97%20%25\"")]
    [InlineData("[x](https://{{$labels.evil}}/)", "{{ $labels")]
    public void An_alert_fills_them_in(string markdown, string html)
    {
        var shown = RunbookReader.Read(markdown, "media/x", "x.md").Template.Render(Values);

        if (html.StartsWith("{{", StringComparison.Ordinal))
        {
            Assert.DoesNotContain("rm -rf", shown, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains(html, shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Marks_in_a_page_are_not_taken_for_our_own()
    {
        var page = RunbookReader.Read("\uFDD0999\uFDD1 \uFDD2 \uFDD3 \0 and `\uFDD00\uFDD1` {{ $value }}", "a", "a.md");

        Assert.Single(page.Template.Placeholders);
        Assert.DoesNotContain('\uFDD0', page.Template.Render(Values));
    }

    [Theory]
    [InlineData("&#xFDD0;x")]
    [InlineData("&#xFDD0;7&#xFDD1; {{ $value }}")]
    [InlineData("`{{ $value }}` [x](https://a.example/?q=&#xFDD0;0&#xFDD1;)")]
    [InlineData("{{ $value }} ![&#xFDD0;0&#xFDD1;](a.png)")]
    [InlineData("{{ $value }} [x](b.md#%EF%B7%900%EF%B7%91) <https://a.example/%EF%B7%900%EF%B7%91>")]
    [InlineData("# &#xFDD0;0&#xFDD1; {{ $value }}\n\n# B &#64978;")]
    [InlineData("[x]: b.md?&#xFDD3; '&#xFDD0;'\n\n[x] {{ $value }}")]
    public void Characters_by_their_numbers_make_no_marks(string markdown)
    {
        var page = RunbookReader.Read(markdown, "a", "a.md");
        var html = page.Template.Render(Values, "?incident=1", "x.");

        HostileMarkdownTests.Judge(html);
        Assert.DoesNotContain(HtmlScan.Tags(html), tag => tag.Attributes.Any(attribute => attribute.Value.Contains("<mark", StringComparison.Ordinal)));
        Assert.DoesNotContain("incident=1", page.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_without_a_number_of_ours_is_left_out() =>
        Assert.Equal("a9b c", new Rendering.RunbookTemplate("a\uFDD09\uFDD1b\uFDD0 c", []).Render(Values));

    [Theory]
    [InlineData("[x](plex.md)", "/runbooks/media/plex")]
    [InlineData("![x](plan.png)", "/runbooks/media/plan.png")]
    [InlineData("[x](../infrastructure/node-down.md)", "/runbooks/infrastructure/node-down")]
    [InlineData("[x](sub/README.md)", "/runbooks/media/sub")]
    public void A_page_about_its_folder_links_from_within_it(string markdown, string address)
    {
        var page = RunbookReader.Read(markdown, "media", "runbooks/media/README.md", "media");

        Assert.Contains($"=\"{address}\"", page.Template.Render(null), StringComparison.Ordinal);
        Assert.Equal("media", page.Category);
    }

    [Fact]
    public void Columns_are_aligned_by_classes()
    {
        var html = Html("| a | b | c |\n| :-- | :-: | --: |\n| 1 | 2 | 3 |");

        Assert.Contains("<td class=\"to-right\">3</td>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("style", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shorter_anchor_takes_no_name_of_another_heading()
    {
        var page = RunbookReader.Read("# T\n\n## a — b\n\n## a-b\n\n## c — d", "a", "a.md");

        Assert.Equal(["t", "a--b", "a-b", "c--d"], page.Headings.Select(heading => heading.Id));
        Assert.Single(page.Template.Render(null).Split("id=\"a-b\"").Skip(1));
        Assert.Contains("id=\"c-d\"", page.Template.Render(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("```console\n$ ls\na b\n```", true)]
    [InlineData("```console\nls\n```", false)]
    [InlineData("```bash\n$ ls\n```", false)]
    public void A_session_of_a_terminal_is_known_by_its_prompts(string markdown, bool session) =>
        Assert.Equal(session, Html(markdown).Contains("class=\"code session\"", StringComparison.Ordinal));

    [Fact]
    public void A_first_heading_that_is_not_the_title_stays()
    {
        Assert.Contains("<h2 id=\"what-burns\">What burns<a class=\"anchor\" href=\"#what-burns\"", Html("---\ntitle: Node down\n---\n# What burns\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("<h2", Html("---\ntitle: Node down\n---\n# Node down\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_text_or_too_large_is_a_page_that_says_so()
    {
        Assert.Contains("UTF-8", RunbookReader.Read([0xC3, 0x28, 0xFF], "a", "a.md").Problem, StringComparison.Ordinal);
        Assert.Contains("1 MiB", RunbookReader.Read(new byte[RunbookReader.LargestFile + 1], "a", "a.md").Problem, StringComparison.Ordinal);
        var deep = RunbookReader.Read(Encoding.UTF8.GetBytes(new string('>', 20_000) + " x"), "a", "a.md");
        Assert.NotNull(deep.Problem);
    }

    [Fact]
    public void Other_pages_are_reached_with_the_same_incident()
    {
        var page = RunbookReader.Read("[a](b.md#c) [d](https://example.org)", "x/a", "a.md");

        Assert.Contains("href=\"/runbooks/x/b?incident=7#c\"", page.Template.Render(null, "?incident=7"), StringComparison.Ordinal);
        Assert.Contains("href=\"https://example.org\"", page.Template.Render(null, "?incident=7"), StringComparison.Ordinal);
    }

    private static string Html(string markdown) => RunbookReader.Read(markdown, "media/x", "x.md").Template.Render(null);
}
