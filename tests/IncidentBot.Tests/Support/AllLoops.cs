using System.Collections.Concurrent;
using IncidentBot.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IncidentBot.Support;

/// <summary>
/// The loops that run beside the delivery: the comparison with Alertmanager, the look for its Watchdog, and others. A program
/// that is started here has its clock moved only while all of them wait for it, so that none of them ever comes late.
/// </summary>
internal sealed class AllLoops
{
    private readonly ConcurrentBag<BackgroundService> _running = [];

    private AllLoops()
    {
    }

    public static async Task<BotFixture> StartAsync(Action<BotOptions>? configure = null)
    {
        var loops = new AllLoops();
        var bot = await BotFixture.StartAsync(configure, loops.Watch);
        bot.Asleep = () => loops._running.All(bot.Clock.IsAsleep);
        await bot.RunUntilIdleAsync();
        return bot;
    }

    private void Watch(IServiceCollection services)
    {
        _running.Clear();
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is { ServiceType: var type } descriptor && type == typeof(IHostedService))
            {
                services[i] = ServiceDescriptor.Singleton(provider => Watched(Make(descriptor, provider)));
            }
        }
    }

    private static IHostedService Make(ServiceDescriptor descriptor, IServiceProvider services) => (IHostedService)(
        descriptor.ImplementationInstance ?? descriptor.ImplementationFactory?.Invoke(services)
        ?? ActivatorUtilities.CreateInstance(services, descriptor.ImplementationType!));

    private IHostedService Watched(IHostedService service)
    {
        // Others tick by a timer of their own or watch files; the delivery says itself whether it has something to do.
        if (service is Delivery.DeliveryLoop or not BackgroundService || service.GetType().Namespace is not ("IncidentBot.Sources" or "IncidentBot.Delivery"))
        {
            return service;
        }

        var loop = (BackgroundService)service;
        _running.Add(loop);
        return new Marked(loop);
    }

    /// <summary>Starts a loop so that its timers are known to be its own.</summary>
    private sealed class Marked(BackgroundService loop) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            // In an asynchronous method, so that it does not flow back to the host and from there to others.
            FakeClock.SetTimersAs(loop);
            await loop.StartAsync(cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => loop.StopAsync(cancellationToken);
    }
}
