using IncidentBot.Alerts;
using IncidentBot.Graph;
using IncidentBot.Incidents;

namespace IncidentBot.Runbooks;

/// <summary>Answers what to do: which page an alert or an incident leads to now, and how much what it is about matters.</summary>
/// <param name="set">The pages as they are now.</param>
/// <param name="naming">Read each time, so that a reload is seen.</param>
/// <param name="reviewedWithin">How long a review counts, also read each time; null for ever.</param>
/// <param name="links">Who keeps the links to pages instead of the pages themselves, also read each time; null for nobody.</param>
internal sealed class RunbookGuide(Func<RunbookSet> set, Func<RunbookNaming> naming, Func<TimeSpan>? reviewedWithin = null,
    Func<IRunbookLinks?>? links = null)
{
    /// <summary>Links have become others, by the names of their rules; handlers must return at once.</summary>
    public event Action<IReadOnlyCollection<string>>? LinksChanged;

    /// <summary>Who keeps the links instead of the pages; null for nobody.</summary>
    public IRunbookLinks? Keeper => links?.Invoke();

    public TimeSpan ReviewedWithin => reviewedWithin?.Invoke() ?? TimeSpan.MaxValue;

    public RunbookSet Set => set();

    public RunbookResolver Resolver
    {
        get
        {
            var now = set();
            return new RunbookResolver(now, naming(), links?.Invoke() ?? now.Graph);
        }
    }

    /// <summary>Tells of links that have become others.</summary>
    public void Tell(IReadOnlyCollection<string> alertnames) => LinksChanged?.Invoke(alertnames);

    /// <summary>Waits, never for long, until it is known what <see cref="Of(Incident)"/> needs to know.</summary>
    public ValueTask PrepareAsync(Incident incident, CancellationToken cancellationToken) => Keeper is null
        ? ValueTask.CompletedTask
        : PrepareAsync([.. incident.Alerts.Values.Where(alert => alert.Firing || incident.FiringCount == 0)
            .Select(alert => alert.Name).Distinct(StringComparer.Ordinal).Take(50)], cancellationToken);

    /// <summary>The same for alerts by their names.</summary>
    public ValueTask PrepareAsync(IReadOnlyCollection<string> alertnames, CancellationToken cancellationToken) =>
        Keeper?.PrepareAsync(alertnames, cancellationToken) ?? ValueTask.CompletedTask;

    /// <summary>The pages for an incident, that of its most urgent alert first, each once.</summary>
    public IReadOnlyList<Resolution> Of(Incident incident)
    {
        var resolver = Resolver;
        return
        [
            .. incident.Alerts.Values.Where(alert => alert.Firing || incident.FiringCount == 0)
                .Order(Urgency.Order)
                .DistinctBy(alert => (alert.Name, alert.Annotations["runbook_url"], alert.Annotations["runbook"]))
                .Take(50)
                .Select(alert => resolver.Resolve(alert.Name, alert.Labels, alert.Annotations))
                .DistinctBy(found => (found.Runbook?.Path, found.Anchor, found.Elsewhere)),
        ];
    }

    /// <summary>The page for what a list shows of an incident.</summary>
    public Resolution Of(LabelSet labels, string title, string? annotation) => Resolver.Resolve(
        labels["alertname"] ?? title, labels, annotation is null ? null : LabelSet.From(("runbook_url", annotation)));

    /// <summary>The tier of the most important service that an incident is about; null when none is known.</summary>
    public int? Tier(Incident incident)
    {
        var graph = set().Graph;
        return incident.Alerts.Values.Where(alert => alert.Firing || incident.FiringCount == 0).Select(alert => graph.Tier(alert.Labels))
            .Min();
    }
}
