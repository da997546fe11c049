using IncidentBot.Incidents;
using IncidentBot.Lanes;

namespace IncidentBot.Storage.Sqlite;

/// <summary>Writes what people do: effect, audit log, request and position. Used by the committing thread alone.</summary>
internal sealed class SqliteDeeds(SqliteLedger ledger, SqliteTables tables, SqliteIncidents incidents, SqliteIntake intake)
{
    public const string RequestColumns = "number, room, id, person, thread, private, asked, at, answer, told";

    public const string SilenceColumns =
        "number, key, source, incident, matchers, by, comment, made_at, until, until_resolved, id, state";

    /// <summary>
    /// For how long a request is remembered. No vendor tells of an event again after a day, and what a channel reads again that is older
    /// than a day is passed over by its age.
    /// </summary>
    private static readonly TimeSpan RequestsKept = TimeSpan.FromHours(48);

    private static readonly TimeSpan AuditKept = TimeSpan.FromDays(400);
    private static readonly TimeSpan SilencesKept = TimeSpan.FromDays(90);

    /// <summary>So many old rows are deleted with each new one at the most, so that nobody waits for it.</summary>
    private const long FewOld = 4;

    public DeedResult Do(Deed deed, Rulebook by)
    {
        ledger.Begin();
        if (deed.Position is { } position)
        {
            Pass(position);
        }

        if (deed.Request is { } request && Find(request) is var (before, answer))
        {
            return new DeedResult(null, answer, before);
        }

        var end = Apply(deed.Effect, by);
        var words = deed.Tell(end);
        if (deed.Audit is { } audit)
        {
            Add(audit, words.Result);
        }

        return new DeedResult(end, words.Answer, deed.Request is { } asked ? Add(asked, words.Answer) : 0);
    }

    public bool Pass(PositionRow position)
    {
        ledger.Begin();
        tables.Execute("INSERT INTO chat_positions (channel, key, value) VALUES ($0, $1, $2) ON CONFLICT (channel, key) DO UPDATE SET value = excluded.value",
            position.Channel, position.Key, position.Value);
        return true;
    }

    public bool Told(string channel, string id)
    {
        ledger.Begin();
        tables.Execute("UPDATE chat_requests SET told = 1 WHERE channel = $0 AND id = $1", channel, id);
        return true;
    }

    public (SilenceRow Row, bool IsNew) Want(SilenceRow silence)
    {
        ledger.Begin();
        if (Wanted(silence.Key) is { } there)
        {
            return (there, false);
        }

        tables.Execute($"DELETE FROM silences WHERE number IN (SELECT number FROM silences WHERE NOT ({Sql.SilenceIsOpen}) AND until < $0 ORDER BY number LIMIT $1)",
            Stored.Time(ledger.Now - SilencesKept), FewOld);
        tables.Execute(
            """
            INSERT INTO silences (key, source, incident, matchers, by, comment, made_at, until, until_resolved, id, state)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """, silence.Key, silence.Source, silence.Incident, StoredSilence.Text(silence.Matchers), silence.By, silence.Comment,
            Stored.Time(silence.MadeAt), Stored.Time(silence.Until), silence.UntilResolved ? 1L : 0L, silence.Id, (long)silence.State);
        return (Wanted(silence.Key)!, true);
    }

    private SilenceRow? Wanted(string key) =>
        tables.Query($"SELECT {SilenceColumns} FROM silences WHERE key = $0", StoredSilence.Read, key) is [var row, ..] ? row : null;

