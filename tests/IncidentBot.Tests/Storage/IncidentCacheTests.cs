using IncidentBot.Alerts;
using IncidentBot.Incidents;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Storage;

/// <summary>What is held in memory of incidents, and what other threads see of it.</summary>
public sealed class IncidentCacheTests
{
    [Fact]
    public void An_older_incident_that_is_forgotten_does_not_take_the_later_one_of_its_key_from_others()
    {
        var cache = new IncidentCache(long.MaxValue);
        var later = Stored(2, Firing("plex-1", since: 60));
        cache.Put(Stored(1, Resolved("plex-0")));
        cache.Put(later);
        cache.IsLatest(2);
        cache.Owns(2, Assert.Single(later.Incident.Alerts).Key);
        cache.Publish();
        Assert.True(IsKnown());

        cache.Remove(1);
        Assert.True(IsKnown());
        cache.Remove(2);
        Assert.False(IsKnown());

        bool IsKnown() => cache.Committed.Knows(Group(Firing("plex-1", since: 60)), IncidentRules.Default, At(61));
    }

    private static StoredIncident Stored(long number, AlertReport report)
    {
        var said = Group(report);
        var incident = new Incident { Key = IncidentKey.Of(said), Number = number };
        return new StoredIncident(incident.Apply(said.Alerts, said, At(60)).Incident, "all", []);
    }
}
