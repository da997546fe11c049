using System.CommandLine;
using IncidentBot.Server;

namespace IncidentBot.Cli;

/// <summary><c>incidentbot health</c>: asks the server of this configuration whether it is ready, for a container's health check.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Create(CliConsole console, ConfigFileOption configFile)
    {
        var command = new Command("health",
            "Ask the server that runs with this configuration whether it is ready. Exit code 0 when it is.");
        command.SetAction((parsed, cancellationToken) =>
        {
            var loaded = SettingsCatalog.Load(configFile.Of(parsed), console.Environment, readSecrets: false);
            if (loaded.Options is { } options)
            {
                return AskAsync(ListenAddress.Parse(options.Server.Listen), console, cancellationToken);
            }

            SettingsReport.WriteComplaints(loaded, console.Error);
            return Task.FromResult(ExitCode.Failure);
        });
        return command;
    }

    private static async Task<int> AskAsync(ListenAddress listen, CliConsole console, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("health");
        client.Timeout = Patience;
        var address = new Uri(new Uri(listen.Reachable.Url), "/-/ready");
        try
        {
            using var answer = await client.GetAsync(address, cancellationToken);
            var words = (await answer.Content.ReadAsStringAsync(cancellationToken)).Trim();
            await (answer.IsSuccessStatusCode ? console.Output : console.Error).WriteLineAsync(words);
            return answer.IsSuccessStatusCode ? ExitCode.Success : ExitCode.Failure;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            await console.Error.WriteLineAsync($"incidentbot: nothing answers at {address}: {failure.Message}");
            return ExitCode.Failure;
        }
    }
}
