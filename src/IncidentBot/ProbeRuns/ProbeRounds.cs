using IncidentBot.Probes;
using IncidentBot.Settings;

namespace IncidentBot.ProbeRuns;

/// <summary>What came of asking for a run.</summary>
/// <param name="Probe">Null when there is none of that name.</param>
/// <param name="Began">False when it was running already.</param>
/// <param name="Run">Ends with the run; of one that was running already, at once.</param>
internal readonly record struct AskedRun(WatchedProbe? Probe, bool Began, Task Run);

/// <summary>Has configured probes run, by the schedule or because somebody asks, never one of them twice at once.</summary>
internal sealed partial class ProbeRounds(
    ProbeBook probes, ProbeRunner runner, CurrentSettings settings, TimeProvider clock, IHostApplicationLifetime life,
    ILogger<ProbeRounds> logger)
{
    /// <summary>Runs a probe of the schedule.</summary>
    public async Task RunAsync(string name, CancellationToken cancellationToken)
    {
        if (Ask(name) is { Began: true } asked)
        {
            await asked.Run.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Has a probe run now.</summary>
    public AskedRun Ask(string name)
    {
        if (probes.Find(name) is not { } probe)
        {
            return new AskedRun(null, false, Task.CompletedTask);
        }

        if (!probe.TryBegin(clock.GetUtcNow()))
        {
            probes.Skip();
            return new AskedRun(probe, false, Task.CompletedTask);
        }

        return new AskedRun(probe, true, RunAsync(probe));
    }

    private async Task RunAsync(WatchedProbe probe)
    {
        await Task.Yield();
        try
        {
            if (probe.Hangs)
            {
                LogHangs(probe.Name);
                probes.Skip();
                return;
            }

            var before = probe.State.Last?.Outcome;
            var report = await runner.RunAsync(probe.Probe, probe.State.Remembered, settings.Value.Probes?.OwnNetwork ?? [], null,
                probe.Abandon, life.ApplicationStopping);
            probe.Ended();
            probes.Take(probe, report);
            if (before != report.Run.Outcome)
            {
                LogOutcome(probe.Name, report.Run.Outcome, report.Run.Words);
            }
        }
        catch (OperationCanceledException) when (life.ApplicationStopping.IsCancellationRequested)
        {
            // A run that is cut off by the end of the program says nothing.
        }
        finally
        {
            probe.Ended();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The probe {Probe} is {Outcome}: {Words}")]
    private partial void LogOutcome(string probe, RunOutcome outcome, string words);

    [LoggerMessage(Level = LogLevel.Error, Message = "The probe {Probe} does not run: a look of before was told to end and has not")]
    private partial void LogHangs(string probe);
}
