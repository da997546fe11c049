namespace IncidentBot.Incidents;

/// <summary>
/// Walks from services up to what they need, as far as that is down or cut off. It may run in a circle and comes to an end.
/// </summary>
/// <param name="affected">The services that are down or that lack something.</param>
internal readonly ref struct UpstreamWalk(DependencyMap map, HashSet<int> affected)
{
    /// <summary>The nearest service at which something is found, and by which way; null when nothing is.</summary>
    /// <param name="services">From where it begins; at them nothing is looked for.</param>
    /// <param name="carriers">On what those run: the first to be looked at.</param>
    /// <param name="most">So many services are looked at.</param>
    public (long Number, IReadOnlyList<int> Way)? Nearest(int[] services, int[] carriers, Func<int, long?> find, int most)
    {
        var from = new Dictionary<int, int>();
        var ahead = new Queue<int>();
        foreach (var service in services)
        {
            from[service] = -1;
        }

        foreach (var carrier in carriers)
        {
            if (from.TryAdd(carrier, services.Length > 0 ? services[0] : -1))
            {
                ahead.Enqueue(carrier);
            }
        }

        foreach (var service in services)
        {
            Upstream(service, from, ahead);
        }

        for (var steps = 0; steps < most && ahead.TryDequeue(out var place); steps++)
        {
            if (find(place) is { } number)
            {
                return (number, Way(from, place));
            }

            Upstream(place, from, ahead);
        }

        return null;
    }

    private void Upstream(int service, Dictionary<int, int> from, Queue<int> ahead)
    {
        foreach (var need in map.Needs(service))
        {
            if (!Array.TrueForAll(need, affected.Contains))
            {
                continue;
            }

            foreach (var place in need)
            {
                if (from.TryAdd(place, service))
                {
                    ahead.Enqueue(place);
                }
            }
        }
    }

    private static List<int> Way(Dictionary<int, int> from, int place)
    {
        var way = new List<int>();
        for (; place >= 0; place = from[place])
        {
            way.Add(place);
        }

        way.Reverse();
        return way;
    }
}
