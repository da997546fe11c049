using System.Globalization;

namespace IncidentBot.Probes.RedirectGuard;

/// <summary>Asks for each path without following a redirect, and looks where the answer would lead.</summary>
internal sealed class RedirectGuardProbe(RedirectGuardOptions options) : IProbe
{
    public async Task<ProbeResult> LookAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        var walled = new List<string>();
        var silent = new List<string>();
        var samples = new List<MetricSample>();
        foreach (var path in options.Paths)
        {
            var place = path.Url!.GetLeftPart(UriPartial.Path);
            var request = new WebRequest(path.Url) { CaFile = options.CaFile };
            var (answer, failure, _) = await WebLook.AskAsync(request, look, cancellationToken);
            if (answer is null)
            {
                silent.Add($"{path.Service}: {failure!.Reason}");
                continue;
            }

            var value = answer.Headers.GetValueOrDefault(options.Header, "");
            var isWalled = value.Length > 0 && Expressions.Matches(options.Forbidden, value);
            samples.Add(RedirectGuardKind.FailedByExpression.Is(isWalled, new MetricLabel("instance", place), new MetricLabel("service", path.Service)));
            if (isWalled)
            {
                walled.Add($"{path.Service}: {place} answers {answer.Status} with {options.Header} {value.Split('?')[0]}"
                    + (path.CarveOut is { } rule ? $"; the rule {rule} should let it through" : ""));
            }
        }

        IReadOnlyList<ProbeDetail> details =
        [
            .. walled.Count > 0 ? [new ProbeDetail("Asked for a login where there must be none", walled)] : (ProbeDetail[])[],
            .. silent.Count > 0 ? [new ProbeDetail("Nothing answered", silent)] : (ProbeDetail[])[],
        ];
        return new ProbeResult(Judge(walled, silent), samples) { Details = details };
    }

    private ProbeOutcome Judge(List<string> walled, List<string> silent) =>
        walled.Count > 0
            ? new ProbeOutcome.Unhealthy($"{walled[0]}{More(walled)}", "redirect", $"no {options.Header} that matches {options.Forbidden}", walled[0])
            : silent.Count > 0
                ? new ProbeOutcome.Unhealthy($"{silent[0]}{More(silent)}", "asking", "an answer", silent[0])
            : new ProbeOutcome.Healthy(string.Create(CultureInfo.InvariantCulture, $"{options.Paths.Count} paths ask for no login"));

    private static string More(List<string> all) =>
        all.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $", and {all.Count - 1} more") : "";
}
