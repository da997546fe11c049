namespace IncidentBot.Incidents;

/// <summary>
/// Which services open incidents say are down, and the search for the cause of one: upstream over what services need, as far as that is
/// down, to the incident that none explains further. Its cost does not grow with history. Used by one thread.
/// </summary>
internal sealed class DownServices(DependencyMap map)
{
    /// <summary>So many services are looked at for one cause; what is farther away is not found.</summary>
    private const int MostSteps = 10_000;

    /// <summary>By service, the worst first, of those the lowest number.</summary>
    private readonly Dictionary<int, SortedSet<(int Harmless, long Number)>> _down = [];
    private readonly Dictionary<int, HashSet<long>> _on = [];
    private readonly Dictionary<int, HashSet<long>> _carried = [];
    private readonly Dictionary<long, SeverityLevel> _levels = [];
    private readonly HashSet<int> _affected = [];
    private readonly HashSet<int> _changed = [];
    private bool _isOutdated;

    public DependencyMap Map => map;

    /// <summary>Nothing is down except perhaps for one incident.</summary>
    public bool IsCalm(long except) => _levels.Count == 0 || (_levels.Count == 1 && _levels.ContainsKey(except));

    /// <summary>Where an incident stands; null when it speaks of no service that is known.</summary>
    public ServiceStand? Read(Incident incident)
    {
        if (map.IsEmpty || string.Equals(incident.Key.Source, IncidentKey.OwnSource, StringComparison.Ordinal))
        {
            return null;
        }

        HashSet<int>? on = null, down = null, carried = null;
        foreach (var alert in incident.Alerts.Values)
        {
            if (alert.Firing && map.Stand(alert.Labels) is var stand && stand.Services.Length + stand.Carriers.Length > 0)
            {
                (on ??= []).UnionWith(stand.Services);
                (carried ??= []).UnionWith(stand.Carriers);
                (down ??= []).UnionWith(stand.IsLocal ? [] : stand.Services);
            }
        }

        return on is null ? null : new ServiceStand([.. on.Order()], [.. down!.Order()], [.. carried!.Order()], incident.Severity.Level);
    }

    /// <summary>Services have changed of which <see cref="TakeChanged"/> has not been asked yet.</summary>
    public bool HasChanged => _changed.Count > 0;

    /// <summary>
    /// The incidents that have to be looked at again, because what they need has become better or worse. It walks down all that needs it,
    /// which is nothing for the moment in which a webhook waits.
    /// </summary>
    public IReadOnlyCollection<long> TakeChanged()
    {
        var touched = new HashSet<long>();
        Downstream(_changed, touched);
        _changed.Clear();
        return touched;
    }

    /// <summary>Exchanges where an incident stands.</summary>
    public void Change(long number, ServiceStand? before, ServiceStand? after)
    {
        if (before is null && after is null)
        {
            return;
        }

        foreach (var service in (before?.Down ?? []).Union(after?.Down ?? []))
        {
            var level = WorstAt(service);
            Move(service, number, before, after);
            var worst = WorstAt(service);
            if (worst != level)
            {
                _changed.Add(service);
            }

            if (worst is null)
            {
                _isOutdated = true;
            }
            else if (level is null && !_isOutdated && _affected.Add(service))
            {
                Propagate(new Queue<int>([service]));
            }
        }

        Move(_on, before?.On, after?.On, number);
        Move(_carried, before?.Carriers, after?.Carriers, number);
        if (after?.Down.Length > 0)
        {
            _levels[number] = after.Level;
        }
        else
        {
            _levels.Remove(number);
        }
    }

    /// <summary>The cause of an alert that stands somewhere, and by which services it is reached; null when there is none.</summary>
    /// <param name="level">How bad the incident of the alert is.</param>
    /// <param name="isOut">Whether an incident is explained by the one that a cause is sought for.</param>
    public (long Number, IReadOnlyList<int> Way)? CauseOf(AlertPlace stand, long incident, SeverityLevel level, Func<long, bool> isOut)
    {
        if (stand.Services.Length + stand.Carriers.Length == 0 || IsCalm(incident))
        {
            return null;
        }

        Propagate();
        var walk = new UpstreamWalk(map, _affected);
        var cause = walk.Nearest(stand.Services, stand.Carriers, place => At(place, incident, level, isOut), MostSteps);
        if (cause is not { } found)
        {
            return null;
        }

        // The nearest may itself be dragged along by what is down further upstream; on a circle that may be where the search began.
        var seen = new HashSet<int>(stand.Services) { found.Way[^1] };
        Func<int, long?> further = place => seen.Contains(place) ? null : At(place, incident, level, isOut);
        while (walk.Nearest([found.Way[^1]], [], further, MostSteps) is { } next && seen.Add(next.Way[^1]))
        {
            found = (next.Number, [.. found.Way, .. next.Way.Skip(1)]);
        }

        return found;
    }

