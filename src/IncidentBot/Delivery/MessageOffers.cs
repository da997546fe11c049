using IncidentBot.Channels;
using IncidentBot.Incidents;

namespace IncidentBot.Delivery;

/// <summary>What messages offer to do beside links that only lead somewhere.</summary>
/// <param name="Chat">Somebody may act from chat, so that buttons are offered.</param>
/// <param name="CanSilence">Whether the Alertmanager of a source can be reached.</param>
/// <param name="LinkKey">By which links are signed that take an incident on; null where people have no address of the pages.</param>
internal sealed record MessageOffers(bool Chat, Func<string, bool> CanSilence, Func<ReadOnlyMemory<byte>>? LinkKey)
{
    private static readonly TimeSpan LinksLast = TimeSpan.FromHours(24);

    public IReadOnlyList<Button> Buttons(Incident incident, Uri? runbook, DateTimeOffset now) =>
        Chat ? PostButtons.Of(incident, new ButtonOffers(!ByHand.IsOwn(incident) && CanSilence(incident.Key.Source)), runbook, now) : [];

    /// <summary>Where somebody takes an incident on by one tap; null when nobody needs to, or there are no such links.</summary>
    /// <param name="pages">The address of the pages, with a slash at the end.</param>
    public Uri? TakeOn(Incident incident, Uri pages, DateTimeOffset now) =>
        LinkKey is null || incident.Number == 0 || incident.Status == IncidentStatus.Resolved || incident.Escalation.IsTaken ? null
            : new Uri(pages, $"act/{new ActLink(ButtonAction.Acknowledge, incident.Number, Expires(incident, now)).ToToken(LinkKey().Span)}");

    /// <summary>At least a day ahead, and for a day the same: a message that is sent again has the same text.</summary>
    private static DateTimeOffset Expires(Incident incident, DateTimeOffset now) =>
        incident.OpenedAt + (LinksLast * (Math.Floor(Math.Max(0, (now - incident.OpenedAt) / LinksLast)) + 2));
}
