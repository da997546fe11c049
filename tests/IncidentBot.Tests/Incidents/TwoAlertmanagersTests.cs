using System.Numerics;
using IncidentBot.Incidents.Model;
using Xunit;

namespace IncidentBot.Incidents;

/// <summary>
/// Generated histories of a pair of Alertmanagers by its own rules: serial per group and peer, with repetitions, broken links, lost
/// answers and restarts. Whatever happened, in the end what fires here is what the pair itself lists.
/// </summary>
public sealed class TwoAlertmanagersTests
{
    private const int Histories = 50_000;

    [Fact]
    public void With_the_addresses_of_the_pair_no_state_ends_other_than_its_own_list()
    {
        var burns = 0;
        for (var history = 1; history <= Histories; history++)
        {
            var world = new ModelWorld(history, asks: true);
            var (listed, fires) = world.Play();
            burns += BitOperations.PopCount((uint)listed);
            if (listed != fires)
            {
                Fail(history, asks: true);
            }
        }

        // The histories are worth something: much burns at the end, and much does not.
        Assert.InRange(burns, Histories / 2, Histories * 5 / 2);
    }

    /// <summary>
    /// A few ends are not seen: a peer that does not know of an alert logs that nothing fires, and then the one that knows has nothing
    /// left to tell; or the peers contradict each other, and in doubt it fires. Only the list tells these.
    /// </summary>
    [Fact]
    public void By_webhooks_alone_nothing_that_the_pair_lists_is_lost_and_few_ends_are()
    {
        var kept = 0;
        for (var history = 1; history <= Histories; history++)
        {
            var world = new ModelWorld(-history, asks: false);
            var (listed, fires) = world.Play();
            kept += (fires & ~listed) != 0 ? 1 : 0;
            if ((listed & ~fires) != 0)
            {
                Fail(-history, asks: false);
            }
        }

        Assert.InRange(kept, 1, Histories / 20);
    }

    private static void Fail(int history, bool asks)
    {
        var world = new ModelWorld(history, asks, isTold: true);
        var (listed, fires) = world.Play();
        Assert.Fail($"history {history}: the pair lists {listed:b3}, here {fires:b3} fires.\n{world.Story}");
    }
}
