using IncidentBot.Graph;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Loops;
using IncidentBot.Settings;
using IncidentBot.Storage.Sqlite;
using IncidentBot.Telemetry;

namespace IncidentBot.Storage;

/// <summary>The stores that this program knows, and the work that keeps them in order.</summary>
internal static class StoreCatalog
{
    public static IServiceCollection AddStore(this IServiceCollection services) => services
        .AddMetrics<StoreMetrics>()
        .AddSingleton<SetAside>()
        .AddSingleton<StoreHealth>()
        .AddSingleton(Make)
        .AddSingleton<ChangeFeed>()
        .AddSingleton<IIntake>(Store)
        .AddSingleton<IPosts>(Store)
        .AddSingleton<ICalendar>(Store)
        .AddSingleton<IIncidentReads>(Store)
        .AddSingleton<IKeptLinks>(Store)
        .AddHostedService<StoreOpening>()
        .AddLoop<SqliteCheckpoints>()
        .AddLoop<Housekeeping>();

    /// <summary>Copies what is stored into a new file, also while the program runs.</summary>
    /// <exception cref="StoreRefusedException">There is no good copy, and why.</exception>
    public static StoreCopy BackUp(StoreOptions options, string target) => SqliteBackup.Make(options.Sqlite, target);

    private static IIncidentStore Store(IServiceProvider provider) => provider.GetRequiredService<IIncidentStore>();

    private static IIncidentStore Make(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<CurrentSettings>();
        var known = provider.GetRequiredService<KnownServices>();
        return new SqliteIncidentStore(
            settings.Value.Store.Sqlite,
            provider.GetRequiredService<TimeProvider>(),
            () => known.With(settings.Value.Rules),
            () => settings.Value.LaneBook,
            provider.GetRequiredService<ChangeFeed>(),
            provider.GetRequiredService<SetAside>(),
            provider.GetRequiredService<StoreHealth>());
    }

    /// <summary>Opens the store before anything listens, so that a database that cannot be used stops the start.</summary>
    internal sealed class StoreOpening(IIncidentStore store) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => store.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
