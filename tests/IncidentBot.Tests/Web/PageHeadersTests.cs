using System.Net;
using System.Text.RegularExpressions;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

public sealed class PageHeadersTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/incidents/1")]
    [InlineData("/incidents/999")]
    [InlineData("/deliveries")]
    [InlineData("/sign-in")]
    [InlineData("/api/v1/incidents")]
    public async Task Every_answer_forbids_foreign_code_and_keeping(string path)
    {
        await using var host = await PagesHost.StartAsync("token");
        host.Put(Scenes.NodeDown(1, StoreStub.Start));

        using var answer = await host.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'", Header("Content-Security-Policy"));
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("same-origin", Header("Referrer-Policy"));
        Assert.Equal("no-store", Header("Cache-Control"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));

        string Header(string name) => answer.Headers.GetValues(name).Single();
    }

    [Fact]
    public async Task Files_of_the_pages_are_kept_for_long_and_have_their_content_in_their_address()
    {
        await using var host = await PagesHost.StartAsync();
        var html = await host.GetAsync("/");
        var files = Regex.Matches(html, "\"(?<file>/assets/[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Select(match => match.Groups["file"].Value).Distinct().ToList();

        Assert.Equal(5, files.Count);
        foreach (var file in files)
        {
            using var answer = await host.Client.GetAsync(new Uri(file, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("immutable", answer.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
            Assert.Matches(new Regex(@"\.[0-9a-f]{12}\.(css|js|svg)$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)), file);
        }

        using var other = await host.Client.GetAsync(new Uri("/assets/site.css", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        Assert.Equal("no-store", other.Headers.CacheControl?.ToString());
    }
}
