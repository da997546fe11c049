using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Storage;

/// <summary>What changes incidents from outside: notifications, comparisons with Alertmanager, and people.</summary>
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

    /// <summary>Somebody takes an incident on: nothing escalates any more. May be repeated; another name takes over.</summary>
    /// <param name="by">The name of a person, not empty: hostile text.</param>
    /// <param name="comment">What they say about it: hostile text. May be empty.</param>
    Task<AcknowledgeResult> AcknowledgeAsync(long number, string by, string comment, CancellationToken cancellationToken);

    /// <summary>Somebody gives an incident back: people are called as if it had just begun. May be repeated.</summary>
    Task<AcknowledgeResult> WithdrawAsync(long number, string by, CancellationToken cancellationToken);
}
