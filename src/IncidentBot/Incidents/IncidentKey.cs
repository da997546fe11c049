using System.Text;
using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>
/// What makes two notifications speak of the same incident: source, receiver and group labels. Alertmanager's own
/// <c>groupKey</c> is not part of it, because it changes whenever the routes are edited.
/// </summary>
internal sealed record IncidentKey(string Source, string Receiver, LabelSet GroupLabels)
{
    /// <summary>The source of what IncidentBot says itself. No configured source can be named so.</summary>
    public const string OwnSource = "(incidentbot)";

    public static IncidentKey Of(Notification notification) =>
        new(notification.Source, notification.Receiver, notification.GroupLabels);

    /// <summary>One line that only an equal key has; every part carries its length, so hostile names cannot imitate another key.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(64);
        Part(text, Source);
        Part(text, Receiver);
        foreach (var label in GroupLabels)
        {
            Part(text, label.Name);
            Part(text, label.Value);
        }

        return text.ToString();
    }

    private static void Part(StringBuilder text, string part) => text.Append(part.Length).Append(':').Append(part).Append(';');
}
