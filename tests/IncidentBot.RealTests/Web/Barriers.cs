using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace IncidentBot.Web;

/// <summary>What keeps people from using a page: whatever axe finds against the WCAG 2.2, level AA, and its best practices.</summary>
internal static class Barriers
{
    private static readonly AxeRunOptions All = new()
    {
        RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"),
    };

    public static async Task<IReadOnlyList<string>> OfAsync(IPage page)
    {
        var result = await page.RunAxe(All);
        Assert.NotEmpty(result.Passes);
        return
        [
            .. result.Violations.Select(one => $"{one.Id} ({one.Impact}): {string.Join(" | ", one.Nodes.Select(node => node.Html).Take(3))}"),
        ];
    }
}
