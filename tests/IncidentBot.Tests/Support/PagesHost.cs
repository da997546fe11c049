using System.Net;
using IncidentBot.Alerts;
using IncidentBot.Delivery;
using IncidentBot.Loops;
using IncidentBot.Posts;
using IncidentBot.ProbeRuns;
using IncidentBot.Rooms;
using IncidentBot.Runbooks;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Storage;
using IncidentBot.Web;
using IncidentBot.Web.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IncidentBot.Support;

/// <summary>The pages alone on a real server, over a stub of the store.</summary>
internal sealed class PagesHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PagesHost(WebApplication app, StoreStub store, SendAgainStub sendAgain)
    {
        (_app, Store, SendAgain) = (app, store, sendAgain);
        Address = new Uri(app.Urls.First());
        Client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        Client.BaseAddress = Address;
    }

    public StoreStub Store { get; }

    public SendAgainStub SendAgain { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public HeardSources Heard => _app.Services.GetRequiredService<HeardSources>();

    public ProbeBook Probes => _app.Services.GetRequiredService<ProbeBook>();

    public LiveFeed Feed => _app.Services.GetRequiredService<LiveFeed>();

    public static async Task<PagesHost> StartAsync(
        string? token = null, bool onLoopback = true, TimeProvider? time = null, Uri? externalUrl = null, int port = 0, string? runbooks = null,
        bool heard = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1));
        var store = new StoreStub();
        var again = new SendAgainStub();
        var options = new BotOptions();
        options.Server.Listen = onLoopback ? "localhost:8080" : "0.0.0.0:8080";
        options.Server.ExternalUrl = externalUrl;
        options.Server.ApiToken = token is null ? null : new Secret(token);
        options.Runbooks.Path = runbooks is null ? [] : [runbooks];
        options.Runbooks.RepositoryPrefix = ["docs/runbooks"];
        builder.Services.AddSingleton(time ?? TimeProvider.System)
            .AddSingleton<IIncidentStore>(store)
            .AddSingleton<SetAside>()
            .AddSingleton<Channels.Listening>()
            .AddSingleton<ISendAgain>(again)
            .AddSingleton<IWaitReasons>(again)
            .AddSingleton<StoreHealth>()
            .AddSingleton<ChangeFeed>()
            .AddLoops()
            .AddSingleton(new CurrentSettings(options))
            .AddSingleton<PublicAddress>()
            .AddSingleton(IncidentBot.Incidents.ReconcileRules.Default)
            .AddSingleton<WebhookRefusals>()
            .AddSingleton<HeardSources>()
            .AddSingleton<AlertmanagerSilences>()
            .AddSingleton<Silencing>()
            .AddSingleton<Random>()
            .AddRunbooks()
            .AddSingleton(new Random(7))
            .AddProbeBook()
            .AddPages()
            .AddHttpClient("")
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        var app = builder.Build();
        app.UseSitePath();
        app.MapPages();
        await app.StartAsync();
        var host = new PagesHost(app, store, again);
        if (heard)
        {
            host.Heard.Hear(new Notification("home", "incidentbot", LabelSet.Empty, [], "", 0));
        }

        return host;
    }

    /// <summary>Puts in an incident and tells the open pages.</summary>
    public void Put(IncidentBuilder incident)
    {
        var number = Store.Put(incident).Summary.Number;
        _app.Services.GetRequiredService<ChangeFeed>().Publish(new StoreChange([], [number]));
    }

    public async Task<string> GetAsync(string path)
    {
        using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Posts a form as a browser does; null for a header that it does not send.</summary>
    public async Task<HttpResponseMessage> PostAsync(
        string path, IEnumerable<KeyValuePair<string, string>> fields, string? origin = "own", string? site = "same-origin",
        string? bearer = null, string? cookie = null, string? host = null, (string Name, string Value) header = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) };
        Add("Origin", origin is "own" ? Address.GetLeftPart(UriPartial.Authority) : origin);
        Add("Sec-Fetch-Site", site);
        Add("Authorization", bearer is null ? null : $"Bearer {bearer}");
        Add("Cookie", cookie);
        if (header.Name is not null)
        {
            Add(header.Name, header.Value);
        }

        request.Headers.Host = host;
        return await Client.SendAsync(request);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>Remembers what was asked to be sent again.</summary>
internal sealed class SendAgainStub : ISendAgain, IWaitReasons
{
    public Task<IReadOnlyDictionary<long, PostWait>> WhyAsync(IReadOnlyList<Post> posts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<long, PostWait>>(new Dictionary<long, PostWait>());

    public List<string> Asked { get; } = [];

    public Task<int> SendAgainAsync(long? post, Room? room, CancellationToken cancellationToken)
    {
        Asked.Add(post?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? room?.ToString() ?? "everything");
        return Task.FromResult(2);
    }
}
