using System.Runtime.InteropServices;
using System.Text;

namespace IncidentBot.Settings;

/// <summary>The two ways to have the settings read again: the signal SIGHUP and <c>POST /-/reload</c>, as in Prometheus' own programs.</summary>
internal static partial class SettingsReload
{
    public static IServiceCollection AddSettings(this IServiceCollection services, CurrentSettings settings) =>
        services.AddSingleton(settings).AddHostedService<OnSignal>();

    public static void MapReload(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/-/reload", Answer).ExcludeFromDescription();

    private static IResult Answer(HttpContext context, CurrentSettings settings, ILoggerFactory loggers)
    {
        if (!MayAct(context.Request, settings.Value.Server))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Results.Text(
                "reloading needs the bearer token server.api_token, or a server that listens on localhost only\n", statusCode: 401);
        }

        var result = settings.Reload();
        Log(loggers.CreateLogger(typeof(SettingsReload)), result);
        var text = new StringBuilder(result.Options is null ? "failed to reload config, the old one stays in force:\n" : "");
        foreach (var complaint in result.Complaints)
        {
            text.Append(complaint).Append('\n');
        }

        foreach (var path in result.NeedsRestart)
        {
            text.Append(path).Append(" has changed and needs a restart\n");
        }

        return Results.Text(text.ToString(), statusCode: result.Options is null ? 500 : 200);
    }

    /// <summary>With a token configured it is asked for; without one, whoever is on this machine may act, but not a page in their browser.</summary>
    private static bool MayAct(HttpRequest request, ServerOptions server)
    {
        const string Scheme = "Bearer ";
        if (server.ApiToken is { } token)
        {
            var header = request.Headers.Authorization.ToString();
            return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && token.Is(header[Scheme.Length..]);
        }

        return ListenAddress.TryParse(server.Listen, out var listen) && listen.Value.IsLoopback
            && request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";
    }

    private static void Log(ILogger logger, LoadResult result)
    {
        if (result.Options is null)
        {
            foreach (var complaint in result.Complaints)
            {
                LogComplaint(logger, complaint);
            }

            LogRefused(logger, result.Name, result.Complaints.Count);
            return;
        }

        LogReloaded(logger, result.Name);
        foreach (var path in result.NeedsRestart)
        {
            LogNeedsRestart(logger, path);
        }

        foreach (var line in result.Options.NotYetActive)
        {
            LogNotYetActive(logger, line);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Settings of {File} are in force")]
    private static partial void LogReloaded(ILogger logger, string file);

    [LoggerMessage(Level = LogLevel.Error, Message = "Settings of {File} are wrong in {Count} places, the old ones stay in force")]
    private static partial void LogRefused(ILogger logger, string file, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Complaint}")]
    private static partial void LogComplaint(ILogger logger, Complaint complaint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Setting} has changed and needs a restart")]
    private static partial void LogNeedsRestart(ILogger logger, string setting);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not acted on by this version: {Setting}")]
    private static partial void LogNotYetActive(ILogger logger, string setting);

    /// <summary>Reloads on SIGHUP for as long as the program runs.</summary>
    internal sealed class OnSignal(CurrentSettings settings, ILoggerFactory loggers) : IHostedService, IDisposable
    {
        private PosixSignalRegistration? _registration;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                // Left alone, the signal would end the program.
                signal.Cancel = true;
                Log(loggers.CreateLogger(typeof(SettingsReload)), settings.Reload());
            });
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Dispose();
            return Task.CompletedTask;
        }

        public void Dispose() => _registration?.Dispose();
    }
}
