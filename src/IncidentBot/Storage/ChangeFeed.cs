using IncidentBot.Posts;

namespace IncidentBot.Storage;

/// <summary>What a commit changed.</summary>
/// <param name="Wanted">Posts that want something sent by now, or that want nothing any more.</param>
/// <param name="Incidents">Numbers of the incidents that pages show otherwise by now.</param>
internal sealed record StoreChange(IReadOnlyList<Post> Wanted, IReadOnlyList<long> Incidents);

/// <summary>Tells of every commit that changed something, after it and in the order of the commits.</summary>
internal sealed class ChangeFeed
{
    private volatile Action<StoreChange>[] _listeners = [];

    /// <param name="listener">Called by the committing thread: it must return at once.</param>
    public void Subscribe(Action<StoreChange> listener) => _listeners = [.. _listeners, listener];

    /// <summary>Tells everybody; a listener that fails keeps no other from hearing of it.</summary>
    /// <exception cref="AggregateException">Listeners failed.</exception>
    public void Publish(StoreChange change)
    {
        List<Exception>? bugs = null;
        foreach (var listener in _listeners)
        {
            try
            {
                listener(change);
            }
            catch (Exception bug)
            {
                // Whoever listens is not to blame the commit for.
                (bugs ??= []).Add(bug);
            }
        }

        if (bugs is not null)
        {
            throw new AggregateException(bugs);
        }
    }
}
