using IncidentBot.Channels;
using IncidentBot.Delivery;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Telemetry;
using IncidentBot.Yaml;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace IncidentBot.Cli;

/// <summary>The commands that need the whole program: serve, demo and send-test.</summary>
internal static partial class BotCommands
{
    /// <summary>The only variable that the demo obeys.</summary>
    public const string ListenVariable = $"{EnvironmentOverrides.Prefix}SERVER__LISTEN";

    public static CliActions Actions(CliConsole console) => new(
        (file, cancellationToken) => ServeAsync(file, console, cancellationToken),
        cancellationToken => DemoAsync(console, cancellationToken),
        (file, lane, buttons, cancellationToken) => SendTestAsync(file, lane, buttons, console, cancellationToken));

    private static async Task<int> ServeAsync(string? file, CliConsole console, CancellationToken cancellationToken)
    {
        var loaded = SettingsCatalog.Load(file, console.Environment);
        if (loaded.Options is not { } options)
        {
            SettingsReport.WriteComplaints(loaded, console.Error);
            return ExitCode.Failure;
        }

        var settings = new CurrentSettings(options, running => SettingsCatalog.Load(file, console.Environment, running),
            running => SettingsCatalog.Load(file, console.Environment, running, text: running.Text));
        return await RunAsync(settings, console, Remark, cancellationToken);

        // Only of what runs: a start that fails has one thing to say.
        Task Remark(WebApplication app, Uri address)
        {
            SettingsReport.WriteRemarks(options, console.Error);
            return Task.CompletedTask;
        }
    }

    private static async Task<int> DemoAsync(CliConsole console, CancellationToken cancellationToken)
    {
        var listen = console.Environment.GetValueOrDefault(ListenVariable);
        if (listen is not null && !ListenAddress.TryParse(listen, out _))
        {
            await console.Error.WriteLineAsync(
                new Complaint(new Origin(ListenVariable), "", Requirements.Found(listen), ListenAddress.Allowed).ToString());
            return ExitCode.Failure;
        }

        var folder = Directory.CreateTempSubdirectory("incidentbot-demo-");
        try
        {
            var options = Demo.Options(folder.FullName, listen);
            return await RunAsync(new CurrentSettings(options), console, (app, address) => Demo.PlayAsync(app, address, console.Output),
                cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> SendTestAsync(
        string? file, string lane, bool buttons, CliConsole console, CancellationToken cancellationToken)
    {
        var loaded = SettingsCatalog.Load(file, console.Environment);
        if (loaded.Options is not { } options)
        {
            SettingsReport.WriteComplaints(loaded, console.Error);
            return ExitCode.Failure;
        }

        await using var services = new ServiceCollection().AddLogging().AddChannelClients().AddSingleton(TimeProvider.System)
            .AddSingleton(new CurrentSettings(options)).AddSingleton<PublicAddress>().AddSingleton<DeliverySetup>().BuildServiceProvider();
        var since = TimeProvider.System.GetUtcNow();
        var code = await TestMessage.SendAsync(services.GetRequiredService<DeliverySetup>().Now, (lane, buttons), TimeProvider.System,
            console,
            cancellationToken);
        return buttons && code == ExitCode.Success
            ? await new TestPress(options, services.GetRequiredService<IHttpClientFactory>(), TimeProvider.System, console)
                .WaitAsync(lane, since, cancellationToken)
            : code;
    }

    /// <summary>Runs the program until it is stopped; <paramref name="meanwhile"/> runs beside it once it listens.</summary>
    private static async Task<int> RunAsync(
        CurrentSettings settings, CliConsole console, Func<WebApplication, Uri, Task> meanwhile, CancellationToken cancellationToken)
    {
        await using var app = Program.Build(settings, services => services.AddSingleton<IHostLifetime, AskedToStop>());
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailedStart(app.Logger, failure);

            // What has started already is stopped in order, or it would complain of being cut off.
            await app.StopAsync(CancellationToken.None);
            await console.Error.WriteLineAsync($"incidentbot: {FailedStart.Explain(failure, settings.Value.Server.Listen)}");
            return ExitCode.Failure;
        }

        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        app.Services.GetRequiredService<PublicAddress>().Listening(address);
        await console.Output.WriteLineAsync($"incidentbot {BotVersion.Text} listening on {address.GetLeftPart(UriPartial.Authority)}");
        var beside = meanwhile(app, address);
        var code = await UntilStoppedAsync(app, console, cancellationToken);
        await beside;
        return code;
    }

    /// <summary>Ends when the program has stopped. A supervisor restarts it when it did so unasked, which only a bug makes it do.</summary>
    internal static async Task<int> UntilStoppedAsync(WebApplication app, CliConsole console, CancellationToken cancellationToken)
    {
        await app.WaitForShutdownAsync(cancellationToken);
        if (cancellationToken.IsCancellationRequested || app.Services.GetRequiredService<IHostLifetime>() is AskedToStop { Asked: true })
        {
            return ExitCode.Success;
        }

        await console.Error.WriteLineAsync("incidentbot: ended by itself, which is a bug: its log says what failed");
        return ExitCode.Failure;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The program could not start")]
    private static partial void LogFailedStart(ILogger logger, Exception failure);
}
