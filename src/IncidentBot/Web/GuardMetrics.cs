using IncidentBot.Telemetry;

namespace IncidentBot.Web;

/// <summary>Actions by pages and API that were refused, by why.</summary>
internal sealed class GuardMetrics : IMetricSource
{
    private long _crossSite;
    private long _signIn;
    private long _tokenMissing;
    private long _forgedHeader;
    private long _badLink;

    /// <param name="isForged">A header that only a trusted proxy may send came from elsewhere.</param>
    public void Count(GuardAnswer answer, bool isForged)
    {
        if (isForged)
        {
            Interlocked.Increment(ref _forgedHeader);
        }

        switch (answer)
        {
            case GuardAnswer.CrossSite:
                Interlocked.Increment(ref _crossSite);
                break;
            case GuardAnswer.SignInNeeded:
                Interlocked.Increment(ref _signIn);
                break;
            case GuardAnswer.TokenMissing:
                Interlocked.Increment(ref _tokenMissing);
                break;
        }
    }

    /// <summary>A signed link that is not ours or has expired.</summary>
    public void BadLink() => Interlocked.Increment(ref _badLink);

    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        const string Name = "incidentbot_web_refused_total";
        text.Family(Name, "counter", "Actions by pages, links and API that were refused, by why; forged headers are counted beside.")
            .Sample(Name, Interlocked.Read(ref _crossSite), ("reason", "cross_site"))
            .Sample(Name, Interlocked.Read(ref _signIn), ("reason", "sign_in_needed"))
            .Sample(Name, Interlocked.Read(ref _tokenMissing), ("reason", "token_missing"))
            .Sample(Name, Interlocked.Read(ref _forgedHeader), ("reason", "proxy_header"))
            .Sample(Name, Interlocked.Read(ref _badLink), ("reason", "bad_link"));
        return ValueTask.CompletedTask;
    }
}
