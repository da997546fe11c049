using IncidentBot.Incidents;
using IncidentBot.Rooms;

namespace IncidentBot.Storage;

/// <summary>What somebody wants done to what is stored.</summary>
internal abstract record Effect
{
    private Effect()
    {
    }

    /// <summary>Nothing: something was asked or refused, and that is to be remembered.</summary>
    internal sealed record Nothing : Effect;

    /// <summary>Somebody takes an incident on: nothing escalates any more.</summary>
    /// <param name="By">Hostile text, not empty.</param>
    /// <param name="Comment">Hostile text. May be empty.</param>
    /// <param name="TakesOver">Also when somebody else has it; otherwise that is left alone and said.</param>
    internal sealed record Acknowledge(long Number, string By, string Comment, bool TakesOver) : Effect;

    /// <summary>Somebody gives an incident back: people are called as if it had just begun.</summary>
    internal sealed record GiveBack(long Number, string By) : Effect;

    /// <summary>Somebody writes a line into an incident's history.</summary>
    internal sealed record Note(long Number, string By, string Text) : Effect;

    /// <summary>Somebody has the next people called now.</summary>
    internal sealed record Escalate(long Number, string By) : Effect;

    /// <summary>Somebody ends an incident of IncidentBot's own source; those of others end when their Alertmanager says so.</summary>
    internal sealed record ResolveOwn(long Number, string By) : Effect;

    /// <summary>The silence that hides all of an incident ends soon: its thread is told.</summary>
    internal sealed record SilenceEnds(long Number, int Minutes, string By) : Effect;

    /// <summary>Alerts of open incidents are hidden by a silence of elsewhere, or no more.</summary>
    internal sealed record Marked(IReadOnlyList<Finding.Marked> Marks) : Effect;

    /// <summary>
    /// A silence is as this row says from now on, and so are the alerts of open incidents that it hides or hides no more.
    /// </summary>
    internal sealed record SilenceIs(SilenceRow Silence, IReadOnlyList<Finding.Marked> Marks) : Effect;
}

/// <summary>What became of an effect.</summary>
internal enum DeedOutcome
{
    /// <summary>It is so now.</summary>
    Done,

    /// <summary>It was so before; nothing changed.</summary>
    AlreadySo,

    /// <summary>There is no incident of this number, or no more.</summary>
    Unknown,

    /// <summary>The incident is resolved.</summary>
    Over,

    /// <summary>Somebody else has it, and taking over was not asked for.</summary>
    Held,

    /// <summary>The incident is another program's.</summary>
    NotOwn,
}

/// <summary>How an effect ended.</summary>
/// <param name="Before">The incident as it was, where the effect is about one that exists.</param>
/// <param name="After">The incident as it is.</param>
internal sealed record DeedEnd(DeedOutcome Outcome, Incident? Before = null, Incident? After = null);

/// <summary>A line of the audit log before it has its number: who wants what, where.</summary>
/// <param name="Name">The name that history tells; hostile text.</param>
/// <param name="Person">By what they are known: <c>slack:U024BE7LH</c>, <c>web:ada</c>, <c>token</c>; empty where nothing is
/// known.</param>
/// <param name="Place">Where: the room, <c>page</c>, <c>api</c> or <c>link</c>.</param>
/// <param name="Action">The command's word: <c>ack</c>.</param>
/// <param name="Incident">The incident it is about; null for none.</param>
/// <param name="What">What exactly, in words: hostile text. May be empty.</param>
internal sealed record AuditDraft(string Name, string Person, string Place, string Action, long? Incident, string What);

/// <summary>One line of the audit log.</summary>
/// <param name="Result">What became of it, in words.</param>
internal sealed record AuditEntry(long Id, DateTimeOffset At, AuditDraft Deed, string Result);

/// <summary>A request from a chat, as it is remembered so that it is done once.</summary>
/// <param name="Room">Where it was said.</param>
/// <param name="Id">Unique within the channel.</param>
/// <param name="Thread">Where the channel answers, in its own words.</param>
/// <param name="Asked">What was asked, in the words of a command: a question's yes does it then.</param>
internal sealed record RequestDraft(Room Room, string Id, Person By, string Thread, bool IsPrivate, string Asked);

/// <summary>A request that was answered.</summary>
/// <param name="Number">By which a button names it.</param>
/// <param name="Answer">As the chat wrote it.</param>
internal sealed record RequestRow(long Number, RequestDraft Request, DateTimeOffset At, string Answer, bool Told);

/// <summary>How far a channel has read.</summary>
internal sealed record PositionRow(string Channel, string Key, string Value);

/// <summary>Something that is done once, with all that is written together with it.</summary>
internal sealed record Deed(Effect Effect)
{
    /// <summary>The line of the audit log; null for what only reads.</summary>
    public AuditDraft? Audit { get; init; }

    /// <summary>The request that asks for it; when one of its channel and id is there already, nothing is done.</summary>
    public RequestDraft? Request { get; init; }

    /// <summary>What is answered and what the audit log says of it. Pure: it may be called twice.</summary>
    public required Func<DeedEnd, DeedWords> Tell { get; init; }

    public PositionRow? Position { get; init; }
}

/// <summary>What is remembered of how a deed ended.</summary>
/// <param name="Answer">What the request is answered with; not read where there is no request.</param>
/// <param name="Result">For the audit log.</param>
internal readonly record struct DeedWords(string Answer, string Result);

/// <summary>What became of a deed.</summary>
/// <param name="End">Null when the request had been done before.</param>
/// <param name="Answer">What it is answered with: that of the first time.</param>
/// <param name="Number">The number of the request; 0 when there is none.</param>
internal sealed record DeedResult(DeedEnd? End, string Answer, long Number);
