using System.Net;
using System.Net.Sockets;
using System.Text;
using IncidentBot.Probes;
using IncidentBot.Settings;
using IncidentBot.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace IncidentBot.ProbeRuns;

/// <summary>However a look ends, there is a report.</summary>
public sealed class ProbeRunnerTests
{
    private readonly FakeClock _clock = new();
    private readonly List<Task> _abandoned = [];
    private readonly TaskCompletionSource _began = new();

    [Fact]
    public async Task A_look_that_does_not_end_when_told_is_given_up_and_said_to_be_in_its_step()
    {
        var never = new TaskCompletionSource<ProbeResult>();
        var running = RunAsync(new FakeKind((look, _) =>
        {
            look.Step("reading the greeting");
            _began.SetResult();
            return never.Task;
        }).Named("a"));
        await OverAsync();

        var report = await running;
        var unhealthy = Assert.IsType<ProbeOutcome.Unhealthy>(report.Result.Outcome);
        Assert.Equal("the fake: not done within 10s; it was reading the greeting", unhealthy.Reason);
        _ = Assert.Single(_abandoned);
    }

    [Fact]
    public async Task A_look_that_blocks_its_thread_blocks_nobody_else()
    {
        using var gate = new ManualResetEventSlim();
        var running = RunAsync(new FakeKind((_, _) =>
        {
            _began.SetResult();
            gate.Wait(CancellationToken.None);
            return Task.FromResult(FakeKind.Good);
        }).Named("a"));
        await OverAsync();

        Assert.Equal(RunOutcome.Unhealthy, (await running).Run.Outcome);
        gate.Set();
    }

    [Fact]
    public async Task A_look_that_ends_when_told_is_too_late_and_not_abandoned()
    {
        var running = RunAsync(new FakeKind(async (look, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, look.Clock, stop);
            return FakeKind.Good;
        }).Named("a"));
        await _clock.WaitForTimersAsync(2);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(RunOutcome.Unhealthy, (await running).Run.Outcome);
        Assert.Empty(_abandoned);
    }

    [Fact]
    public async Task A_bug_of_a_look_says_nothing_of_what_it_looks_at()
    {
        var report = await RunAsync(new FakeKind((_, _) => throw new InvalidOperationException("oops")).Named("a"));
        Assert.Equal(RunOutcome.Unknown, report.Run.Outcome);
        Assert.Contains("bug: InvalidOperationException", report.Run.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_our_own_network_down_a_failure_is_unknown_and_no_sample_is_kept()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        HostPort nobody = new("127.0.0.1", ((IPEndPoint)taken.LocalEndPoint!).Port);
        using var somebody = new TcpListener(IPAddress.Loopback, 0);
        somebody.Start();
        HostPort there = new("127.0.0.1", ((IPEndPoint)somebody.LocalEndpoint).Port);

        var down = await RunAsync(FakeKind.Gives(() => FakeKind.Bad).Named("a"), [nobody, nobody]);
        Assert.Equal(RunOutcome.Unknown, down.Run.Outcome);
        Assert.Contains("our own network", down.Run.Words, StringComparison.Ordinal);
        Assert.Empty(down.Result.Samples);

        var up = await RunAsync(FakeKind.Gives(() => FakeKind.Bad).Named("a"), [nobody, there]);
        Assert.Equal((RunOutcome.Unhealthy, "it is broken"), (up.Run.Outcome, up.Run.Words));
        Assert.NotEmpty(up.Result.Samples);
    }

    [Fact]
    public async Task What_a_look_floods_with_is_bounded_and_every_secret_of_its_options_is_hidden()
    {
        var kind = new FakeKind((look, _) =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                look.Transcript.Got($"line {i} with hunter2hunter2 and\u0007 more " + new string('x', 5000));
            }

            return Task.FromResult(new ProbeResult(
                new ProbeOutcome.Unhealthy(new string('r', 100_000) + "hunter2hunter2", "s", "e", "login hunter2hunter2 or " + Convert.ToBase64String(Encoding.UTF8.GetBytes("hunter2hunter2"))),
                [.. Enumerable.Range(0, 5000).Select(i => FakeKind.Seen.Is(i, new MetricLabel("n", $"{i}")))])
            {
                Remember = new string('m', 1_000_000),
                Details = [.. Enumerable.Range(0, 100).Select(i => new ProbeDetail("d", [.. Enumerable.Repeat("hunter2hunter2", 1000)]))],
            });
        });
        var report = await RunAsync(new Probe(kind, new FakeOptions { Password = new Secret("hunter2hunter2"), Every = TimeSpan.FromMinutes(1) }));
        var state = new ProbeState().After(report).ToJson();

        Assert.DoesNotContain("hunter2", state, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes("hunter2hunter2")), state, StringComparison.Ordinal);
        Assert.InRange(state.Length, 1000, 200_000);
        Assert.Equal(500, report.Result.Samples.Count);
        Assert.Null(report.Result.Remember);
    }

    /// <summary>Until the look has begun, and then until its time and the grace are over.</summary>
    private async Task OverAsync()
    {
        await _clock.WaitForTimersAsync(2);
        await _began.Task;
        _clock.Advance(TimeSpan.FromSeconds(12));
    }

    private Task<ProbeReport> RunAsync(Probe probe, IReadOnlyList<HostPort>? ownNetwork = null) =>
        new ProbeRunner(_clock, new Random(1), new Nobody(), NullLogger<ProbeRunner>.Instance)
            .RunAsync(probe, null, ownNetwork ?? [], null, _abandoned.Add, CancellationToken.None);

    private sealed class Nobody : IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => throw new NotSupportedException();
    }
}
