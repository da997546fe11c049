using System.Diagnostics.CodeAnalysis;
using IncidentBot.Incidents;
using IncidentBot.Posts;

namespace IncidentBot.Storage;

/// <summary>An incident with its lane and posts, as the database has it.</summary>
internal sealed record StoredIncident(Incident Incident, string Lane, IReadOnlyList<Post> Posts);

/// <summary>
/// The incidents that were spoken of last, so that a repeated notification costs no read. Bounded by the size of what it
/// holds; the least recently used go first. Used by one thread.
/// </summary>
internal sealed class IncidentCache(long capacityBytes)
{
    private readonly Dictionary<long, LinkedListNode<Entry>> _byNumber = [];
    private readonly Dictionary<IncidentKey, long> _byKey = [];
    private readonly Dictionary<(string Source, string Fingerprint), long> _owners = [];
    private readonly Dictionary<long, long> _byPost = [];
    private readonly LinkedList<Entry> _recent = new();
    private readonly HashSet<long> _unpublished = [];
    private long _bytes;

    /// <summary>What is committed of what is held here, for other threads.</summary>
    public CommittedIncidents Committed { get; } = new();

    public bool TryGet(long number, [NotNullWhen(true)] out StoredIncident? stored)
    {
        stored = null;
        if (_byNumber.TryGetValue(number, out var node))
        {
            if (!ReferenceEquals(node, _recent.First))
            {
                _recent.Remove(node);
                _recent.AddFirst(node);
            }

            stored = node.Value.Stored;
        }

        return stored is not null;
    }

    /// <summary>The incident that a post shows, when that is held here.</summary>
    public long? OfPost(long post) => _byPost.TryGetValue(post, out var number) ? number : null;

    /// <summary>The latest incident of a key, when that is held here.</summary>
    public long? Number(IncidentKey key) => _byKey.TryGetValue(key, out var number) ? number : null;

    /// <summary>The incident that last had an alert, when that is held here.</summary>
    public long? Owner(string source, string fingerprint) => _owners.TryGetValue((source, fingerprint), out var number) ? number : null;

    public void Put(StoredIncident stored)
    {
        var incident = stored.Incident;
        if (_byNumber.TryGetValue(incident.Number, out var held))
        {
            if (!ReferenceEquals(held.Value.Stored.Incident.Alerts, incident.Alerts))
            {
                _bytes -= held.Value.Bytes;
                held.Value.Bytes = Size(incident);
                _bytes += held.Value.Bytes;
            }

            held.Value.Stored = stored;
            TryGet(incident.Number, out _);
        }
        else
        {
            var entry = new Entry { Stored = stored, Bytes = Size(incident) };
            _byNumber[incident.Number] = _recent.AddFirst(entry);
            _bytes += entry.Bytes;
        }

        foreach (var post in stored.Posts)
        {
            _byPost[post.Id] = incident.Number;
        }

        Withdraw(incident);
        while (_bytes > capacityBytes && _recent.Count > 1)
        {
            Remove(_recent.Last!.Value.Stored.Incident.Number);
        }
    }

    /// <summary>
    /// Remembers that a held incident is the latest of its key. Only the database knows: an older one may be held while the
    /// latest is not.
    /// </summary>
    public void IsLatest(long number)
    {
        if (_byNumber.TryGetValue(number, out var node))
        {
            _byKey[node.Value.Stored.Incident.Key] = number;
            Withdraw(node.Value.Stored.Incident);
        }
    }

    /// <summary>Remembers that a held incident is the last that had an alert, which only the database knows too.</summary>
    public void Owns(long number, string fingerprint)
    {
        if (_byNumber.TryGetValue(number, out var node))
        {
            var incident = node.Value.Stored.Incident;
            if (Owner(incident.Key.Source, fingerprint) is { } before && before != number && _byNumber.TryGetValue(before, out var other))
            {
                Withdraw(other.Value.Stored.Incident);
            }

            _owners[(incident.Key.Source, fingerprint)] = number;
            node.Value.Owned.Add(fingerprint);
            Withdraw(incident);
        }
    }

    /// <summary>An incident has forgotten an alert.</summary>
    public void Disown(long number, string source, string fingerprint)
    {
        if (_owners.TryGetValue((source, fingerprint), out var owner) && owner == number)
        {
            _owners.Remove((source, fingerprint));
        }
    }

    public void Remove(long number)
    {
        if (!_byNumber.Remove(number, out var node))
        {
            return;
        }

        var incident = node.Value.Stored.Incident;
        Committed.Withdraw(incident.Key, number);
        _recent.Remove(node);
        _bytes -= node.Value.Bytes;
        foreach (var post in node.Value.Stored.Posts)
        {
            _byPost.Remove(post.Id);
        }

        if (_byKey.TryGetValue(incident.Key, out var latest) && latest == number)
        {
            _byKey.Remove(incident.Key);
        }

        foreach (var fingerprint in node.Value.Owned)
        {
            if (_owners.TryGetValue((incident.Key.Source, fingerprint), out var owner) && owner == number)
            {
                _owners.Remove((incident.Key.Source, fingerprint));
            }
        }
    }

    /// <summary>
    /// After a commit: makes public what is held of the incidents that were spoken of since the one before, where it is all that
    /// decides about a repetition.
    /// </summary>
    public void Publish()
    {
        foreach (var number in _unpublished)
        {
            if (_byNumber.TryGetValue(number, out var node) && node.Value.Stored.Incident is var incident
                && Number(incident.Key) == number
                && incident.Alerts.Keys.All(fingerprint => Owner(incident.Key.Source, fingerprint) == number))
            {
                Committed.Publish(incident);
            }
        }

        _unpublished.Clear();
    }

    private void Withdraw(Incident incident)
    {
        Committed.Withdraw(incident.Key);
        _unpublished.Add(incident.Number);
    }

    private static long Size(Incident incident)
    {
        long bytes = 1000;
        foreach (var alert in incident.Alerts.Values)
        {
            bytes += 500;
            foreach (var label in alert.Labels)
            {
                bytes += 60 + (2 * (label.Name.Length + label.Value.Length));
            }

            foreach (var label in alert.Annotations)
            {
                bytes += 60 + (2 * (label.Name.Length + label.Value.Length));
            }
        }

        return bytes;
    }

    private sealed class Entry
    {
        public required StoredIncident Stored { get; set; }

        public required long Bytes { get; set; }

        /// <summary>Alerts of which it is known that no later incident has them.</summary>
        public HashSet<string> Owned { get; } = new(StringComparer.Ordinal);
    }
}
