using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace IncidentBot.Probes;

/// <summary>What every kind of probe promises. Each kind has a class of this family, named after it: TcpKind, TcpProbeTests.</summary>
public abstract class ProbeContract : IAsyncLifetime
{
    private readonly List<TcpListener> _silent = [];
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace))
        .AddProbeClients().BuildServiceProvider();

    private protected abstract ProbeKind Kind { get; }

    /// <summary>A secret of the options, or of the target, which may come up nowhere; null when the kind has none.</summary>
    private protected abstract string? Secret { get; }

    /// <summary>Options with a target that does all that it should.</summary>
    private protected abstract Task<ProbeOptions> HealthyAsync();

    /// <summary>Options with a target that answers, and not as it should.</summary>
    private protected abstract Task<ProbeOptions> BrokenAsync();

    /// <summary>Options with a target at this address of loopback: nobody listens there, or somebody who never says a word.</summary>
    private protected abstract ProbeOptions At(IPEndPoint address);

    /// <summary>Whether it sees when the last success was, also while it fails: of a folder of backups, not of its own runs.</summary>
    private protected virtual bool KnowsPastSuccess => false;

    /// <summary>The clock of the looks.</summary>
    private protected virtual TimeProvider Clock => TimeProvider.System;

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        _silent.ForEach(listener => listener.Dispose());
        await _services.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_target_that_does_all_that_it_should_is_healthy_and_measured()
    {
        var (result, _) = await LookAsync(await HealthyAsync());
        Assert.NotEmpty(Assert.IsType<ProbeOutcome.Healthy>(result.Outcome).Words);
        Assert.NotEmpty(result.Samples);
    }

    [Fact]
    public async Task A_target_that_answers_wrongly_is_unhealthy_with_what_was_expected_and_what_came()
    {
        var (result, transcript) = await LookAsync(await BrokenAsync());
        AssertSays(Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome));
        Assert.NotEmpty(transcript.Lines);
    }

    [Fact]
    public async Task A_target_that_is_not_there_is_unhealthy_and_named()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var nobody = (IPEndPoint)taken.LocalEndPoint!;
        var (result, _) = await LookAsync(At(nobody));
        var unhealthy = Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome);
        AssertSays(unhealthy);
        Assert.Contains(nobody.Port.ToString(CultureInfo.InvariantCulture), unhealthy.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_look_at_who_never_says_a_word_ends_when_it_is_cancelled()
    {
        var silent = new TcpListener(IPAddress.Loopback, 0);
        _silent.Add(silent);
        silent.Start();
        using var cancelled = new CancellationTokenSource();
        var looking = LookAsync(At((IPEndPoint)silent.LocalEndpoint), cancellationToken: cancelled.Token);
        await Task.WhenAny(looking, silent.AcceptSocketAsync());
        await cancelled.CancelAsync();
        try
        {
            var (result, _) = await looking.WaitAsync(TimeSpan.FromSeconds(20));

            // Some kinds have seen enough by the connection alone.
            Assert.NotNull(result);
        }
        catch (OperationCanceledException)
        {
            // As it should be.
        }
    }

    /// <summary>Looks once; what holds for every look is asserted here.</summary>
    private protected async Task<(ProbeResult Result, Transcript Transcript)> LookAsync(
        ProbeOptions options, string? remembered = null, CancellationToken cancellationToken = default)
    {
        var transcript = new Transcript(Clock);
        var look = new ProbeLook("run1234", Clock, new Random(1), _services.GetRequiredService<IHttpClientFactory>(), transcript, remembered);
        var result = await Kind.Make(options).LookAsync(look, cancellationToken);
        Assert.All(result.Samples, sample => Assert.Contains(sample.Family, Kind.Families));
        Assert.Equal(result.Samples.Count, result.Samples.DistinctBy(sample =>
            sample.Family.Name + string.Join(',', sample.Labels.Select(label => $"{label.Name}={label.Value}"))).Count());
        if (result.Outcome is not ProbeOutcome.Healthy && !KnowsPastSuccess)
        {
            Assert.DoesNotContain(result.Samples, sample => sample.Family.Name.Contains("last_success", StringComparison.Ordinal));
        }

        if (Secret is { } secret)
        {
            var all = result.Outcome + JsonSerializer.Serialize(result.Details) + string.Join('\n', transcript.Lines) + transcript.CurrentStep
                + Kind.Target(options) + string.Join(' ', Kind.Group(options)) + string.Join(' ', result.Samples.SelectMany(sample => sample.Labels));
            Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        }

        Assert.True((result.Remember?.Length ?? 0) <= ProbeResult.MostRemembered);
        return (result, transcript);
    }

    private protected static void AssertSays(ProbeOutcome.Unhealthy unhealthy)
    {
        Assert.All([unhealthy.Reason, unhealthy.Step, unhealthy.Expected, unhealthy.Got], words =>
        {
            Assert.NotEmpty(words);
            Assert.DoesNotContain(words, char.IsControl);
            Assert.DoesNotContain("Exception", words, StringComparison.Ordinal);
        });
    }
}
