using System.Net;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web.Live;

public sealed class LiveEventsTests
{
    [Fact]
    public async Task A_change_is_told_to_every_open_page()
    {
        await using var host = await PagesHost.StartAsync(time: new HastyClock());
        using var one = await StreamAsync(host);
        using var other = await StreamAsync(host);

        host.Feed.Changed([7, 3, 7]);

        Assert.Equal("""{"incidents":[3,7],"missed":false}""", await NextAsync(one));
        Assert.Equal("""{"incidents":[3,7],"missed":false}""", await NextAsync(other));
    }

    [Fact]
    public async Task A_quiet_stream_has_a_heartbeat()
    {
        await using var host = await PagesHost.StartAsync(time: new HastyClock());
        using var stream = await StreamAsync(host);

        string? line;
        do
        {
            line = await stream.ReadLineAsync();
        }
        while (line is not null and not "event: beat");

        Assert.Equal("event: beat", line);
    }

    [Fact]
    public async Task Changes_that_come_close_together_are_told_together()
    {
        var feed = new LiveFeed(new Storage.ChangeFeed());
        Assert.True(feed.TryListen(out var reader));
        using (reader)
        {
            feed.Changed([1]);
            feed.Changed([2, 1]);

            Assert.Equal([1, 2], (await reader.NextAsync(TestContext.Current.CancellationToken)).Incidents);
            var next = reader.NextAsync(TestContext.Current.CancellationToken);
            Assert.False(next.IsCompleted);
            feed.Changed([5]);
            Assert.Equal([5], (await next).Incidents);
        }
    }

    [Fact]
    public async Task A_reader_that_is_far_behind_gets_the_newest_and_is_told_that_it_missed_some()
    {
        var feed = new LiveFeed(new Storage.ChangeFeed());
        Assert.True(feed.TryListen(out var reader));
        using (reader)
        {
            feed.Changed([.. Enumerable.Range(1, LiveFeed.Kept + 10).Select(number => (long)number)]);

            var news = await reader.NextAsync(TestContext.Current.CancellationToken);

            Assert.True(news.Missed);
            Assert.Equal(LiveFeed.Kept, news.Incidents.Count);
            Assert.Equal(LiveFeed.Kept + 10, news.Incidents[^1]);
        }
    }

    [Fact]
    public async Task There_is_room_for_so_many_pages_and_one_that_leaves_makes_room()
    {
        await using var host = await PagesHost.StartAsync();
        var readers = Enumerable.Range(0, LiveFeed.MostReaders).Select(_ => host.Feed.TryListen(out var reader) ? reader : null).ToList();
        Assert.DoesNotContain(null, readers);

        using var refused = await host.Client.GetAsync(new Uri("/api/v1/events", UriKind.Relative));
        readers[0]!.Dispose();
        readers[0]!.Dispose();
        using var stream = await StreamAsync(host);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("retry: 3000", await stream.ReadLineAsync());
        Assert.False(host.Feed.TryListen(out _), "leaving twice made room twice");
    }

    [Fact]
    public async Task A_stopping_program_does_not_wait_for_open_pages()
    {
        var host = await PagesHost.StartAsync();
        using var stream = await StreamAsync(host);

        await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(4));

        Assert.Contains("event: hello\ndata: {\"beat\":10}", await stream.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private static async Task<StreamReader> StreamAsync(PagesHost host)
    {
        var answer = await host.Client.GetAsync(new Uri("/api/v1/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new StreamReader(await answer.Content.ReadAsStreamAsync());
    }

    private static async Task<string> NextAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            if (line == "event: changed")
            {
                return (await stream.ReadLineAsync())!["data: ".Length..];
            }
        }

        throw new InvalidOperationException("the stream ended");
    }
}
