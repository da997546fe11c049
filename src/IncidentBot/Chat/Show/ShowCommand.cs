using IncidentBot.Channels;
using IncidentBot.Delivery;
using IncidentBot.Incidents;
using IncidentBot.Sources;
using IncidentBot.Words;

namespace IncidentBot.Chat.Show;

/// <summary>One incident in a few lines, with what can be done.</summary>
internal sealed class ShowCommand(IncidentPick pick, RunbookWay runbooks, Silencing silencing) : IChatCommand
{
    private const int Alerts = 3;
    private const int History = 3;
    private const int LineLength = 140;

    public string Word => "show";

    public string Arguments => "[N]";

    public string Help => "one incident; the number alone does too";

    public async Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var picked = await pick.FindAsync(call, ButtonAction.More, cancellationToken);
        if (picked.Detail is not { } detail)
        {
            return picked.Otherwise!;
        }

        var (incident, summary) = (detail.Incident, detail.Summary);
        var firing = Urgency.Sort(incident.Alerts.Values.Where(alert => alert.Firing));
        var runbook = runbooks.Of(incident, call.Pages);
        var next = IncidentWords.Escalates(incident.Escalation, call.Now)?.Plain(call.Clock);
        List<string> lines =
        [
            IncidentLine.Of(summary, call.Now),
            .. Line(summary.Summary),
            .. Line(IncidentWords.Taken(incident)?.Plain(call.Clock)),
            .. Line(incident.Status == IncidentStatus.Firing ? next : null),
            .. firing.Count > 1
                ? firing.Take(Alerts).Select(alert => PlainText.Line($"- {alert.Name} {string.Join(' ', Headline.Place(alert, incident).Select(label => $"{label.Name}={label.Value}"))}", LineLength)) : [],
            .. firing.Count > Alerts ? [$"- {firing.Count - Alerts:N0} more"] : (string[])[],
            .. detail.Timeline.Where(line => line.Change.Kind != ChangeKind.Updated && !line.Change.Quiet).TakeLast(History)
                .Select(line => PlainText.Line($"{call.Clock(line.Change.At)} {ChangeWords.InFull(line.Change)}", LineLength)),
        ];
        List<MessageLink> links = [new MessageLink("Incident", call.Page(summary.Number))];
        if (runbook is not null)
        {
            links.Insert(0, new MessageLink("Runbook", runbook));
        }

        var buttons = PostButtons.Of(incident, new ButtonOffers(silencing.Source(incident.Key.Source) is not null), null, call.Now)
            .Where(button => button.Press?.Action != ButtonAction.More);
        var help = incident.Status == IncidentStatus.Resolved ? []
            : new[] { new Button { Label = "Call the next people", Press = new ButtonPress(ButtonAction.Escalate, summary.Number) } };
        return new ChatReply
        {
            Answer = new ChatAnswer
            {
                Lines = lines,
                Links = links,
                Buttons = [.. buttons, .. help],
                Place = call.IsPress ? AnswerPlace.OnlyPerson : AnswerPlace.Thread,
            },
        };
    }

    private static string[] Line(string? text) => PlainText.Line(text ?? "", LineLength) is { Length: > 0 } line ? [line] : [];
}
