namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>Walks through the registry once and tells what it found.</summary>
/// <param name="timeout">Of the run; the walk ends a little earlier, so that what it has found by then is told.</param>
internal sealed class RegistryIntegrityProbe(RegistryOptions options, TimeSpan timeout) : IProbe
{
    public async Task<ProbeResult> LookAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        look.Hide(options.Password);
        var limit = timeout * 0.9;
        using var client = new RegistryClient(options, look, look.Now + limit);
        using var walk = new RegistryWalk(options, look, client);
        var report = await walk.RunAsync(limit, look.Remembered, cancellationToken);
        var words = new RegistryWords(report, options, look.Transcript);
        foreach (var detail in words.Details)
        {
            look.Transcript.Note(detail.Heading);
        }

        return new ProbeResult(words.Outcome, Samples(report, look))
        {
            Details = words.Details,
            Remember = report.HashedUpTo.Length > 0 ? report.HashedUpTo : null,
        };
    }

    /// <summary>While the catalog cannot be read nothing is known of the rest, and what was known stays.</summary>
    private List<MetricSample> Samples(RegistryReport report, ProbeLook look)
    {
        var instance = new MetricLabel("instance", options.Url!.Authority);
        List<MetricSample> samples =
        [
            RegistryMetrics.CatalogAccessible.Is(!report.IsOut, instance),
            RegistryMetrics.LastRun.Is(look.NowSeconds, instance),
        ];
        return report.IsOut ? samples :
        [
            .. samples,
            RegistryMetrics.Failures.Is(report.BrokenImages.Count, instance),
            RegistryMetrics.Repositories.Is(report.Repositories, instance),
            RegistryMetrics.Tags.Is(report.Tags, instance),
            RegistryMetrics.Indexes.Is(report.Indexes, instance),
            RegistryMetrics.BrokenBlobs.Is(report.BrokenBlobs, instance),
            RegistryMetrics.Blobs.Is(report.Blobs, instance),
            RegistryMetrics.Hashed.Is(report.Hashed, instance),
            RegistryMetrics.NotChecked.Is(report.NotCheckedCount, instance),
            RegistryMetrics.Requests.Is(report.Requests, instance),
        ];
    }
}
