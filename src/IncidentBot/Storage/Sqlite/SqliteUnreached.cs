using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// Has people called elsewhere when a room refuses everything: in the other rooms of an urgent incident, or by its next step of
/// escalation where it has no other. Used by the committing thread alone.
/// </summary>
internal sealed class SqliteUnreached(SqliteLedger ledger, SqliteIncidents incidents)
{
    /// <param name="numbers">The incidents that wait for the room.</param>
    public void Call(IEnumerable<long> numbers, Room room, string reason, Rulebook by)
    {
        foreach (var number in numbers.Where(number => ledger.SetAsideUntil(number) is null))
        {
            SqliteLedger.With(number, () => Call(ledger.Load(number), room, reason, by));
        }
    }

    private bool Call(StoredIncident? stored, Room room, string reason, Rulebook by)
    {
        var elsewhere = stored?.Posts.Any(post => post.Room != room && post.State != PostState.Refused) == true;
        if (stored is null
            || Turn.Unreached(stored.Incident, stored.Lane, $"{room} ({reason})", elsewhere, by, ledger.Now) is not { } turn)
        {
            return false;
        }

        incidents.Write(stored, turn);
        return true;
    }
}
