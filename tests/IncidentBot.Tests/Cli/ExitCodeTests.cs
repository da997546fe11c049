using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace IncidentBot.Cli;

/// <summary>A supervisor sees by the exit code whether the program was stopped or ended by itself.</summary>
public sealed class ExitCodeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-exit-");
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _error.Dispose();
    }

    [Fact]
    public async Task A_program_that_ends_by_itself_ends_with_1_and_says_so()
    {
        await using var app = await StartAsync(services => services.AddHostedService<Falling>());

        Assert.Equal(1, await BotCommands.UntilStoppedAsync(app, Console(), TestContext.Current.CancellationToken));
        Assert.Contains("ended by itself", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_asked_to_stop_ends_with_0()
    {
        await using var app = await StartAsync(_ => { });
        using var stop = new CancellationTokenSource();
        var code = BotCommands.UntilStoppedAsync(app, Console(), stop.Token);
        await stop.CancelAsync();

        Assert.Equal((0, ""), (await code, _error.ToString()));
    }

    private CliConsole Console() => new(TextWriter.Null, _error, new Dictionary<string, string>(StringComparer.Ordinal));

    private async Task<WebApplication> StartAsync(Action<IServiceCollection> add)
    {
        var options = new BotOptions();
        options.Server.Listen = "127.0.0.1:0";
        options.Store.Sqlite = Path.Combine(_folder.FullName, "incidentbot.db");
        var app = Program.Build(new CurrentSettings(options), services =>
        {
            services.AddSingleton<IHostLifetime, AskedToStop>().AddLogging(logging => logging.ClearProviders());
            add(services);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    /// <summary>A background service that is no loop and has no net.</summary>
    private sealed class Falling(IHostApplicationLifetime program) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource();
            await using var registration = program.ApplicationStarted.Register(started.SetResult);
            await started.Task;
            throw new InvalidOperationException("a bug");
        }
    }
}
