using System.Net;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

public sealed class PageCatalogTests
{
    [Fact]
    public async Task Every_entry_of_the_menu_leads_to_a_page_that_says_where_the_reader_is()
    {
        await using var host = await PagesHost.StartAsync();

        Assert.Equal(["Incidents", "Runbooks", "Services", "Probes", "Deliveries", "Silences"], PageCatalog.Menu.Select(page => page.Menu));
        foreach (var page in PageCatalog.Menu)
        {
            using var answer = await host.Client.GetAsync(new Uri(page.Path, UriKind.Relative));
            var html = await answer.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains($"<a href=\"{page.Path}\" aria-current=\"page\">{page.Menu}</a>", html, StringComparison.Ordinal);
            Assert.Equal(1, html.Split("aria-current=\"page\"").Length - 1);
        }
    }

    [Fact]
    public void No_two_pages_have_the_same_place() =>
        Assert.Equal(PageCatalog.Pages.Count, PageCatalog.Pages.Select(page => page.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
}
