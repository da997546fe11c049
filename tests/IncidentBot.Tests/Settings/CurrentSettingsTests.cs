using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using IncidentBot.Incidents;
using IncidentBot.Server;
using IncidentBot.Sources;
using IncidentBot.Storage;
using IncidentBot.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace IncidentBot.Settings;

public sealed class CurrentSettingsTests : IDisposable
{
    private readonly Place _place = new();

    [Fact]
    public void A_good_file_replaces_the_settings_and_says_so()
    {
        var settings = Start("incidents: { retention: 1d }");
        var heard = new List<TimeSpan>();
        settings.Changed += options => heard.Add(options.Incidents.Retention);

        _place.Write("incidentbot.yml", "incidents: { retention: 2d }");
        var result = settings.Reload();

        Assert.Empty(result.Complaints);
        Assert.Empty(result.NeedsRestart);
        Assert.Equal(TimeSpan.FromDays(2), settings.Value.Incidents.Retention);
        Assert.Equal([TimeSpan.FromDays(2)], heard);
    }

    [Fact]
    public void A_bad_file_keeps_the_old_settings_and_is_complained_about()
    {
        var settings = Start("incidents: { retention: 1d }");
        var before = settings.Value;
        settings.Changed += _ => Assert.Fail("nothing has changed");

        _place.Write("incidentbot.yml", "incidents: { retention: 2d, retentoin: 3d }");
        var result = settings.Reload();

        Assert.Single(result.Complaints);
        Assert.Same(before, settings.Value);
        File.Delete(Path.Combine(_place.Folder, "incidentbot.yml"));
        Assert.Single(settings.Reload().Complaints);
        Assert.Same(before, settings.Value);
    }

    [Fact]
    public void What_cannot_change_while_it_runs_stays_and_needs_a_restart()
    {
        var settings = Start("server: { listen: 'localhost:1' }");

        _place.Write("incidentbot.yml", "server: { listen: 'localhost:2', time_zone: Europe/Sofia }\nstore: { sqlite: other.db }");
        var result = settings.Reload();

        Assert.Equal(["server.listen", "store"], result.NeedsRestart);
        Assert.Equal("localhost:1", settings.Value.Server.Listen);
        Assert.Equal(Path.Combine(_place.Folder, "data/incidentbot.db"), settings.Value.Store.Sqlite);
        Assert.Equal("Europe/Sofia", settings.Value.Server.TimeZone.Id);
    }

    [Fact]
    public void A_token_cannot_go_while_other_machines_still_reach_the_server()
    {
        var settings = Start("server: { listen: '0.0.0.0:8080' }\nalertmanagers: [{ source: home, webhook_token: abc }]");

        _place.Write("incidentbot.yml", "server: { listen: 'localhost:8080' }\nalertmanagers: [{ source: home }]");
        var result = settings.Reload();

        Assert.Contains("while other machines can reach 0.0.0.0:8080", Assert.Single(result.Complaints).Problem, StringComparison.Ordinal);
        Assert.NotNull(settings.Value.Alertmanagers[0].WebhookToken);
    }

    [Fact]
    public async Task The_reload_page_answers_with_what_is_wrong()
    {
        var settings = Start("");
        await using var server = await ServeAsync(settings);
        using var client = Client(server);

        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/-/reload", null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.PutAsync("/-/reload", null)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.GetAsync("/-/reload")).StatusCode);

        _place.Write("incidentbot.yml", "server: { listen: 'localhost:9', api_token: abc }");
        Assert.Equal("server.listen has changed and needs a restart\n", await (await client.PostAsync("/-/reload", null)).Content.ReadAsStringAsync());

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "abc");
        _place.Write("incidentbot.yml", "lanes: wrong");
        var answer = await client.PostAsync("/-/reload", null);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("incidentbot.yml:1: lanes: a single value where a list belongs.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server: { api_token: abc }", null, "", HttpStatusCode.Unauthorized)]
    [InlineData("server: { api_token: abc }", "abcd", "", HttpStatusCode.Unauthorized)]
    [InlineData("server: { api_token: abc }", "abc", "", HttpStatusCode.OK)]
    [InlineData("server: { api_token: abc }", "abc", "cross-site", HttpStatusCode.OK)]
    [InlineData("server: { listen: '0.0.0.0:8080', webhook_auth: none }", null, "", HttpStatusCode.Forbidden)]
    [InlineData("server: { listen: 'localhost:8080' }", null, "", HttpStatusCode.OK)]
    [InlineData("server: { listen: 'localhost:8080' }", null, "same-origin", HttpStatusCode.OK)]
    [InlineData("server: { listen: 'localhost:8080' }", null, "cross-site", HttpStatusCode.Forbidden)]
    public async Task Only_those_who_may_act_may_reload(string text, string? token, string site, HttpStatusCode expected)
    {
        await using var server = await ServeAsync(Start(text));
        using var client = Client(server);
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (site.Length > 0)
        {
            client.DefaultRequestHeaders.Add("Sec-Fetch-Site", site);
        }

        Assert.Equal(expected, (await client.PostAsync("/-/reload", null)).StatusCode);
    }

    [Fact]
    public async Task A_name_that_somebody_else_points_at_this_machine_may_not_reload()
    {
        await using var server = await ServeAsync(Start("server: { listen: 'localhost:8080' }"));
        using var client = Client(server);
        client.DefaultRequestHeaders.Host = "rebound.example.org";
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync("/-/reload", null)).StatusCode);
    }

    [Fact]
    public async Task The_hangup_signal_reloads()
    {
        var settings = Start("");
        await using var server = await ServeAsync(settings);
        var changed = new TaskCompletionSource();
        settings.Changed += _ => changed.TrySetResult();

        using var kill = Process.Start("kill", ["-HUP", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await changed.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_reload_that_meets_a_bug_does_not_end_the_program()
    {
        var turns = System.Threading.Channels.Channel.CreateUnbounded<int>();
        var settings = new CurrentSettings(new BotOptions(), _ => throw new InvalidOperationException(turns.Writer.TryWrite(0) ? "a bug" : ""));
        using var loggers = LoggerFactory.Create(logging => logging.ClearProviders());
        using var signal = new SettingsReload.OnSignal(settings, loggers);
        await signal.StartAsync(TestContext.Current.CancellationToken);

        // The second is heard only by a program that outlived the first.
        for (var i = 0; i < 2; i++)
        {
            using var kill = Process.Start("kill", ["-HUP", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await turns.Reader.ReadAsync(TestContext.Current.CancellationToken);
        }

        await signal.StopAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => _place.Dispose();

    private CurrentSettings Start(string text)
    {
        var (result, complaints) = _place.Load(text);
        Assert.Empty(complaints);
        var path = Path.Combine(_place.Folder, "incidentbot.yml");
        return new CurrentSettings(result.Options!, running => SettingsCatalog.Load(path, Place.NoVariables, running));
    }

    private static async Task<WebApplication> ServeAsync(CurrentSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpClient();
        builder.Services.AddSettings(settings)
            .AddSingleton(new ActionGuard(() => PageSettings.Of(settings.Value.Server), TimeProvider.System));
        var server = builder.Build();
        server.MapReload();
        await server.StartAsync();
        return server;
    }

    private static HttpClient Client(WebApplication server)
    {
        var client = server.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = new Uri(server.Urls.Single());
        return client;
    }
}
