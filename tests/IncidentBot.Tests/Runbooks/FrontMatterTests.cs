using Xunit;

namespace IncidentBot.Runbooks;

public sealed class FrontMatterTests
{
    [Fact]
    public void Every_key_of_ours_is_read()
    {
        var page = Read("""
            ---
            title: Node down
            alerts: [NodeDown, NodeNotReady#kubelet]
            services: [node-exporter]
            severity: critical
            owner: platform
            reviewed: 2026-01-17
            aliases: [node-is-down, old/node]
            ---
            Text
            """);

        Assert.Null(page.Problem);
        Assert.Equal("Node down", page.Title);
        Assert.Equal(["NodeDown", "NodeNotReady#kubelet"], page.Front.Alerts);
        Assert.Equal(["node-exporter"], page.Front.Services);
        Assert.Equal(("critical", "platform", new DateOnly(2026, 1, 17)), (page.Front.Severity, page.Front.Owner, page.Front.Reviewed));
        Assert.Equal(["node-is-down", "old/node"], page.Front.Aliases);
        Assert.Empty(page.Front.UnknownKeys);
    }

    [Theory]
    [InlineData("# Disk full\n\nText", "Disk full")]
    [InlineData("Text without any heading", "Disk")]
    [InlineData("---\n\nA rule is no front matter\n", "Disk")]
    [InlineData("## Only a small heading", "Disk")]
    [InlineData("\uFEFF# With a mark", "With a mark")]
    [InlineData("# `code` and *stress*", "code and stress")]
    public void A_page_without_front_matter_is_called_by_its_heading_or_its_file(string text, string title)
    {
        var page = RunbookReader.Read(System.Text.Encoding.UTF8.GetBytes(text), "infrastructure/disk", "disk.md");

        Assert.Equal((title, (string?)null), (page.Title, page.Problem));
    }

    [Fact]
    public void Hugos_front_matter_is_taken()
    {
        var yaml = Read("---\ntitle: A\nweight: 20\nbookCollapseSection: true\naliases:\n  - /docs/a/\ntags: [x]\n---\n# A\n");
        var toml = Read("+++\ntitle = \"B\"\nweight = 3\naliases = [\"/docs/b/\"]\n[params]\nx = 1\n+++\nText\n");

        Assert.Equal(("A", "/docs/a/"), (yaml.Title, Assert.Single(yaml.Front.Aliases)));
        Assert.Empty(yaml.Front.UnknownKeys);
        Assert.Equal(("B", "/docs/b/"), (toml.Title, Assert.Single(toml.Front.Aliases)));
        Assert.Null(toml.Problem);
    }

    [Fact]
    public void Lists_over_several_lines_and_tables_of_toml_are_taken()
    {
        var page = Read("""
            +++
            title = "Disk [full] # really"  # a comment
            alerts = [
              "DiskFull", # the first
              'DiskFuller',
            ]
            reviewed = 2026-01-17
            [params]
            title = "Another"
            [[params.more]]
            alerts = ["X"]
            +++
            [x](gone.md)
            """.ReplaceLineEndings("\n"));

        Assert.Null(page.Problem);
        Assert.Equal("Disk [full] # really", page.Title);
        Assert.Equal(["DiskFull", "DiskFuller"], page.Front.Alerts);
        Assert.Equal(new DateOnly(2026, 1, 17), page.Front.Reviewed);
        Assert.Equal(13, Assert.Single(page.Links).Line);
    }

    [Fact]
    public void What_only_a_whole_reader_of_toml_knows_is_taken()
    {
        var page = Read(""""
            +++
            title = '''
            Disk = [full]'''
            "alerts" = ["Disk\u0046ull", "A, B"]
            owner = """
            plat\
              form"""
            reviewed = 2026-01-17T07:00:00+01:00
            weight = 1_000
            params.title = "dotted"
            menu = { main = { name = "x" } }
            +++
            Text
            """".ReplaceLineEndings("\r\n"));

        Assert.Null(page.Problem);
        Assert.Equal("Disk = [full]", page.Title);
        Assert.Equal(["DiskFull", "A, B"], page.Front.Alerts);
        Assert.Equal(("platform", new DateOnly(2026, 1, 17)), (page.Front.Owner, page.Front.Reviewed));
        Assert.Empty(page.Front.UnknownKeys);
    }

    [Fact]
    public void Toml_that_cannot_be_read_says_on_which_line() =>
        Assert.Contains("line 3: not valid TOML", Read("+++\ntitle = \"a\"\nalerts = [\"secret\n+++\nText").Problem, StringComparison.Ordinal);

    [Fact]
    public void Other_peoples_names_for_alerts_are_taken()
    {
        Assert.Equal(["A", "B"], Read("---\nalert_names: [A, B]\n---\n").Front.Alerts);
        Assert.Equal(["A", "B"], Read("---\nalerts: A, B\n---\n").Front.Alerts);
    }

    [Fact]
    public void A_key_that_nobody_knows_is_noted() =>
        Assert.Equal(["alrets"], Read("---\nalrets: [A]\ntitle: B\n---\n").Front.UnknownKeys);

    [Theory]
    [InlineData("---\ntitle: [\n---\nText")]
    [InlineData("---\ntitle: a\ntitle: b\n---\nText")]
    [InlineData("---\n- a list\n---\nText")]
    [InlineData("---\nreviewed: soon\n---\nText")]
    [InlineData("+++\ntitle = [\n+++\nText")]
    [InlineData("+++\ntitle = 'a'\ntitle = 'b'\n+++\nText")]
    [InlineData("+++\nreviewed = 'soon'\n+++\nText")]
    [InlineData("---\ntitle: never ends\nText")]
    [InlineData("---\na: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: [*d, *d, *d, *d, *d, *d, *d, *d, *d]\n---\nText")]
    public void Front_matter_that_cannot_be_read_breaks_only_itself(string text)
    {
        var page = Read(text);

        Assert.NotNull(page.Problem);
        Assert.Contains("Text", page.Template.Render(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a=")]
    [InlineData("a.")]
    public void Toml_that_is_nested_without_end_breaks_only_itself(string opening)
    {
        var page = Read($"+++\na = {string.Concat(Enumerable.Repeat(opening, 50_000))}\n+++\nText");

        Assert.NotNull(page.Problem);
        Assert.Contains("Text", page.Template.Render(null), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_counted_as_in_the_file() =>
        Assert.Equal(5, Assert.Single(Read("---\ntitle: a\n---\n\n[x](gone.md)\n").Links).Line);

    private static Runbook Read(string text) => RunbookReader.Read(text, "infrastructure/disk", "disk.md");
}
