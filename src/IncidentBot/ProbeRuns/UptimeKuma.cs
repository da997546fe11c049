using System.Globalization;
using IncidentBot.Outgoing;
using IncidentBot.Probes;
using IncidentBot.Settings;

namespace IncidentBot.ProbeRuns;

/// <summary>Push monitors of Uptime Kuma. The address holds a token and is in no log and no reason.</summary>
/// <remarks>https://github.com/louislam/uptime-kuma: server/routers/api-router.js, /api/push/:pushToken</remarks>
internal sealed class UptimeKuma(IHttpClientFactory http, TimeProvider time)
{
    private const int LongestMessage = 200;
    private const double LongestPing = 86_400_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Tells a monitor of a run. Of one that could not look nothing is told. Returns why it did not, or null.</summary>
    public async Task<string?> TellAsync(Secret monitor, ProbeRun run, CancellationToken cancellationToken)
    {
        using var call = new OutgoingCall(Limit, time, cancellationToken);
        return await call.AskAsync<string?>(async stop =>
        {
            using var client = http.CreateClient(ProbeLook.ApiClientName);
            using var answer = await client.GetAsync(Address(monitor, run), stop);
            return answer.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture,
                $"answered {(int)answer.StatusCode}{((int)answer.StatusCode is 404 or 500 ? ": no active monitor has this token" : "")}");
        }, no => no.Reason);
    }

    /// <summary>Whatever the address that was copied from its page says of a status is replaced.</summary>
    private static Uri Address(Secret monitor, ProbeRun run)
    {
        var address = monitor.Reveal();
        var mark = address.IndexOf('?', StringComparison.Ordinal);
        var status = run.Outcome == RunOutcome.Healthy ? "up" : "down";
        var words = run.Words.Length > LongestMessage ? run.Words[..LongestMessage] : run.Words;
        var message = Uri.EscapeDataString(char.IsHighSurrogate(words[^1]) ? words[..^1] : words);
        var ping = Math.Clamp((run.Latency ?? run.Took).TotalMilliseconds, 0, LongestPing);
        return new Uri(string.Create(CultureInfo.InvariantCulture,
            $"{(mark < 0 ? address : address[..mark])}?status={status}&msg={message}&ping={ping:0}"));
    }
}
