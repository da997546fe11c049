namespace IncidentBot.Probes;

/// <summary>What a look came to.</summary>
/// <param name="Outcome">The verdict.</param>
/// <param name="Samples">What was measured, of the families of its kind. Of an unknown outcome none is kept: nothing may read as failure.</param>
internal sealed record ProbeResult(ProbeOutcome Outcome, IReadOnlyList<MetricSample> Samples)
{
    /// <summary>The most characters that are remembered for the next run.</summary>
    public const int MostRemembered = 64 * 1024;

    /// <summary>What people wait for, as the page draws it; null for the time that the whole run took.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>For the next run of this probe; null keeps what was remembered.</summary>
    public string? Remember { get; init; }

    /// <summary>More than a sentence, for the page: broken images, names of services. Bounded by whoever keeps it.</summary>
    public IReadOnlyList<ProbeDetail> Details { get; init; } = [];
}

/// <summary>A heading with lines below it, all of them plain text.</summary>
internal sealed record ProbeDetail(string Heading, IReadOnlyList<string> Lines);

/// <summary>The verdict of one look.</summary>
internal abstract record ProbeOutcome
{
    private ProbeOutcome()
    {
    }

    /// <summary>All is as it should be.</summary>
    /// <param name="Words">What was seen, in a short sentence: <c>200 in 41 ms</c>.</param>
    /// <param name="Warning">What will need a hand soon, although all works: a certificate that ends in 6 days. Null for nothing.</param>
    internal sealed record Healthy(string Words, string? Warning = null) : ProbeOutcome;

    /// <summary>It does not do what it should.</summary>
    /// <param name="Reason">What is wrong, in a sentence that a person woken at night can act on; it names the address.</param>
    /// <param name="Step">In which step it was noticed: <c>TLS handshake</c>.</param>
    /// <param name="Expected">What should have come.</param>
    /// <param name="Got">What came instead.</param>
    internal sealed record Unhealthy(string Reason, string Step, string Expected, string Got) : ProbeOutcome;

    /// <summary>It could not look, so nothing is known of what it looks at.</summary>
    /// <param name="Why">What kept it from looking: our own network, a file that cannot be read.</param>
    internal sealed record Unknown(string Why) : ProbeOutcome;
}
