using FsCheck.Fluent;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using Xunit;

namespace IncidentBot.Sources;

/// <summary>Answers of an API are hostile too.</summary>
public sealed class AlertmanagerApiTests
{
    [Fact]
    public async Task An_api_that_never_answers_is_given_up()
    {
        await using var server = await AlertmanagerApiServer.StartAsync(TimeProvider.System);
        server.Fault = ApiFault.Hanging;
        await using var services = new ServiceCollection().AddSources().BuildServiceProvider();
        var api = new AlertmanagerApi(services.GetRequiredService<IHttpClientFactory>(), new HastyClock());

        var (answer, reason) = await api.ReadAsync(new AlertmanagerOptions(), server.Url, TestContext.Current.CancellationToken);

        Assert.Null(answer);
        Assert.Equal("no answer within 10 s", reason);
    }

    [Fact]
    public async Task Nobody_there_is_a_reason_without_an_address()
    {
        await using var services = new ServiceCollection().AddSources().BuildServiceProvider();
        var api = new AlertmanagerApi(services.GetRequiredService<IHttpClientFactory>(), TimeProvider.System);

        using var nowhere = new Nowhere();
        var (answer, reason) = await api.ReadAsync(new AlertmanagerOptions(), nowhere.Address, TestContext.Current.CancellationToken);

        Assert.Null(answer);
        Assert.Equal("no connection", reason);
    }

    [Fact]
    public async Task Whatever_is_answered_is_an_answer_or_a_reason_and_a_list_can_be_made_of_it()
    {
        var body = "";
        using var server = WireMockServer.Start();
        Answers("status", () => """{"uptime":"2020-01-01T00:00:00Z"}""");
        Answers("silences", () => "[null]");
        Answers("alerts/groups", () => body);
        await using var services = new ServiceCollection().AddSources().BuildServiceProvider();
        var api = new AlertmanagerApi(services.GetRequiredService<IHttpClientFactory>(), TimeProvider.System);

        var pieces = Gen.Elements(
            "[", "]", "{", "}", ",", ":", "null", "1", "true", "\"\\ud800\"", "\"labels\"", "\"alerts\"", "\"receiver\"", "\"name\"", "\"startsAt\"",
            "\"0001-01-01T00:00:00Z\"", "\"2026-03-01T12:00:00.123Z\"", "\"status\"", "\"silencedBy\"", "\"state\"", "{\"receiver\":{\"name\":\"bot\"},\"alerts\":[",
            "{\"labels\":{\"a\":\"\\u0000\"},\"startsAt\":\"2026-03-01T12:00:00.123Z\",\"status\":{\"silencedBy\":[\"x\",null]}}", "{\"labels\":null}", "]}");
        foreach (var text in pieces.ListOf().Select(string.Concat).Sample(20, 400).Append("[{\"receiver\":{\"name\":\"bot\"},\"alerts\":[{\"labels\":{\"a\":\"\\u0000\"},"
            + "\"startsAt\":\"2026-03-01T12:00:00.123Z\",\"status\":{\"silencedBy\":[\"x\",null]}},null,{}]},null,{}]"))
        {
            body = text;
            var (answer, reason) = await api.ReadAsync(new AlertmanagerOptions(), new Uri(server.Url!), TestContext.Current.CancellationToken);
            Assert.True(answer is null ? reason.Length > 0 : PeerListing.Of([answer], Say.Noon, Recorded.Ignored, TimeSpan.Zero).Alerts.Count >= 0, text);
        }

        var last = await api.ReadAsync(new AlertmanagerOptions(), new Uri(server.Url!), TestContext.Current.CancellationToken);
        Assert.Single(PeerListing.Of([last.Answer!], Say.Noon, Recorded.Ignored, TimeSpan.Zero).Alerts);

        void Answers(string path, Func<string> make) => server.Given(Request.Create().WithPath($"/api/v2/{path}").UsingGet())
            .RespondWith(Response.Create().WithBody(_ => make()));
    }
}