    /// <summary>Some open incident says that some service is down.</summary>
    public bool IsAnyDown => _down.Count > 0;

    /// <summary>Some open incident says that a service is down.</summary>
    public bool IsDown(int service) => _down.ContainsKey(service);

    /// <summary>The services that are down and that a service needs, also by way of others; not itself.</summary>
    public IReadOnlyCollection<int> DownAbove(int service)
    {
        Propagate();
        var found = new HashSet<int>();
        new UpstreamWalk(map, _affected).Nearest([service], [], place =>
        {
            _ = IsDown(place) && found.Add(place);
            return null;
        }, MostSteps);
        return found;
    }

    /// <summary>How bad an incident is that says that a service is down.</summary>
    public SeverityLevel Level(long number) => _levels.GetValueOrDefault(number);

    /// <summary>
    /// The worst incident at a service that may explain another: what is only informative explains nothing that is worse than itself.
    /// </summary>
    private long? At(int service, long incident, SeverityLevel level, Func<long, bool> isOut)
    {
        if (!_down.TryGetValue(service, out var numbers))
        {
            return null;
        }

        foreach (var (harmless, number) in numbers)
        {
            var own = (SeverityLevel)(-harmless);
            if (own < level && own < SeverityLevel.Warning)
            {
                break;
            }

            if (number != incident && !isOut(number))
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>Services are affected that are down, or that lack something: of redundant ones all have to be affected.</summary>
    private void Propagate()
    {
        if (!_isOutdated)
        {
            return;
        }

        _isOutdated = false;
        _affected.Clear();
        _affected.UnionWith(_down.Keys);
        Propagate(new Queue<int>(_affected));
    }

    private void Propagate(Queue<int> ahead)
    {
        while (ahead.TryDequeue(out var place))
        {
            foreach (var dependent in map.Dependents(place))
            {
                if (!_affected.Contains(dependent) && Lacks(dependent))
                {
                    _affected.Add(dependent);
                    ahead.Enqueue(dependent);
                }
            }
        }
    }

    private bool Lacks(int service)
    {
        foreach (var need in map.Needs(service))
        {
            if (Array.TrueForAll(need, _affected.Contains))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>All that stands on services which need one of these.</summary>
    private void Downstream(HashSet<int> services, HashSet<long> touched)
    {
        var seen = new HashSet<int>(services);
        var ahead = new Queue<int>(services);
        foreach (var service in services)
        {
            touched.UnionWith(_carried.GetValueOrDefault(service, []));
        }

        while (ahead.TryDequeue(out var place))
        {
            foreach (var dependent in map.Dependents(place))
            {
                touched.UnionWith(_on.GetValueOrDefault(dependent, []));
                if (seen.Add(dependent))
                {
                    touched.UnionWith(_carried.GetValueOrDefault(dependent, []));
                    ahead.Enqueue(dependent);
                }
            }
        }
    }

    /// <summary>How bad the worst is that says that a service is down; null when nothing does.</summary>
    private int? WorstAt(int service) => _down.TryGetValue(service, out var numbers) ? numbers.Min.Harmless : null;

    private static void Move(Dictionary<int, HashSet<long>> all, int[]? before, int[]? after, long number)
    {
        foreach (var service in (before ?? []).Except(after ?? []))
        {
            if (all[service].Remove(number) && all[service].Count == 0)
            {
                all.Remove(service);
            }
        }

        foreach (var service in (after ?? []).Except(before ?? []))
        {
            (all.TryGetValue(service, out var numbers) ? numbers : all[service] = []).Add(number);
        }
    }

    private void Move(int service, long number, ServiceStand? before, ServiceStand? after)
    {
        if (before?.Down.Contains(service) == true && _down[service].Remove((-(int)before.Level, number)) && _down[service].Count == 0)
        {
            _down.Remove(service);
        }

        if (after?.Down.Contains(service) == true)
        {
            (_down.TryGetValue(service, out var numbers) ? numbers : _down[service] = []).Add((-(int)after.Level, number));
        }
    }
}
