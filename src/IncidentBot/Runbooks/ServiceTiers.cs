using System.Globalization;
using IncidentBot.Alerts;
using IncidentBot.Yaml;

namespace IncidentBot.Runbooks;

/// <summary>A service that people run.</summary>
/// <param name="Tier">1 for what must not fail, to 4 for what may.</param>
internal sealed record ServiceEntry(string Name, int Tier, string Title, IReadOnlyList<string> DependsOn);

/// <summary>How much each service matters, from <c>services.yml</c> of the runbooks.</summary>
internal sealed class ServiceTiers(IReadOnlyDictionary<string, ServiceEntry> services)
{
    public static readonly ServiceTiers None = new(new Dictionary<string, ServiceEntry>(StringComparer.OrdinalIgnoreCase));

    public IReadOnlyDictionary<string, ServiceEntry> Services { get; } = services;

    /// <summary>The tier of an alert: as it says itself, or that of the service that it names; null when neither is known.</summary>
    public int? Of(LabelSet labels)
    {
        if (labels["tier"] is { } own && Tier(own) is { } said)
        {
            return said;
        }

        foreach (var label in (ReadOnlySpan<string>)["service", "app", "app_kubernetes_io_name"])
        {
            if (labels[label] is { } name && Services.TryGetValue(name, out var service))
            {
                return service.Tier;
            }
        }

        return null;
    }

    /// <summary>Reads one file; what is wrong in it is said and left out.</summary>
    public static IReadOnlyList<ServiceEntry> Read(byte[] bytes, string file, List<string> complaints)
    {
        var problems = new List<Complaint>();
        var root = YamlReader.Read(bytes, file, problems);
        complaints.AddRange(problems.Select(problem => $"{file}, line {problem.Origin.Line}: {problem.Problem}"));
        if (root is not MapNode map || map["services"]?.Value is not ListNode list)
        {
            complaints.Add($"{file}: there is no list \"services\"");
            return [];
        }

        var services = new List<ServiceEntry>();
        foreach (var item in list.Items)
        {
            var name = item is MapNode service ? service.Text("name") : "";
            if (item is not MapNode entry || name.Length == 0 || Tier(entry.Text("tier")) is not { } tier)
            {
                complaints.Add($"{file}, line {item.Origin.Line}: a service needs a name and a tier from 1 to 4");
                continue;
            }

            var needs = entry["depends_on"]?.Value is ListNode others
                ? others.Items.OfType<ScalarNode>().Select(other => other.Value).ToList() : [];
            services.Add(new ServiceEntry(name, tier, entry.Text("title") is { Length: > 0 } title ? title : name, needs));
        }

        return services;
    }

    private static int? Tier(string text) =>
        int.TryParse(text.StartsWith("tier", StringComparison.OrdinalIgnoreCase) ? text[4..].TrimStart('-', '_', ' ')
            : text, NumberStyles.None, CultureInfo.InvariantCulture, out var tier) && tier is >= 1 and <= 4 ? tier : null;
}
