using IncidentBot.Graph;

namespace IncidentBot.Storage;

/// <summary>
/// Incidents, their history and their posts, durable. Every change is one transaction; a method that changes returns after
/// the commit. All may be called at the same time by anybody. A change that is cancelled while it waits for its turn is not
/// made; one that has begun is finished.
/// </summary>
/// <exception cref="StoreUnavailableException">Nothing was changed, and the reason says why; a later call may succeed.</exception>
internal interface IIncidentStore : IIntake, IPosts, ICalendar, IIncidentReads, IKeptLinks, IAsyncDisposable
{
    /// <summary>Opens the database and brings its schema up to date.</summary>
    /// <exception cref="StoreRefusedException">The database is of a newer program, or not a database.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>What probes found.</summary>
    IProbeRecords Probes { get; }

    /// <summary>What people do, and what is remembered of it.</summary>
    IDeeds Deeds { get; }

    /// <summary>Whether changes can be made durable now: it makes one, a small one that means nothing, so a full disk is noticed.</summary>
    Task CheckAsync(CancellationToken cancellationToken);
}
