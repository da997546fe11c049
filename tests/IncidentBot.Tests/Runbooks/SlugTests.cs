using IncidentBot.Runbooks.Rendering;
using Xunit;

namespace IncidentBot.Runbooks;

/// <summary>Anchors as GitHub makes them.</summary>
public sealed class SlugTests
{
    [Theory]
    [InlineData("Meaning", "meaning")]
    [InlineData("What to do", "what-to-do")]
    [InlineData("Mitigation — what to do", "mitigation--what-to-do")]
    [InlineData("Disk & network", "disk--network")]
    [InlineData("✅ Done", "-done")]
    [InlineData("🔥 K2: brute force", "-k2-brute-force")]
    [InlineData("⚠️ Warning", "️-warning")]
    [InlineData("snake_case and kebab-case", "snake_case-and-kebab-case")]
    [InlineData("C++ / C#", "c--c")]
    [InlineData("Проверка диска", "проверка-диска")]
    [InlineData("Größe: 10 %", "größe-10-")]
    [InlineData("kubectl get pods -A", "kubectl-get-pods--a")]
    [InlineData("1. First step", "1-first-step")]
    [InlineData("  spaces around  ", "spaces-around")]
    [InlineData("Alert Name: KubePodCrashLooping", "alert-name-kubepodcrashlooping")]
    [InlineData("日本語", "日本語")]
    [InlineData("v1.2.3", "v123")]
    [InlineData("a – b", "a--b")]
    [InlineData("¿Qué?", "qué")]
    public void An_anchor_is_the_one_that_GitHub_makes(string heading, string anchor) => Assert.Equal(anchor, Slug.Of(heading));

    [Theory]
    [InlineData("mitigation--what-to-do", "mitigation-what-to-do")]
    [InlineData("-done", "done")]
    [InlineData("a-b", "a-b")]
    [InlineData("---", "")]
    public void Runs_of_hyphens_collapse(string slug, string collapsed) => Assert.Equal(collapsed, Slug.Collapse(slug));

    [Fact]
    public void Headings_of_the_same_words_are_numbered()
    {
        var page = RunbookReader.Read("# A\n\n## Check\n\n## Check\n\n## Check-1\n\n## Check\n", "a", "a.md");

        Assert.Equal(["a", "check", "check-1", "check-1-1", "check-2"], page.Headings.Select(heading => heading.Id));
    }

    [Theory]
    [InlineData("mitigation--what-to-do")]
    [InlineData("mitigation-what-to-do")]
    [InlineData("Mitigation-What-To-Do")]
    [InlineData("mitigationwhattodo")]
    public void An_anchor_is_found_as_people_guess_it(string wanted)
    {
        var page = RunbookReader.Read("## Mitigation — what to do\n", "a", "a.md");

        Assert.Equal("mitigation--what-to-do", page.Anchor(wanted));
        Assert.Contains("id=\"mitigation-what-to-do\"", page.Template.Render(null), StringComparison.Ordinal);
        Assert.Null(page.Anchor("elsewhere"));
    }
}
