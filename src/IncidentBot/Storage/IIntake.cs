using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Storage;

/// <summary>What changes incidents from outside: notifications, and comparisons with Alertmanager.</summary>
/// <exception cref="StoreUnavailableException">Nothing was changed, and the reason says why; a later call may succeed.</exception>
internal interface IIntake
{
    /// <summary>Applies a notification: incidents, history and the posts that want to show them, together.</summary>
    /// <returns>Whether it was news; a repetition changes nothing.</returns>
    Task<bool> ReceiveAsync(Notification notification, CancellationToken cancellationToken);

    /// <summary>
    /// Applies a difference to Alertmanager's own list, as far as it still holds: what a webhook said since is not undone.
    /// Returns whether anything changed.
    /// </summary>
    Task<bool> ReconcileAsync(Finding finding, CancellationToken cancellationToken);
}