    private DeedEnd Apply(Effect effect, Rulebook by)
    {
        switch (effect)
        {
            case Effect.Nothing:
                return new DeedEnd(DeedOutcome.Done);
            case Effect.SilenceIs silence:
                Write(silence.Silence);
                return Mark(silence.Marks, by);
            case Effect.Marked marked:
                return Mark(marked.Marks, by);
            case Effect.Acknowledge taking:
                return Act(taking.Number, stored => HeldByAnother(stored.Incident, taking) ? DeedOutcome.Held : DeedOutcome.Done,
                    (stored, now) => Turn.Acknowledge(stored.Incident, stored.Lane, taking.By, taking.Comment, by, now));
            case Effect.GiveBack giving:
                return Act(giving.Number, null, (stored, now) => Turn.Withdraw(stored.Incident, stored.Lane, giving.By, by, now));
            case Effect.Note note:
                return Act(note.Number, null, (stored, now) => Turn.Of(stored.Incident, stored.Lane,
                    ByHand.Note(stored.Incident, note.By, note.Text, now), by, now), alsoWhenOver: true);
            case Effect.SilenceEnds ending:
                return Act(ending.Number, null, (stored, now) => Turn.Of(stored.Incident, stored.Lane,
                    ByHand.SilenceEnds(stored.Incident, ending.Minutes, ending.By, now), by, now));
            case Effect.Escalate calling:
                return Act(calling.Number, null, (stored, now) => Turn.Escalate(stored.Incident, stored.Lane, calling.By, by, now));
            case Effect.ResolveOwn resolving:
                return Act(resolving.Number, stored => ByHand.IsOwn(stored.Incident) ? DeedOutcome.Done : DeedOutcome.NotOwn,
                    (stored, now) => Turn.Of(stored.Incident, stored.Lane, ByHand.Resolve(stored.Incident, resolving.By, now), by, now));
            default:
                throw new InvalidOperationException($"{effect.GetType().Name} is not known");
        }
    }

    private DeedEnd Mark(IReadOnlyList<Finding.Marked> marks, Rulebook by)
    {
        foreach (var mark in marks)
        {
            intake.Reconcile(mark, by);
        }

        return new DeedEnd(DeedOutcome.Done);
    }

    private static bool HeldByAnother(Incident incident, Effect.Acknowledge taking) => !taking.TakesOver
        && incident.Escalation.Acknowledged is { } taken && !string.Equals(taken.By, taking.By, StringComparison.Ordinal);

    /// <param name="allows">Whether it may be done to this incident; null for always.</param>
    private DeedEnd Act(long number, Func<StoredIncident, DeedOutcome>? allows, Func<StoredIncident, DateTimeOffset, Turn?> act,
        bool alsoWhenOver = false)
    {
        if (ledger.Load(number) is not { } stored)
        {
            return new DeedEnd(DeedOutcome.Unknown);
        }

        var before = stored.Incident;
        if (before.Status == IncidentStatus.Resolved && !alsoWhenOver)
        {
            return new DeedEnd(DeedOutcome.Over, before, before);
        }

        if (allows?.Invoke(stored) is { } refused and not DeedOutcome.Done)
        {
            return new DeedEnd(refused, before, before);
        }

        return SqliteLedger.With(number, () =>
        {
            if (act(stored, ledger.Now) is not { } turn)
            {
                return new DeedEnd(DeedOutcome.AlreadySo, before, before);
            }

            incidents.Write(stored, turn);
            return new DeedEnd(DeedOutcome.Done, before, turn.Incident);
        });
    }

    private (long Number, string Answer)? Find(RequestDraft request)
    {
        var found = tables.Query("SELECT number, answer FROM chat_requests WHERE channel = $0 AND id = $1",
            row => (row.GetInt64(0), row.GetString(1)), request.Room.Kind, request.Id);
        return found.Count > 0 ? found[0] : null;
    }

    private long Add(RequestDraft request, string answer)
    {
        tables.Execute("DELETE FROM chat_requests WHERE number IN (SELECT number FROM chat_requests WHERE at < $0 ORDER BY at LIMIT $1)",
            Stored.Time(ledger.Now - RequestsKept), FewOld);
        return tables.Query(
            """
            INSERT INTO chat_requests (channel, id, room, person, thread, private, asked, answer, told, at)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING number
            """,
            row => row.GetInt64(0), request.Room.Kind, request.Id, request.Room.ToString(), request.By.ToString(), request.Thread,
            request.IsPrivate ? 1L : 0L, request.Asked, answer, answer.Length == 0 ? 1L : 0L, Stored.Time(ledger.Now))[0];
    }

    private void Add(AuditDraft audit, string result)
    {
        tables.Execute("DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < $0 ORDER BY at LIMIT $1)",
            Stored.Time(ledger.Now - AuditKept), FewOld);
        tables.Execute(
            "INSERT INTO audit (at, name, person, place, action, incident, what, result) VALUES ($0, $1, $2, $3, $4, $5, $6, $7)",
            Stored.Time(ledger.Now), audit.Name, audit.Person, audit.Place, audit.Action, audit.Incident, audit.What, result);
    }

    private void Write(SilenceRow silence) => tables.Execute(
        "UPDATE silences SET until = $1, id = $2, state = $3 WHERE number = $0",
        silence.Number, Stored.Time(silence.Until), silence.Id, (long)silence.State);
}
