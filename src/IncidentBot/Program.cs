using IncidentBot.Channels;
using IncidentBot.Chat;
using IncidentBot.Cli;
using IncidentBot.Delivery;
using IncidentBot.Loops;
using IncidentBot.ProbeRuns;
using IncidentBot.Runbooks;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Storage;
using IncidentBot.Telemetry;
using IncidentBot.Web;
using IncidentBot.Webhooks;

namespace IncidentBot;

/// <summary>What the program is made of, in the order in which an alert walks through it.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args)
    {
        var console = CliConsole.OfProcess();
        return CommandLine.RunAsync(args, BotCommands.Actions(console), console);
    }

    /// <param name="settings">In force, and reloaded through.</param>
    /// <param name="customise">Replaces what comes from outside: clock, randomness, HTTP, logs.</param>
    public static WebApplication Build(CurrentSettings settings, Action<IServiceCollection>? customise = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "incidentbot" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false)
            .UseUrls(ListenAddress.Parse(settings.Value.Server.Listen).Url);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.Services.AddBotLogging(settings.Value.Server.LogFormat, settings.Value.Server.LogLevel);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Random>();

        builder.Services.AddSettings(settings).AddSingleton<PublicAddress>();
        builder.Services.AddMetrics<ProcessMetrics>();
        builder.Services.AddLoops().AddSecretFileWatch();
        builder.Services.AddWebhooks();
        builder.Services.AddStore();
        builder.Services.AddSources();
        builder.Services.AddRunbooks();
        builder.Services.AddDelivery();
        builder.Services.AddChannelClients();
        builder.Services.AddProbes();
        builder.Services.AddChat();
        builder.Services.AddChatEars();
        builder.Services.AddPages();
        customise?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseSitePath();
        app.MapMetrics();
        app.MapHealth();
        app.MapReload();
        app.MapAlertmanagerWebhook();
        app.MapChatWebhooks();
        app.MapPages();
        return app;
    }
}
