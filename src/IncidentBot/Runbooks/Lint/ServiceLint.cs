using IncidentBot.Alerts;
using IncidentBot.Graph;

namespace IncidentBot.Runbooks.Lint;

/// <summary>
/// Looks through the list of services for what makes a cause not to be found: names that are not there, circles, alerts that lead to no
/// service, services that no alert speaks of. Without any services there is nothing to find.
/// </summary>
internal sealed class ServiceLint(RunbookSet set, string file)
{
    private readonly ServiceGraph _graph = set.Graph;
    private readonly List<Finding> _findings = [];

    /// <param name="rules">Of all rule files; null when none were named.</param>
    public IReadOnlyList<Finding> Run(IReadOnlyList<AlertRule>? rules)
    {
        if (_graph.Services.Count == 0)
        {
            return _findings;
        }

        foreach (var (service, missing) in GraphProblems.Missing(_graph))
        {
            Add("unknown-service", file, 0, $"{service.Name} depends on {missing}, which is not in the list{Guess(missing)}");
        }

        foreach (var page in set.Pages)
        {
            foreach (var name in page.Front.Services.Where(name => _graph.Find(name) is null))
            {
                Add("unknown-service", page.File, 0, $"the service {name} is not in the list{Guess(name)}");
            }
        }

        foreach (var cycle in GraphProblems.Cycles(_graph))
        {
            Add("service-cycle", file, 0, $"services need themselves: {string.Join(" → ", cycle)}");
        }

        if (rules is not null)
        {
            Rules(rules);
        }

        return _findings;
    }

    private void Rules(IReadOnlyList<AlertRule> rules)
    {
        var watched = _graph.Watches.Where(watch => !watch.ByRunbook).Select(watch => watch.Service)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var rule in rules)
        {
            var services = _graph.Of(Labels(rule));
            watched.UnionWith(services.Select(service => service.Name));
            if (services.Count == 0 && !AlertServices.NamingLabels.Any(label => IsTemplate(rule.Labels[label])))
            {
                var named = AlertServices.NamingLabels.Select(label => rule.Labels[label]).FirstOrDefault(name => name is { Length: > 0 });
                Add("alert-without-service", rule.File, rule.Line, $"{rule.Name} leads to no service"
                    + (named is null ? "; name it in services.yml, or give it a label service" : $"; {named} is not in the list{Guess(named)}"));
            }
        }

        foreach (var service in _graph.Services.Where(service => !watched.Contains(service.Name)))
        {
            Add("unwatched-service", file, 0, $"no rule speaks of {service.Name}");
        }
    }

    /// <summary>The labels that its alerts have for certain; what a template makes of them only the alert knows.</summary>
    private static LabelSet Labels(AlertRule rule) => LabelSet.From(
        [.. rule.Labels.Where(label => !IsTemplate(label.Value) && label.Name is not "alertname"), new Label("alertname", rule.Name)]);

    private static bool IsTemplate(string? value) => value?.Contains("{{", StringComparison.Ordinal) == true;

    private string Guess(string name) => new NameGuess(_graph.Services.Select((service, place) => (service.Name, place))).Near(name, 1)
        is [var near, ..] ? $"; is it {_graph.Services[near.Page].Name}?" : "";

    private void Add(string kind, string where, int line, string message) => _findings.Add(new Finding(kind, where, line, message));
}
