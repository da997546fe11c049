namespace IncidentBot.Incidents;

/// <summary>From when to when something fired.</summary>
internal readonly record struct FiringInterval(DateTimeOffset From, DateTimeOffset To);

/// <summary>
/// The times in which an incident fired, as a union of intervals. Union does not care about order or repetition, so neither
/// does what is read off it: how often the incident flapped and since when it burns.
/// </summary>
internal sealed class FiringIntervals : IEquatable<FiringIntervals>
{
    /// <summary>An incident that flaps for days keeps its latest stretches only; the number of older ones is counted.</summary>
    public const int Kept = 64;

    public static readonly FiringIntervals None = new([], 0);

    public FiringIntervals(IReadOnlyList<FiringInterval> ended, int forgotten)
    {
        Ended = ended;
        Forgotten = forgotten;
    }

    /// <summary>Sorted, disjoint, all in the past.</summary>
    public IReadOnlyList<FiringInterval> Ended { get; }

    /// <summary>How many stretches came before the first that is kept.</summary>
    public int Forgotten { get; }

    public FiringIntervals Add(FiringInterval added)
    {
        if (added.To < added.From)
        {
            added = new FiringInterval(added.From, added.From);
        }

        if (Forgotten > 0 && added.To < Ended[0].From)
        {
            // It is one of those that are counted already; to count it again whenever it is said would make flaps of words.
            return this;
        }

        var union = new List<FiringInterval>(Ended.Count + 1);
        var placed = false;
        foreach (var stretch in Ended)
        {
            if (stretch.To < added.From)
            {
                union.Add(stretch);
            }
            else if (stretch.From > added.To)
            {
                if (!placed)
                {
                    union.Add(added);
                    placed = true;
                }

                union.Add(stretch);
            }
            else
            {
                added = new FiringInterval(Earlier(stretch.From, added.From), Later(stretch.To, added.To));
            }
        }

        if (!placed)
        {
            union.Add(added);
        }

        var surplus = Math.Max(0, union.Count - Kept);
        union.RemoveRange(0, surplus);
        var result = new FiringIntervals(union, Forgotten + surplus);
        return Equals(result) ? this : result;
    }

    /// <summary>How often it began to burn again after nothing had fired.</summary>
    public int Flaps(DateTimeOffset? firingSince) => Math.Max(0, Begins(firingSince).Count + Forgotten - 1);

    /// <summary>How often it began to burn after a moment, of what is kept.</summary>
    public int BeginsAfter(DateTimeOffset moment, DateTimeOffset? firingSince) => Begins(firingSince).Count(begin => begin > moment);

    /// <summary>The latest stretch; open ended while something fires since <paramref name="firingSince"/>.</summary>
    public (DateTimeOffset From, DateTimeOffset? To) Latest(DateTimeOffset? firingSince)
    {
        if (firingSince is not { } since)
        {
            return Ended.Count == 0 ? (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) : (Ended[^1].From, Ended[^1].To);
        }

        var from = since;
        for (var i = Ended.Count - 1; i >= 0 && Ended[i].To >= from; i--)
        {
            from = Earlier(from, Ended[i].From);
        }

        return (from, null);
    }

    public bool Equals(FiringIntervals? other) => other is not null && Forgotten == other.Forgotten && Ended.SequenceEqual(other.Ended);

    public override bool Equals(object? obj) => Equals(obj as FiringIntervals);

    public override int GetHashCode() => HashCode.Combine(Ended.Count, Forgotten);

    private List<DateTimeOffset> Begins(DateTimeOffset? firingSince)
    {
        var begins = Ended.Where(stretch => firingSince is not { } since || stretch.To < since).Select(stretch => stretch.From).ToList();
        if (firingSince is not null)
        {
            begins.Add(Latest(firingSince).From);
        }

        return begins;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
