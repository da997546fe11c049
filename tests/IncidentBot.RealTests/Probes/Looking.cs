using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace IncidentBot.Probes;

/// <summary>Looks of one kind of probe at real servers, with a row for each fault, which the test prints.</summary>
internal sealed class Looking(ProbeKind kind) : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddProbeClients().BuildServiceProvider();

    public async Task<ProbeResult> LookAsync(ProbeOptions options, string? remembered = null, string runId = "run0001")
    {
        var transcript = new Transcript(TimeProvider.System);
        var look = new ProbeLook(runId, TimeProvider.System, new Random(7), _services.GetRequiredService<IHttpClientFactory>(), transcript, remembered);
        Transcript = transcript;
        return await kind.Make(options).LookAsync(look, TestContext.Current.CancellationToken);
    }

    /// <summary>Of the last look.</summary>
    public Transcript Transcript { get; private set; } = null!;

    /// <summary>Prints what a probe said to a fault: part of the table that is this program's answer to "what does it notice".</summary>
    public void Row(string fault, ProbeResult result) => TestContext.Current.TestOutputHelper!.WriteLine($"| {kind.Name} | {fault} | {Words(result)} |");

    public static double? Value(ProbeResult result, string family) => result.Samples.SingleOrDefault(sample => sample.Family.Name == family)?.Value;

    public static string Reason(ProbeResult result) => Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome).Reason;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static string Words(ProbeResult result) => result.Outcome switch
    {
        ProbeOutcome.Healthy healthy => $"healthy: {healthy.Words}{(healthy.Warning is { } warning ? $" (warning: {warning})" : "")}",
        ProbeOutcome.Unhealthy unhealthy => $"unhealthy at {unhealthy.Step}: {unhealthy.Reason}",
        ProbeOutcome.Unknown unknown => $"unknown: {unknown.Why}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{result.Outcome}"),
    };
}
