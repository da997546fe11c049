namespace IncidentBot.Storage;

/// <summary>
/// What people do, durable: the effect, the line of the audit log, the request that asked for it, its answer and how far its channel has
/// read are one transaction. A request is done once, however often it comes and whenever the program is killed.
/// </summary>
/// <exception cref="StoreUnavailableException">By every method: nothing was changed, and the reason says why.</exception>
internal interface IDeeds
{
    /// <summary>Does it, unless its request was done before.</summary>
    Task<DeedResult> DoAsync(Deed deed, CancellationToken cancellationToken);

    /// <summary>A request that was done; null when it was not, or so long ago that it is forgotten.</summary>
    Task<RequestRow?> RequestAsync(string channel, string id, CancellationToken cancellationToken);

    /// <summary>The same by its number.</summary>
    Task<RequestRow?> RequestAsync(long number, CancellationToken cancellationToken);

    /// <summary>The latest request of a person in a room; null when there is none.</summary>
    Task<RequestRow?> LatestAsync(Rooms.Room room, Rooms.Person by, CancellationToken cancellationToken);

    /// <summary>An answer has reached its person.</summary>
    Task ToldAsync(string channel, string id, CancellationToken cancellationToken);

    /// <summary>Requests of a channel whose answers nobody was told, oldest first, at most 500.</summary>
    Task<IReadOnlyList<RequestRow>> UntoldRequestsAsync(string channel, CancellationToken cancellationToken);

    Task<string?> PositionAsync(string channel, string key, CancellationToken cancellationToken);

    Task PassAsync(PositionRow position, CancellationToken cancellationToken);

    /// <summary>The audit log, latest first.</summary>
    /// <param name="before">Only what has a lower number; null for all.</param>
    Task<IReadOnlyList<AuditEntry>> AuditAsync(long? before, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Remembers that a silence is wanted, before any Alertmanager is asked. The same key again gives the row that is there.
    /// </summary>
    Task<(SilenceRow Row, bool IsNew)> WantSilenceAsync(SilenceRow silence, CancellationToken cancellationToken);

    /// <summary>Silences that are begun or active, the one that ends first at the beginning.</summary>
    Task<IReadOnlyList<SilenceRow>> OpenSilencesAsync(CancellationToken cancellationToken);

    /// <summary>A silence by its number; null when there is none.</summary>
    Task<SilenceRow?> SilenceAsync(long number, CancellationToken cancellationToken);

    /// <summary>The incident whose post or latest reply in a room is this message; null when it is none of ours.</summary>
    Task<long?> IncidentOfAsync(Rooms.Room room, string messageId, CancellationToken cancellationToken);

    /// <summary>32 random bytes that were made with the database: signed links are good as long as it is.</summary>
    ReadOnlyMemory<byte> LinkKey { get; }
}
