using IncidentBot.ProbeRuns;
using IncidentBot.Probes;

namespace IncidentBot.Support;

/// <summary>Probes of an evening: well, warned, failing, blind, and never run.</summary>
internal static class ProbeScenes
{
    public static async Task FillAsync(ProbeBook book, Storage.IProbeRecords records, DateTimeOffset now, int more = 0)
    {
        var kind = FakeKind.Gives(() => FakeKind.Good);
        string[] names = ["blog", "wiki", "mail", "vpn", "new", .. Enumerable.Range(0, more).Select(i => $"probe-{i}")];
        await book.TakeOverAsync(names.Select(name => kind.Named(name)), _ => Task.FromResult((new ProbeState(), (IReadOnlyList<ProbeRun>)[])));
        foreach (var probe in book.All.Where(probe => probe.Name != "new"))
        {
            for (var i = 60; i > 0; i--)
            {
                var result = (probe.Name, i) switch
                {
                    ("wiki", <= 5) => new ProbeResult(new ProbeOutcome.Unhealthy("https://wiki.example.org/ answers 503 <script>alert(1)</script>", "status", "status 200", "503"), [FakeKind.Seen.Is(0)]),
                    ("vpn", <= 3) => new ProbeResult(new ProbeOutcome.Unknown("our own network seems down: none of 1.1.1.1:443 takes a connection either"), []),
                    ("mail", _) => new ProbeResult(new ProbeOutcome.Healthy("good for 6 days, issued by Home CA", "the certificate of mail.example.org ends in 6 days, on 2026-12-04"), [FakeKind.Seen.Is(1)]),
                    _ => new ProbeResult(new ProbeOutcome.Healthy($"200 in {40 + (i * 7 % 60)} ms"), [FakeKind.Seen.Is(1)]),
                };
                var outcome = result.Outcome switch { ProbeOutcome.Healthy => RunOutcome.Healthy, ProbeOutcome.Unhealthy => RunOutcome.Unhealthy, _ => RunOutcome.Unknown };
                var words = result.Outcome switch { ProbeOutcome.Healthy good => good.Words, ProbeOutcome.Unhealthy broken => broken.Reason, ProbeOutcome.Unknown blind => blind.Why, _ => "" };
                var run = new ProbeRun($"run{i}", now - TimeSpan.FromMinutes(i), TimeSpan.FromMilliseconds(50 + (i * 7 % 60)), TimeSpan.FromMilliseconds(40 + (i * 7 % 60)), outcome, words);
                probe.Take(new ProbeReport(probe.Probe, run, result, ["     0 ms * resolving wiki.example.org", "    12 ms > GET / to wiki.example.org", "    48 ms < HTTP/1.1 503 Service Unavailable"]));
                await records.KeepAsync([], [new Storage.ProbeRunRow(probe.Name, run.Id, run.At, run.Took, run.Latency, (int)run.Outcome, run.Words)], default);
            }
        }
    }
}
