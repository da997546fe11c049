using IncidentBot.Loops;
using IncidentBot.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace IncidentBot.Support;

/// <summary>
/// The loops that run beside the delivery: the comparison with Alertmanager, the look for its Watchdog, and others. A program
/// that is started here has its clock moved only while all of them wait for it, so that none of them ever comes late.
/// </summary>
internal static class AllLoops
{
    public static async Task<BotFixture> StartAsync(Action<BotOptions>? configure = null, Action<IServiceCollection>? customise = null)
    {
        var bot = await BotFixture.StartAsync(configure, customise);
        bot.Asleep = () => bot.Services.GetRequiredService<LoopBook>().Loops.All(loop => loop is Delivery.DeliveryLoop || loop.IsAsleep);
        await bot.RunUntilIdleAsync();
        return bot;
    }
}
