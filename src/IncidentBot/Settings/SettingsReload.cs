using System.Runtime.InteropServices;
using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <summary>Has the settings read again on the signal SIGHUP, as Prometheus' own programs do, and says what came of it.</summary>
internal static partial class SettingsReload
{
    public static IServiceCollection AddSettings(this IServiceCollection services, CurrentSettings settings) =>
        services.AddSingleton(settings).AddHostedService<OnSignal>();

    /// <summary>Says what came of a reload.</summary>
    public static void Log(ILogger logger, LoadResult result)
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

        foreach (var line in result.Options.Warnings)
        {
            LogWarning(logger, line);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Hardly meant so: {Setting}")]
    private static partial void LogWarning(ILogger logger, string setting);

    [LoggerMessage(Level = LogLevel.Error, Message = "A reload met a bug; look whether the settings are in force, or start again")]
    private static partial void LogBug(ILogger logger, Exception failure);

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
                var logger = loggers.CreateLogger(typeof(SettingsReload));
                try
                {
                    Log(logger, settings.Reload());
                }
                catch (Exception failure) when (failure is not OutOfMemoryException)
                {
                    // Nothing above would catch it: the program would end because somebody edited its settings.
                    LogBug(logger, failure);
                }
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
