using IncidentBot.Rooms;

namespace IncidentBot.Chat;

/// <summary>
/// How much one person may ask, so that nobody keeps the bot from answering others: so many at once, then one each second. Bounded.
/// </summary>
internal sealed class PersonPace
{
    /// <summary>So many requests at once are for somebody in a hurry.</summary>
    public const int AtOnce = 15;

    private const int MostPeople = 10_000;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Person, DateTimeOffset> _fullAt = [];
    private readonly HashSet<Person> _told = [];

    /// <summary>Counts a request. False when it is one too many; <paramref name="isFirst"/> for the first of those.</summary>
    public bool Allows(Person person, DateTimeOffset now, out bool isFirst)
    {
        lock (_lock)
        {
            if (_fullAt.Count >= MostPeople && !_fullAt.ContainsKey(person))
            {
                foreach (var idle in _fullAt.Where(one => one.Value <= now).Select(one => one.Key).ToList())
                {
                    _fullAt.Remove(idle);
                }

                _told.Clear();
                if (_fullAt.Count >= MostPeople)
                {
                    _fullAt.Clear();
                }
            }

            // The moment at which everything that was asked will have been paid for.
            var paid = _fullAt.TryGetValue(person, out var known) && known > now ? known : now;
            isFirst = false;
            if (paid - now >= Every * AtOnce)
            {
                isFirst = _told.Add(person);
                return false;
            }

            _told.Remove(person);
            _fullAt[person] = paid + Every;
            return true;
        }
    }
}
