using IncidentBot.Settings;

namespace IncidentBot.Probes;

/// <summary>
/// One look at something. It never retries, never sleeps but on the clock of the look, writes nothing to the store and does not log: it
/// says what it saw. What the other side does wrong, also in its answers, is a value; an exception is a bug. Made anew for each run, and
/// never asked twice.
/// </summary>
internal interface IProbe
{
    /// <param name="look">What comes from outside, and where the look writes what is said.</param>
    /// <param name="cancellationToken">Cancelled when the time of the run is over or the program stops; the look ends at once then.</param>
    Task<ProbeResult> LookAsync(ProbeLook look, CancellationToken cancellationToken);
}

/// <summary>What comes to one look from outside, and where it writes what is said.</summary>
/// <param name="RunId">Unique for the run: part of markers that are sent out.</param>
/// <param name="Clock">The only clock.</param>
/// <param name="Random">The only randomness.</param>
/// <param name="Http">
/// The client named <see cref="ApiClientName"/> is for APIs: it reads answers whole and up to a bound, follows no redirect, logs nothing.
/// </param>
/// <param name="Transcript">What is asked and answered, step by step.</param>
/// <param name="Remembered">
/// What the last run of this probe gave as <see cref="ProbeResult.Remember"/>; null when there was none, as always for a run by the
/// command.
/// </param>
internal sealed record ProbeLook(
    string RunId, TimeProvider Clock, Random Random, IHttpClientFactory Http, Transcript Transcript, string? Remembered)
{
    /// <summary>The name of the client for APIs.</summary>
    public const string ApiClientName = "probes";

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Now as metrics have it: seconds since 1970.</summary>
    public double NowSeconds => Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>Begins a step, which a run that takes too long is said to be in: <c>connecting to mail.example.org:993</c>.</summary>
    public void Step(string words) => Transcript.Step(words);

    /// <summary>Has a secret shown as *** wherever it comes up in this run.</summary>
    public void Hide(Secret? secret) => Transcript.Hide(secret?.Reveal());
}
