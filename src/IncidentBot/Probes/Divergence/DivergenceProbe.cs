using System.Globalization;

namespace IncidentBot.Probes.Divergence;

/// <summary>Asks each service both ways. One that is down inside too is no divergence: other alerts tell of it.</summary>
internal sealed class DivergenceProbe(DivergenceOptions options) : IProbe
{
    public async Task<ProbeResult> LookAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        var diverging = new List<string>();
        var down = new List<string>();
        foreach (var service in options.Services)
        {
            var inside = await AskAsync(service.Internal!, options.CaFile, look, cancellationToken);
            var outside = await AskAsync(service.External!, null, look, cancellationToken);
            if (inside is not null)
            {
                down.Add($"{service.Name}: {inside}");
            }
            else if (outside is not null)
            {
                diverging.Add($"{service.Name}: {outside}");
            }
        }

        var outcome = diverging.Count == 0
            ? (ProbeOutcome)new ProbeOutcome.Healthy(
                string.Create(CultureInfo.InvariantCulture, $"{options.Services.Count - down.Count} of {options.Services.Count} services answer both ways"),
                down.Count > 0 ? $"down inside too: {string.Join("; ", down)}" : null)
            : new ProbeOutcome.Unhealthy(
                string.Create(CultureInfo.InvariantCulture, $"{diverging.Count} work inside but not from outside: {string.Join("; ", diverging)}"),
                "comparing", "an answer from outside too", string.Join("; ", diverging));
        return new ProbeResult(outcome, [DivergenceKind.Diverging.Is(diverging.Count)])
        {
            Details = diverging.Count > 0 ? [new ProbeDetail("Works inside but not from outside", diverging)] : [],
        };
    }

    /// <summary>Why it does not answer; null when it does. A login page is an answer, a failing proxy is none.</summary>
    private static async Task<string?> AskAsync(Uri url, string? caFile, ProbeLook look, CancellationToken cancellationToken)
    {
        var (answer, failure, _) = await WebLook.AskAsync(new WebRequest(url) { CaFile = caFile }, look, cancellationToken);
        return answer is null ? failure!.Reason
            : answer.Status >= 500 ? string.Create(CultureInfo.InvariantCulture, $"{url.GetLeftPart(UriPartial.Path)} answers {answer.Status}")
            : null;
    }
}
