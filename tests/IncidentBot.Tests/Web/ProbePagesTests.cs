using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

public sealed class ProbePagesTests
{
    [Fact]
    public async Task Without_probes_the_page_shows_how_to_write_one()
    {
        await using var host = await PagesHost.StartAsync();
        Assert.Contains("every: 1m, url:", WebUtility.HtmlDecode(await host.Client.GetStringAsync(new Uri("/probes", UriKind.Relative))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_says_how_a_probe_is_since_when_and_why_those_that_fail_first()
    {
        await using var host = await PagesHost.StartAsync();
        await ProbeScenes.FillAsync(host.Probes, host.Store.Probes, TimeProvider.System.GetUtcNow());
        var html = await host.Client.GetStringAsync(new Uri("/probes", UriKind.Relative));

        Assert.True(html.IndexOf("probe-wiki", StringComparison.Ordinal) < html.IndexOf("probe-blog", StringComparison.Ordinal));
        Assert.Contains("https://wiki.example.org/ answers 503", html, StringComparison.Ordinal);
        Assert.Contains("Last 30 runs: ", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_a_probe_has_the_whole_conversation_of_its_last_failed_run()
    {
        await using var host = await PagesHost.StartAsync();
        await ProbeScenes.FillAsync(host.Probes, host.Store.Probes, TimeProvider.System.GetUtcNow());
        var html = WebUtility.HtmlDecode(await host.Client.GetStringAsync(new Uri("/probes/wiki", UriKind.Relative)));

        Assert.Contains("> GET / to wiki.example.org", html, StringComparison.Ordinal);
        Assert.Contains("status 200", html, StringComparison.Ordinal);
        using var nobody = await host.Client.GetAsync(new Uri("/probes/nobody", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
    }

    [Fact]
    public async Task Run_now_runs_it_once_and_comes_back_to_its_page()
    {
        await using var host = await PagesHost.StartAsync();
        await ProbeScenes.FillAsync(host.Probes, host.Store.Probes, TimeProvider.System.GetUtcNow());
        var before = host.Probes.Find("blog")!.State.Last!.Id;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/probes/blog/run", UriKind.Relative));
        request.Headers.Add("Origin", host.Address.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await host.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.SeeOther, "/probes/blog?asked"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
        for (var i = 0; i < 10_000 && host.Probes.Find("blog")!.State.Last!.Id == before; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        Assert.NotEqual(before, host.Probes.Find("blog")!.State.Last!.Id);
    }

    [Fact]
    public async Task Nobody_without_the_token_runs_a_probe()
    {
        await using var host = await PagesHost.StartAsync("the-token", onLoopback: false);
        await ProbeScenes.FillAsync(host.Probes, host.Store.Probes, TimeProvider.System.GetUtcNow());
        using var form = await host.Client.PostAsync(new Uri("/probes/blog/run", UriKind.Relative), null);
        using var program = await host.Client.PostAsync(new Uri("/api/v1/probes/blog/run", UriKind.Relative), null);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized), (form.StatusCode, program.StatusCode));
        Assert.DoesNotContain("Run now", await host.Client.GetStringAsync(new Uri("/probes", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_reads_the_same()
    {
        await using var host = await PagesHost.StartAsync();
        await ProbeScenes.FillAsync(host.Probes, host.Store.Probes, TimeProvider.System.GetUtcNow());
        var wiki = JsonNode.Parse(await host.Client.GetStringAsync(new Uri("/api/v1/probes", UriKind.Relative)))!["probes"]!.AsArray()
            .Single(probe => (string?)probe!["name"] == "wiki")!;
        Assert.Equal("unhealthy", (string?)wiki["outcome"]);
        Assert.InRange((double)wiki["availability_day"]!, 0.8, 0.99);
    }

    [Fact]
    public async Task Two_hundred_probes_are_shown_within_a_second()
    {
        await using var host = await PagesHost.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        await ProbeScenes.FillAsync(host.Probes, host.Store.Probes, now, 200);
        await host.Client.GetStringAsync(new Uri("/probes", UriKind.Relative));
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await host.Client.GetStringAsync(new Uri("/probes", UriKind.Relative));
            best = Stopwatch.GetElapsedTime(began) < best ? Stopwatch.GetElapsedTime(began) : best;
        }

        TestContext.Current.SendDiagnosticMessage($"200 probes in {best.TotalMilliseconds:0} ms");
        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }
}
