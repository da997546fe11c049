using IncidentBot.Incidents;
using IncidentBot.Settings;

namespace IncidentBot.Sources;

/// <summary>
/// The addresses by which people reach what an alert names: Alertmanager and Prometheus tell their own, which in a cluster is often the
/// name of a pod that no phone finds.
/// </summary>
internal sealed class PeopleAddresses(IReadOnlyDictionary<string, Uri> alertmanagers, IReadOnlyList<(string From, string To)> generators)
{
    /// <summary>Every address is as it was told.</summary>
    public static readonly PeopleAddresses AsTold = new(new Dictionary<string, Uri>(StringComparer.Ordinal), []);

    public static PeopleAddresses Of(BotOptions options) => new(
        options.Alertmanagers.Where(source => source.ExternalUrl is not null)
            .ToDictionary(source => source.Source, source => source.ExternalUrl!, StringComparer.Ordinal),
        [.. options.GeneratorUrls.Where(one => one is { From: not null, To: not null })
            .Select(one => (one.From!.AbsoluteUri.TrimEnd('/'), one.To!.AbsoluteUri.TrimEnd('/')))]);

    /// <summary>An incident with the addresses that people reach.</summary>
    public Incident Map(Incident incident)
    {
        incident = alertmanagers.TryGetValue(incident.Key.Source, out var reached) ? incident with { ExternalUrl = reached.AbsoluteUri }
            : incident;
        return generators.Count == 0 ? incident : incident with
        {
            Alerts = incident.Alerts.SetItems(incident.Alerts.Values.Select(alert => (Alert: alert, Url: Map(alert.GeneratorUrl)))
                .Where(mapped => !ReferenceEquals(mapped.Url, mapped.Alert.GeneratorUrl))
                .Select(mapped => KeyValuePair.Create(mapped.Alert.Fingerprint, mapped.Alert with { GeneratorUrl = mapped.Url }))),
        };
    }

    /// <summary>With the first beginning that matches exchanged: up to a slash, a question mark or the end.</summary>
    private string Map(string url)
    {
        foreach (var (from, to) in generators)
        {
            if (url.StartsWith(from, StringComparison.OrdinalIgnoreCase)
                && (url.Length == from.Length || url[from.Length] is '/' or '?' or '#'))
            {
                return string.Concat(to, url.AsSpan(from.Length));
            }
        }

        return url;
    }
}
