using System.Globalization;
using System.Text.Json.Nodes;
using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Rooms;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Storage;
using IncidentBot.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace IncidentBot.Chat;

/// <summary>Silences that are made by commands in real Alertmanagers: made, undone, previewed, extended, run out, and in a pair.</summary>
public sealed class SilencesAgainstAlertmanagerTests(ITestOutputHelper output)
{
    private int _said;

    public static TheoryData<string> Versions => AlertmanagerServer.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_silence_hides_exactly_its_incident_is_undone_and_a_wider_one_hides_what_its_preview_said(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var port = Loopback.FreePort();
        await using var alertmanager = await AlertmanagerServer.StartAsync(version, Posting(port), cancel);
        await using var bot = await StartAsync(folder, port, alertmanager.Url);
        await alertmanager.PostAlertsAsync(Alerts(true, "disk 1 \"a\\b\"", "disk 2", "fan"), cancel);
        await UntilAsync(bot, incidents => incidents.Count(one => one.Status == IncidentStatus.Firing) == 3, cancel);
        var number = (await ListAsync(bot)).Single(one => one.Labels["part"] == "disk 1 \"a\\b\"").Number;

        // Exactly the incident, with a value that has to be quoted.
        Assert.StartsWith($"Ada silenced #{number} until", await SayAsync(bot, $"s {number} 2h new disks"), StringComparison.Ordinal);
        Assert.Equal(["disk 1 \"a\\b\""], await HiddenAsync(alertmanager, cancel));
        await UntilAsync(bot, incidents => incidents.Single(one => one.Number == number).Suppression is { By: "Ada", Comment: "new disks" }, cancel);
        await SayAsync(bot, "unsilence 1");
        Assert.Empty(await HiddenAsync(alertmanager, cancel));
        await UntilAsync(bot, incidents => incidents.All(one => one.Suppression is null), cancel);

        // What the preview of a wider one says is what Alertmanager then hides.
        var preview = await SayAsync(bot, "s part=~\"disk.*\" alertname!=Other 2h");
        output.WriteLine(preview);
        Assert.StartsWith("Would hide 2 alerts of 2 incidents now", preview, StringComparison.Ordinal);
        Assert.Contains("hides 2 alerts now", await SayAsync(bot, "yes"), StringComparison.Ordinal);
        Assert.Equal(["disk 1 \"a\\b\"", "disk 2"], await HiddenAsync(alertmanager, cancel));
        await bot.StopAsync(cancel);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Until_resolved_holds_over_a_restart_is_extended_and_ends_with_the_incident_and_a_short_one_runs_out(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var port = Loopback.FreePort();
        await using var alertmanager = await AlertmanagerServer.StartAsync(version, Posting(port), cancel);
        await alertmanager.PostAlertsAsync(Alerts(true, "disk", "fan"), cancel);
        await using (var first = await StartAsync(folder, port, alertmanager.Url))
        {
            await UntilAsync(first, incidents => incidents.Count == 2, cancel);
            var disk = (await ListAsync(first)).Single(one => one.Labels["part"] == "disk").Number;
            Assert.Contains("until it is resolved", await SayAsync(first, $"s {disk} until resolved"), StringComparison.Ordinal);
            Assert.Equal(["disk"], await HiddenAsync(alertmanager, cancel));
            await first.StopAsync(cancel);
        }

        await using var bot = await StartAsync(folder, port, alertmanager.Url);
        var (silencing, deeds) = (bot.Services.GetRequiredService<Silencing>(), bot.Services.GetRequiredService<IIncidentStore>().Deeds);
        var source = silencing.Source("home")!;
        var row = (await deeds.SilenceAsync(1, cancel))!;
        var longer = await silencing.ExtendAsync(source, row, row.Until.AddHours(1), cancel);
        Assert.Equal("", longer.Failure);
        await deeds.DoAsync(new Deed(new Effect.SilenceIs(longer.Silence, longer.Marks)) { Tell = _ => default }, cancel);
        var listed = Assert.Single((await silencing.ListAsync(source, cancel)).Value!);
        Assert.Equal((longer.Silence.Id, longer.Silence.Until), (listed.Id, listed.EndsAt));

        // A short one runs out by itself, and that is seen.
        var fan = (await ListAsync(bot)).Single(one => one.Labels["part"] == "fan");
        var now = TimeProvider.System.GetUtcNow();
        var made = await silencing.MakeAsync(source, new SilenceRow
        {
            Key = "short",
            Source = "home",
            Incident = fan.Number,
            Matchers = [new SilenceMatcher("part", "fan")],
            By = "Ada",
            Comment = "x",
            MadeAt = now,
            Until = now.AddSeconds(4),
        }, cancel);
        await deeds.DoAsync(new Deed(new Effect.SilenceIs(made.Silence, made.Marks)) { Tell = _ => default }, cancel);
        await UntilAsync(bot, incidents => incidents.Single(one => one.Number == fan.Number).Suppression is not null, cancel);
        await UntilAsync(bot, incidents => incidents.Single(one => one.Number == fan.Number).Suppression is null, cancel);

        // The incident ends, and so does its silence.
        await alertmanager.PostAlertsAsync(Alerts(false, "disk"), cancel);
        await UntilAsync(bot, incidents => incidents.Single(one => one.Labels["part"] == "disk").Status == IncidentStatus.Resolved, cancel);
        await bot.Services.GetRequiredService<SilenceWatch>().LookAsync(TimeProvider.System.GetUtcNow(), cancel);
        Assert.Empty((await silencing.ListAsync(source, cancel)).Value!);
        Assert.Equal(SilenceState.Ended, (await deeds.SilenceAsync(1, cancel))!.State);
        await bot.StopAsync(cancel);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Of_a_pair_one_peer_is_enough_and_none_is_said(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var port = Loopback.FreePort();
        var cluster = Loopback.FreePort();
        await using var one = await AlertmanagerServer.StartAsync(version, Posting(port), cancel, $"--cluster.listen-address=127.0.0.1:{cluster}");
        await using var other = await AlertmanagerServer.StartAsync(
            version, Posting(port), cancel, $"--cluster.listen-address=127.0.0.1:{Loopback.FreePort()}", $"--cluster.peer=127.0.0.1:{cluster}");
        await using var bot = await StartAsync(folder, port, one.Url, other.Url);
        await one.PostAlertsAsync(Alerts(true, "disk"), cancel);
        await other.PostAlertsAsync(Alerts(true, "disk"), cancel);
        await UntilAsync(bot, incidents => incidents.Count == 1, cancel);

        Assert.StartsWith("Ada silenced #1 until", await SayAsync(bot, "s 1 2h"), StringComparison.Ordinal);
        await Loopback.UntilAsync(async () => (await HiddenAsync(other, cancel)).Count == 1 ? "" : null, TimeSpan.FromSeconds(40), () => "the other peer does not know of it", cancel);
        await one.KillAsync();
        Assert.Equal("Silence 1 of #1 is ended by Ada.", await SayAsync(bot, "unsilence 1"));
        Assert.Empty(await HiddenAsync(other, cancel));
        Assert.StartsWith("Ada silenced #1 until", await SayAsync(bot, "s 1 2h"), StringComparison.Ordinal);
        await other.KillAsync();
        var none = await SayAsync(bot, "unsilence 2");
        Assert.StartsWith("Alertmanager home did not end it: ", none, StringComparison.Ordinal);
        Assert.EndsWith("It still holds.", none, StringComparison.Ordinal);
        Assert.EndsWith("No silence is known; it is looked for again within a minute.", await SayAsync(bot, "s 1 2h"), StringComparison.Ordinal);
        await bot.StopAsync(cancel);
    }

    private static string Posting(int port) =>
        AlertmanagerServer.Posting(new Uri($"http://127.0.0.1:{port}/webhooks/alertmanager"), groupBy: "alertname, part");

    private static async Task<WebApplication> StartAsync(TemporaryFolder folder, int port, params Uri[] alertmanagers)
    {
        var options = new BotOptions();
        options.Server.Listen = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        options.Store.Sqlite = Path.Combine(folder.Path, "incidentbot.db");
        options.Alertmanagers.Add(new AlertmanagerOptions { Source = "home", Urls = [.. alertmanagers], ReconcileEvery = TimeSpan.FromSeconds(1) });
        options.People.Operators = [Person.Parse("slack:UADA")];
        options.People.Known = [new KnownPersonOptions { Name = "Ada", Slack = "UADA" }];
        var app = IncidentBot.Program.Build(new CurrentSettings(options), services => services.AddSingleton(Hasty.Rules)
            .AddLogging(logging => logging.ClearProviders()));
        await app.StartAsync();
        return app;
    }

    private async Task<string> SayAsync(WebApplication bot, string text)
    {
        var answer = await bot.Services.GetRequiredService<IChatDesk>().AnswerAsync(
            new ChatRequest
            {
                Room = Room.Parse("slack:DADA"),
                Id = $"{++_said}",
                By = Person.Parse("slack:UADA"),
                IsPrivate = true,
                Input = new ChatInput.Said(text),
                SaidAt = TimeProvider.System.GetUtcNow(),
            }, default);
        output.WriteLine($"{text}\n  {string.Join("\n  ", answer.Lines)}");
        return string.Join('\n', answer.Lines);
    }

    /// <summary>The parts whose alerts Alertmanager hides now.</summary>
    private static async Task<List<string>> HiddenAsync(AlertmanagerServer alertmanager, CancellationToken cancellationToken)
    {
        var alerts = JsonNode.Parse(await Loopback.Client.GetStringAsync(new Uri(alertmanager.Url, "/api/v2/alerts"), cancellationToken))!.AsArray();
        return [.. alerts.Where(alert => (string?)alert!["status"]!["state"] == "suppressed").Select(alert => (string)alert!["labels"]!["part"]!).Order(StringComparer.Ordinal)];
    }

    private static string Alerts(bool firing, params string[] parts)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new JsonArray([.. parts.Select(part => (JsonNode)new JsonObject
        {
            ["labels"] = new JsonObject { ["alertname"] = "Broken", ["part"] = part, ["severity"] = "warning" },
            ["startsAt"] = now.AddMinutes(-10).ToString("O", CultureInfo.InvariantCulture),
            ["endsAt"] = now.AddSeconds(firing ? 3600 : -1).ToString("O", CultureInfo.InvariantCulture),
        })]).ToJsonString();
    }

    private static Task<IReadOnlyList<IncidentSummary>> ListAsync(WebApplication bot) =>
        bot.Services.GetRequiredService<IIncidentStore>().ListAsync(new IncidentFilter(), CancellationToken.None);

    private static async Task UntilAsync(WebApplication bot, Func<IReadOnlyList<IncidentSummary>, bool> holds, CancellationToken cancellationToken)
    {
        IReadOnlyList<IncidentSummary> last = [];
        await Loopback.UntilAsync(
            async () => holds(last = await ListAsync(bot)) ? "" : null, TimeSpan.FromSeconds(60),
            () => "The incidents are " + string.Join(", ", last.Select(one => $"#{one.Number} {one.Labels["part"]} {one.Status} {one.Suppression}")), cancellationToken);
    }
}
