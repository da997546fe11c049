using System.Globalization;
using IncidentBot.Settings;

namespace IncidentBot.Probes.BackupFreshness;

/// <summary>Looks for the newest file of sufficient size.</summary>
internal sealed class BackupProbe(BackupOptions options) : IProbe
{
    private const int MostFiles = 100_000;

    public Task<ProbeResult> LookAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        look.Step($"reading {options.Folder}");
        try
        {
            return Task.FromResult(Judge(look, cancellationToken));
        }
        catch (DirectoryNotFoundException)
        {
            return Task.FromResult(Wrong($"the folder {options.Folder} does not exist", "a folder with backups", "no such folder"));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(new ProbeResult(new ProbeOutcome.Unknown($"{options.Folder} cannot be read by this user"), []));
        }
    }

    private ProbeResult Judge(ProbeLook look, CancellationToken cancellationToken)
    {
        FileInfo? newest = null;
        var small = 0;
        foreach (var file in new DirectoryInfo(options.Folder!).EnumerateFiles(options.Files).Take(MostFiles))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.Length < options.MinBytes)
            {
                small++;
            }
            else if (newest is null || file.LastWriteTimeUtc > newest.LastWriteTimeUtc)
            {
                newest = file;
            }
        }

        if (newest is null)
        {
            return Wrong(string.Create(CultureInfo.InvariantCulture, $"{options.Folder} holds no backup{(small > 0 ? $", only {small} files that are too small" : "")}"),
                $"{options.Files} of at least {options.MinBytes} bytes", "none");
        }

        var written = new DateTimeOffset(newest.LastWriteTimeUtc, TimeSpan.Zero);
        var age = look.Now - written;
        look.Transcript.Got(string.Create(CultureInfo.InvariantCulture, $"{newest.Name}, {newest.Length} bytes, written {written:yyyy-MM-dd HH:mm} UTC"));
        var words = string.Create(CultureInfo.InvariantCulture, $"{newest.Name} is {age.TotalHours:0.#} h old");
        ProbeOutcome outcome = age <= options.MaxAge ? new ProbeOutcome.Healthy(words)
            : new ProbeOutcome.Unhealthy($"the newest backup in {options.Folder} is too old: {words}", "age",
                $"one that is at most {Duration.Format(options.MaxAge!.Value)} old", words);
        return new ProbeResult(outcome, [BackupKind.LastSuccess.Is(written.ToUnixTimeSeconds())]);
    }

    private static ProbeResult Wrong(string reason, string expected, string got) =>
        new(new ProbeOutcome.Unhealthy(reason, "looking", expected, got), []);
}
