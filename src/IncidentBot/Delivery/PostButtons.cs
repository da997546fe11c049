using IncidentBot.Channels;
using IncidentBot.Incidents;

namespace IncidentBot.Delivery;

/// <summary>What the program can do here, so that no button is offered that cannot work.</summary>
/// <param name="Silence">The incident's Alertmanager can be reached.</param>
internal sealed record ButtonOffers(bool Silence);

/// <summary>What a live post offers to press, by the state of its incident. Pure: the same state offers the same buttons.</summary>
internal static class PostButtons
{
    private static readonly (string Label, string Parameter)[] Lengths =
        [("1 hour", "1h"), ("4 hours", "4h"), ("until tomorrow 9:00", "tomorrow"), ("until resolved", "resolved")];

    /// <param name="runbook">Where the runbook stands; null when there is none.</param>
    public static IReadOnlyList<Button> Of(Incident incident, ButtonOffers offers, Uri? runbook, DateTimeOffset now)
    {
        if (incident.Status == IncidentStatus.Resolved || incident.Number == 0)
        {
            return [];
        }

        var number = incident.Number;
        List<Button> buttons =
        [
            incident.Escalation.Acknowledged is null || incident.Untaken.Any()
                ? new Button { Label = "I am on it", Press = new ButtonPress(ButtonAction.Acknowledge, number), Style = ButtonStyle.Primary }
                : new Button { Label = "Give back", Press = new ButtonPress(ButtonAction.GiveBack, number) },
        ];
        if (offers.Silence)
        {
            buttons.Add(IsSilenced(incident, now)
                ? new Button { Label = "Unsilence", Press = new ButtonPress(ButtonAction.Unsilence, number) }
                : new Button { Label = "Silence", Press = new ButtonPress(ButtonAction.Silence, number), Menu = SilenceMenu(number) });
        }

        if (runbook is not null)
        {
            buttons.Add(new Button { Label = "Runbook", Url = runbook });
        }

        buttons.Add(new Button { Label = "More", Press = new ButtonPress(ButtonAction.More, number) });
        return buttons;
    }

    /// <summary>For how long an incident can be silenced by one press.</summary>
    public static IReadOnlyList<Button> SilenceMenu(long number) =>
    [
        .. Lengths.Select(length =>
            new Button { Label = length.Label, Press = new ButtonPress(ButtonAction.Silence, number, length.Parameter) }),
    ];

    /// <summary>All that fires in it is silenced.</summary>
    public static bool IsSilenced(Incident incident, DateTimeOffset now) => incident.FiringCount > 0
        && incident.Alerts.Values.Where(alert => alert.Firing)
            .All(alert => alert.Suppression is { Kind: SuppressionKind.Silenced } quiet && quiet.InForce(now));
}
