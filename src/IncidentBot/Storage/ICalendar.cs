using IncidentBot.Lanes;

namespace IncidentBot.Storage;

/// <summary>What time alone changes. Every method does a bounded piece, so that no webhook waits for long.</summary>
/// <exception cref="StoreUnavailableException">Nothing was changed, and the reason says why; a later call may succeed.</exception>
internal interface ICalendar
{
    /// <summary>
    /// Does what time alone demands, of a bounded number of incidents: takes steps of escalation, calls people again, ends
    /// flapping, announces what nothing inhibits any more. Returns how many it looked at; 0 when nothing is due.
    /// </summary>
    Task<int> TakeDueAsync(CancellationToken cancellationToken);

    /// <summary>When time alone changes something next; null when it never does. Its cost does not grow with history.</summary>
    Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Has everything open looked at by the <see cref="TakeDueAsync"/> that follow, a few at a time: the lanes may have changed.
    /// </summary>
    Task RecalculateDueAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Has what rooms show of these incidents written anew, because something that it says and that is not theirs has changed. What is
    /// resolved stays as it is.
    /// </summary>
    Task RewriteAsync(IReadOnlyList<long> incidents, CancellationToken cancellationToken);

    /// <summary>Marks firing incidents that nobody has spoken of for too long. Returns how many there were.</summary>
    Task<int> SweepAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes the digest of a lane that is due in each of its rooms, about the time since the one before; none where nothing
    /// opened or resolved. The first time it only begins to count.
    /// </summary>
    /// <returns>How many it made.</returns>
    Task<int> DigestAsync(Lane lane, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Deletes incidents that ended before a moment, a few at a time and never ahead of a webhook. Returns how many.</summary>
    Task<int> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
