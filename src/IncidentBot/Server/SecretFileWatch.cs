using IncidentBot.Loops;
using IncidentBot.Settings;
using IncidentBot.Telemetry;

namespace IncidentBot.Server;

/// <summary>
/// Follows the files that secrets were read from, as Alertmanager does: what somebody writes into one, or puts in its place by a link as
/// the kubelet does, is in force without a reload. A file that is gone, empty or unreadable changes nothing, and that is said.
/// </summary>
internal sealed partial class SecretFileWatch(CurrentSettings settings, LoopBook book) : Loop("secret_files", book, Every), IMetricSource
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>What has just changed may still be being written: it is taken when it is the same at the next look.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Secret> _changing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _problems = new(StringComparer.Ordinal);
    private string _refused = "";
    private int _unreadable;

    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        text.Single("incidentbot_secret_files_unreadable", "gauge",
            "Files of secrets that cannot be read any more, so that what they held before is still in force.", Volatile.Read(ref _unreadable));
        return ValueTask.CompletedTask;
    }

    protected override Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken) =>
        Task.FromResult<DateTimeOffset?>(now + (Look() ? Settling : Every));

    /// <summary>Looks once. Returns whether something has changed that may not be whole yet.</summary>
    internal bool Look()
    {
        var (settles, ready) = (false, false);
        var sources = settings.Value.SecretFiles;
        foreach (var source in sources)
        {
            var (secret, problem) = SecretFile.Read(source.Written, source.Path);
            Say(source, problem);
            if (secret is null || Same(secret, source.Secret))
            {
                _changing.Remove(source.Path);
                continue;
            }

            var whole = _changing.TryGetValue(source.Path, out var before) && Same(before, secret);
            _changing[source.Path] = secret;
            ready |= whole;
            settles |= !whole;
        }

        Volatile.Write(ref _unreadable, sources.Count(source => _problems.ContainsKey(source.Path)));
        if (ready && !settles)
        {
            Reread();
        }

        return settles;
    }

    private void Reread()
    {
        var result = settings.RereadFiles();
        if (result.Options is { } options)
        {
            SettingsReload.Log(_logger, result);
            foreach (var source in options.SecretFiles.Where(source => _changing.ContainsKey(source.Path)))
            {
                LogTaken(source.Key);
            }

            _changing.Clear();
        }
        else if (!string.Equals(result.Problem, _refused, StringComparison.Ordinal))
        {
            SettingsReload.Log(_logger, result);
        }

        _refused = result.Problem;
    }

    /// <summary>A problem is said once, and when it is over.</summary>
    private void Say(SecretSource source, string? problem)
    {
        var known = _problems.GetValueOrDefault(source.Path);
        if (problem is not null && !string.Equals(problem, known, StringComparison.Ordinal))
        {
            _problems[source.Path] = problem;
            LogKept(source.Key, problem);
        }
        else if (problem is null && known is not null)
        {
            _problems.Remove(source.Path);
            LogReadable(source.Key);
        }
    }

    private static bool Same(Secret one, Secret other) => one.Is(other.Reveal());

    [LoggerMessage(Level = LogLevel.Information, Message = "{Key}: what the file holds now is in force")]
    private partial void LogTaken(string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Key}: {Problem}; the secret that was read before stays in force")]
    private partial void LogKept(string key, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Key}: the file can be read again")]
    private partial void LogReadable(string key);
}

/// <summary>What follows the files of secrets.</summary>
internal static class SecretFileRegistration
{
    public static IServiceCollection AddSecretFileWatch(this IServiceCollection services) => services
        .AddLoop<SecretFileWatch>()
        .AddSingleton<IMetricSource>(provider => provider.GetRequiredService<SecretFileWatch>());
}
