using System.Globalization;
using IncidentBot.Probes;
using IncidentBot.Settings;

namespace IncidentBot.ProbeRuns;

/// <summary>
/// Has a probe look once, within its time. However the look ends - also when it hangs, throws or floods - there is a report, bounded and
/// without secrets.
/// </summary>
internal sealed partial class ProbeRunner(
    TimeProvider clock, Random random, IHttpClientFactory http, ILogger<ProbeRunner> logger)
{
    /// <summary>How much longer than its limit a look may take to notice that it is over.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PatienceForReference = TimeSpan.FromSeconds(3);

    /// <param name="remembered">What its run before gave to be remembered.</param>
    /// <param name="ownNetwork">See <see cref="ProbesOptions.OwnNetwork"/>.</param>
    /// <param name="aloud">Is told of each line of the conversation at once.</param>
    /// <param name="abandoned">Is handed the look when it does not end although it should; the report does not wait for it.</param>
    /// <exception cref="OperationCanceledException">The program stops.</exception>
    public async Task<ProbeReport> RunAsync(Probe probe, string? remembered, IReadOnlyList<HostPort> ownNetwork, Action<string>? aloud,
        Action<Task> abandoned, CancellationToken stoppingToken)
    {
        var transcript = new Transcript(clock, aloud);
        foreach (var secret in OptionSecrets.Of(probe.Options))
        {
            transcript.Hide(secret.Reveal());
        }

        var (at, began) = (clock.GetUtcNow(), clock.GetTimestamp());
        var look = new ProbeLook(NewId(), clock, random, http, transcript, remembered);
        var result = await LookAsync(probe, look, abandoned, stoppingToken);
        if (result.Outcome is ProbeOutcome.Unhealthy unhealthy && ownNetwork.Count > 0
            && !await ReachesAnyAsync(ownNetwork, look, stoppingToken))
        {
            result = result with
            {
                Outcome = new ProbeOutcome.Unknown(
                    $"our own network seems down: none of {string.Join(", ", ownNetwork)} takes a connection either ({unhealthy.Reason})"),
            };
        }

        var took = clock.GetElapsedTime(began);
        result = Kept.Of(result, transcript);
        var (outcome, words) = result.Outcome switch
        {
            ProbeOutcome.Healthy healthy => (RunOutcome.Healthy, healthy.Words),
            ProbeOutcome.Unhealthy broken => (RunOutcome.Unhealthy, broken.Reason),
            ProbeOutcome.Unknown unknown => (RunOutcome.Unknown, unknown.Why),
            _ => throw new InvalidOperationException($"{result.Outcome} is not known"),
        };
        var latency = outcome == RunOutcome.Healthy ? result.Latency ?? took : result.Latency;
        return new ProbeReport(probe, new ProbeRun(look.RunId, at, took, latency, outcome, words), result, transcript.Lines);
    }

    private async Task<ProbeResult> LookAsync(Probe probe, ProbeLook look, Action<Task> abandoned, CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(probe.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);

        // Elsewhere, because a look that blocks must block nobody else.
        var looking = Task.Run(() => probe.Kind.Make(probe.Options).LookAsync(look, either.Token), CancellationToken.None);
        try
        {
            await Task.WhenAny(looking, Task.Delay(probe.Timeout + Grace, clock, giveUp.Token));
            await giveUp.CancelAsync();
            stoppingToken.ThrowIfCancellationRequested();
            if (!looking.IsCompleted)
            {
                abandoned(looking);
                return TooLate(probe, look);
            }

            return await looking;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return TooLate(probe, look);
        }
        catch (Exception bug)
        {
            LogBug(bug, probe.Name, look.RunId);
            return new ProbeResult(new ProbeOutcome.Unknown(
                $"the probe itself failed while {look.Transcript.CurrentStep}, which is a bug: {bug.GetType().Name}; the log says more"), []);
        }
    }

    private static ProbeResult TooLate(Probe probe, ProbeLook look)
    {
        var (limit, step) = (Duration.Format(probe.Timeout), look.Transcript.CurrentStep);
        var outcome = new ProbeOutcome.Unhealthy(
            $"{probe.Kind.Target(probe.Options)}: not done within {limit}; it was {step}", step, $"a result within {limit}", "no answer");
        return probe.Kind.TooLate(outcome, probe.Timeout);
    }

    private static async Task<bool> ReachesAnyAsync(IReadOnlyList<HostPort> references, ProbeLook look, CancellationToken stoppingToken)
    {
        look.Step("looking whether our own network works");
        using var patience = new CancellationTokenSource(PatienceForReference, look.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
        var waiting = references.Select(reference => ReachesAsync(reference, look, either.Token)).ToList();
        while (waiting.Count > 0)
        {
            var one = await Task.WhenAny(waiting);
            waiting.Remove(one);
            if (await one)
            {
                await either.CancelAsync();
                return true;
            }
        }

        stoppingToken.ThrowIfCancellationRequested();
        return false;
    }

    private static async Task<bool> ReachesAsync(HostPort reference, ProbeLook look, CancellationToken cancellationToken)
    {
        try
        {
            var (socket, _) = await Connection.OpenAsync(reference, look, cancellationToken);
            socket?.Dispose();
            return socket is not null;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private string NewId()
    {
        Span<byte> bytes = stackalloc byte[6];
        lock (random)
        {
            random.NextBytes(bytes);
        }

        return Convert.ToHexStringLower(bytes);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The probe {Probe} met a bug in run {Run}: nothing is known of what it looks at")]
    private partial void LogBug(Exception bug, string probe, string run);

    /// <summary>Makes what a look gave fit to be kept.</summary>
    private static class Kept
    {
        private const int MostSamples = 500;
        private const int MostDetails = 20;
        private const int MostLines = 200;

        public static ProbeResult Of(ProbeResult result, Transcript transcript) => result with
        {
            Outcome = result.Outcome switch
            {
                ProbeOutcome.Healthy healthy => new ProbeOutcome.Healthy(
                    transcript.Clean(healthy.Words), healthy.Warning is { } warning ? transcript.Clean(warning) : null),
                ProbeOutcome.Unhealthy broken => new ProbeOutcome.Unhealthy(transcript.Clean(broken.Reason), transcript.Clean(broken.Step),
                    transcript.Clean(broken.Expected), transcript.Clean(broken.Got)),
                ProbeOutcome.Unknown unknown => new ProbeOutcome.Unknown(transcript.Clean(unknown.Why)),
                _ => result.Outcome,
            },

            // Nothing that could read as failure of what was not looked at.
            Samples = result.Outcome is ProbeOutcome.Unknown ? [] : [.. result.Samples.Take(MostSamples)],
            Remember = result.Remember is { Length: > ProbeResult.MostRemembered } ? null : result.Remember,
            Details =
            [
                .. result.Details.Take(MostDetails).Select(detail => new ProbeDetail(transcript.Clean(detail.Heading),
                [
                    .. detail.Lines.Take(MostLines).Select(transcript.Clean),
                    .. detail.Lines.Count > MostLines
                        ? [string.Create(CultureInfo.InvariantCulture, $"… and {detail.Lines.Count - MostLines} more")]
                        : (string[])[],
                ])),
            ],
        };
    }
}
