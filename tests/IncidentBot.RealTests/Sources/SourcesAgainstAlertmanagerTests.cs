using System.Globalization;
using System.Text;
using IncidentBot.Incidents;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Storage;
using IncidentBot.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace IncidentBot.Sources;

/// <summary>
/// The program beside real Alertmanagers that forget, fall silent, or spoke while nobody listened. The times by which lists are
/// believed are seconds instead of minutes.
/// </summary>
public sealed partial class SourcesAgainstAlertmanagerTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Began = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1);

    public static TheoryData<string> Versions => AlertmanagerServer.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_list_tells_what_webhooks_did_not(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var port = Loopback.FreePort();
        await using var alertmanager = await AlertmanagerServer.StartAsync(
            version, AlertmanagerServer.Posting(new Uri($"http://127.0.0.1:{port}/webhooks/alertmanager"), groupBy: "alertname"), cancel);
        var options = Options(folder, alertmanager.Url);

        // One alert fires while the program listens.
        await using (var first = await StartAsync(options, port))
        {
            await alertmanager.PostAlertsAsync(Alerts(("Before", true)), cancel);
            await UntilAsync(first, incidents => incidents.Count == 1, cancel);
            await first.StopAsync(cancel);
        }

        // While it is down that one ends, one is over in a moment, and one fires and stays. No webhook reaches where it starts again.
        await alertmanager.PostAlertsAsync(Alerts(("Before", false), ("Moment", false), ("Stays", true)), cancel);
        await using var bot = await StartAsync(options, Loopback.FreePort());
        await UntilAsync(bot, incidents => Firing(incidents) is ["Stays"], cancel);
        var before = await FindAsync(bot, "Before");
        Assert.Equal([ChangeKind.Opened, ChangeKind.Gone, ChangeKind.Resolved], before.Timeline.Select(line => line.Change.Kind));
        Assert.Equal(2, (await ListAsync(bot)).Count);

        // A silence is shown.
        await SilenceAsync(alertmanager, cancel);
        await UntilAsync(bot, incidents => incidents.Exists(one => Quiet(one) is { Kind: SuppressionKind.Silenced, By: "ops", Comment: "new disks" }), cancel);

        // Alertmanager forgets everything, the silence too, and is told of the alert again only after a while.
        await alertmanager.KillAsync();
        await alertmanager.StartEmptyAsync(cancel);
        await AfterReadingsAsync(bot, 5, cancel);
        Assert.Equal(["Stays"], Firing(await ListAsync(bot)));
        await alertmanager.PostAlertsAsync(Alerts(("Stays", true)), cancel);
        await AfterReadingsAsync(bot, 7, cancel);
        var stays = await FindAsync(bot, "Stays");
        Assert.Equal([ChangeKind.Opened, ChangeKind.Silenced, ChangeKind.Unsuppressed], stays.Timeline.Select(line => line.Change.Kind));

        // Now it knows for long enough to be believed when it says that the alert is over.
        await alertmanager.PostAlertsAsync(Alerts(("Stays", false)), cancel);
        await UntilAsync(bot, incidents => Firing(incidents).Count == 0, cancel);
        await bot.StopAsync(cancel);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_silent_alertmanager_is_an_incident_until_it_speaks_again(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var port = Loopback.FreePort();
        var webhook = new Uri($"http://127.0.0.1:{port}/webhooks/alertmanager");
        await using var alertmanager = await AlertmanagerServer.StartAsync(
            version, AlertmanagerServer.Posting(webhook).Replace("repeat_interval: 1h", "repeat_interval: 1s", StringComparison.Ordinal), cancel);
        var options = Options(folder, alertmanager.Url);
        options.Alertmanagers[0].Watchdog = new WatchdogOptions { MissingAfter = TimeSpan.FromSeconds(5) };
        await using var bot = await StartAsync(options, port);

        await alertmanager.PostAlertsAsync(Alerts(("Watchdog", true)), cancel);
        await AfterReadingsAsync(bot, 9, cancel);
        Assert.Empty(await ListAsync(bot));

        await alertmanager.KillAsync();
        await UntilAsync(bot, incidents => Firing(incidents) is ["WatchdogMissing"], cancel);

        await alertmanager.StartEmptyAsync(cancel);
        await alertmanager.PostAlertsAsync(Alerts(("Watchdog", true)), cancel);
        await UntilAsync(bot, incidents => incidents is [{ Incident.Status: IncidentStatus.Resolved }], cancel);
        await bot.StopAsync(cancel);
    }

    private static BotOptions Options(TemporaryFolder folder, Uri alertmanager)
    {
        var options = new BotOptions();
        options.Store.Sqlite = Path.Combine(folder.Path, "incidentbot.db");
        options.Alertmanagers.Add(new AlertmanagerOptions { Source = "home", Urls = { alertmanager }, ReconcileEvery = TimeSpan.FromSeconds(1) });
        return options;
    }

    private static async Task<WebApplication> StartAsync(BotOptions options, int port, TimeProvider? clock = null)
    {
        options.Server.Listen = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        var app = IncidentBot.Program.Build(new CurrentSettings(options), services => services.AddSingleton(Hasty.Rules)
            .AddSingleton(clock ?? TimeProvider.System).AddLogging(logging => logging.ClearProviders()));
        await app.StartAsync();
        return app;
    }

    private static string Alerts(params (string Name, bool Firing)[] alerts)
    {
        var now = TimeProvider.System.GetUtcNow();
        var text = alerts.Select(alert => string.Create(CultureInfo.InvariantCulture,
            $$"""{"labels":{"alertname":"{{alert.Name}}","severity":"warning"},"startsAt":"{{Began:yyyy-MM-ddTHH:mm:ssZ}}","endsAt":"{{now.AddSeconds(alert.Firing ? 3600 : -1):yyyy-MM-ddTHH:mm:ssZ}}"}"""));
        return $"[{string.Join(",", text)}]";
    }

    private static async Task SilenceAsync(AlertmanagerServer alertmanager, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var content = new StringContent(string.Create(CultureInfo.InvariantCulture,
            $$"""{"matchers":[{"name":"alertname","value":"Stays","isRegex":false}],"startsAt":"{{now:yyyy-MM-ddTHH:mm:ssZ}}","endsAt":"{{now.AddHours(2):yyyy-MM-ddTHH:mm:ssZ}}","createdBy":"ops","comment":"new disks"}"""),
            Encoding.UTF8, "application/json");
        using var answer = await Loopback.Client.PostAsync(new Uri(alertmanager.Url, "/api/v2/silences"), content, cancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }

    private static async Task<List<IncidentDetail>> ListAsync(WebApplication bot)
    {
        var store = bot.Services.GetRequiredService<IIncidentStore>();
        var all = await store.ListAsync(new IncidentFilter(), CancellationToken.None);
        return [.. (await Task.WhenAll(all.Select(one => store.FindAsync(one.Number, CancellationToken.None)))).OfType<IncidentDetail>()];
    }

    private static async Task<IncidentDetail> FindAsync(WebApplication bot, string name) =>
        Assert.Single(await ListAsync(bot), one => one.Summary.Title == name);

    /// <summary>Ends when the list was read so often since, once a second.</summary>
    private static async Task AfterReadingsAsync(WebApplication bot, int more, CancellationToken cancellationToken)
    {
        var metrics = bot.Services.GetRequiredService<SourceMetrics>();
        var before = Readings();
        await Loopback.UntilAsync(
            () => Task.FromResult(Readings() >= before + more ? "" : null), TimeSpan.FromSeconds(40),
            () => string.Create(CultureInfo.InvariantCulture, $"The list was read {Readings() - before} times"), cancellationToken);

        long Readings() => metrics.Reads.Where(reads => reads.Key.Read).Sum(reads => reads.Value);
    }

    private static List<string> Firing(List<IncidentDetail> incidents) =>
        [.. incidents.Where(one => one.Incident.Status == IncidentStatus.Firing).Select(one => one.Summary.Title)];

    private static Suppression? Quiet(IncidentDetail incident) =>
        incident.Incident.Alerts.Values.Select(alert => alert.Firing ? alert.Suppression : null).FirstOrDefault();

    private async Task UntilAsync(WebApplication bot, Func<List<IncidentDetail>, bool> holds, CancellationToken cancellationToken)
    {
        var last = new List<IncidentDetail>();
        await Loopback.UntilAsync(
            async () => holds(last = await ListAsync(bot)) ? "" : null,
            TimeSpan.FromSeconds(40),
            () => "The incidents are " + string.Join(", ", last.Select(one => $"{one.Summary.Title} {one.Incident.Status}")), cancellationToken);
        output.WriteLine(string.Join(", ", last.Select(one => $"{one.Summary.Title} {one.Incident.Status} {Quiet(one)}")));
    }
}
