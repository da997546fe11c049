using System.Net;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>What is read can also be asked for without its content, as probes and load balancers do.</summary>
public sealed class ReadRoutesTests
{
    [Fact]
    public async Task A_head_is_answered_as_a_get_without_its_body()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Firing("plex-0"));

        foreach (var path in new[] { "-/healthy", "-/ready", "metrics", "", "incidents/1", "deliveries", "runbooks", "sign-in", "api/v1/incidents", "api/v1/incidents/1" })
        {
            using var got = await bot.Client.GetAsync(new Uri(path, UriKind.Relative));
            using var request = new HttpRequestMessage(HttpMethod.Head, path);
            using var head = await bot.Client.SendAsync(request);

            Assert.Equal((path, HttpStatusCode.OK, HttpStatusCode.OK), (path, got.StatusCode, head.StatusCode));
            Assert.Equal(got.Content.Headers.ContentType, head.Content.Headers.ContentType);
            Assert.NotEmpty(await got.Content.ReadAsByteArrayAsync());
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        }
    }
}
