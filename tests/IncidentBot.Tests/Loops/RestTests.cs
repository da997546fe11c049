using IncidentBot.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace IncidentBot.Loops;

/// <summary>Memory is given back when there is something to give, nobody works, and nobody would feel it.</summary>
public sealed class RestTests : IAsyncLifetime
{
    private readonly FakeClock _clock = new(Say.Noon);
    private readonly Heap _heap = new();
    private readonly Rest _rest;

    public RestTests() => _rest = new Rest(_heap, new LoopBook(_clock, NullLoggerFactory.Instance));

    public async ValueTask InitializeAsync() => await _rest.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _rest.StopAsync(CancellationToken.None);
        _rest.Dispose();
    }

    [Fact]
    public async Task Memory_is_given_back_once_when_work_has_ended()
    {
        await LaterAsync(allocated: Rest.Worth);
        Assert.Equal(0, _heap.GivenBack);
        await LaterAsync(allocated: 1000);
        Assert.Equal(1, _heap.GivenBack);
        await LaterAsync(allocated: 1000);
        Assert.Equal(1, _heap.GivenBack);
    }

    [Fact]
    public async Task While_there_is_work_nothing_is_given_back()
    {
        for (var look = 0; look < 20; look++)
        {
            await LaterAsync(allocated: Rest.Work);
        }

        Assert.Equal(0, _heap.GivenBack);
    }

    [Fact]
    public async Task Where_much_is_held_nothing_is_given_back()
    {
        _heap.Held = Rest.Felt + 1;
        await LaterAsync(allocated: Rest.Worth);
        await LaterAsync(allocated: 1000);
        Assert.Equal(0, _heap.GivenBack);
    }

    private async Task LaterAsync(long allocated)
    {
        _heap.Allocated += allocated;
        await BotFixture.UntilAsync(() => _rest.IsAsleep);
        _clock.Advance(Rest.Every);
        await BotFixture.UntilAsync(() => _rest.IsAsleep);
    }

    private sealed class Heap : IHeap
    {
        public long Allocated { get; set; } = 1_000_000;

        public long Held { get; set; } = 30_000_000;

        public int GivenBack { get; private set; }

        public void GiveBack() => GivenBack++;
    }
}
