using IncidentBot.Telemetry;

namespace IncidentBot.Chat;

/// <summary>Why something that was said is not done.</summary>
internal enum ChatRefusal
{
    /// <summary>The room is in no lane.</summary>
    UnknownRoom,

    /// <summary>A private chat with somebody whom the configuration does not name.</summary>
    Stranger,

    /// <summary>They may read and not act.</summary>
    NotAllowed,

    /// <summary>Too many at once by one person.</summary>
    TooMany,

    /// <summary>Too long to be a command.</summary>
    TooLong,

    /// <summary>Said too long ago.</summary>
    TooOld,

    /// <summary>A button that is not ours.</summary>
    UnknownButton,
}

/// <summary>What was said to the bot and what became of it, by kind of chat.</summary>
internal sealed class ChatMetrics : IMetricSource
{
    private static readonly (ChatRefusal Refusal, string Word)[] Refusals =
    [
        (ChatRefusal.UnknownRoom, "unknown_room"), (ChatRefusal.Stranger, "stranger"), (ChatRefusal.NotAllowed, "not_allowed"),
        (ChatRefusal.TooMany, "too_many"), (ChatRefusal.TooLong, "too_long"), (ChatRefusal.TooOld, "too_old"),
        (ChatRefusal.UnknownButton, "unknown_button"),
    ];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Channel, string Command), long> _done = [];
    private readonly long[] _refused = new long[Refusals.Length];
    private long _repeated;

    /// <param name="channel">The kind of chat: of the program's own few.</param>
    /// <param name="command">The word of a command.</param>
    public void Done(string channel, string command)
    {
        lock (_lock)
        {
            _done[(channel, command)] = _done.GetValueOrDefault((channel, command)) + 1;
        }
    }

    public void Refused(ChatRefusal refusal) => Interlocked.Increment(ref _refused[(int)refusal]);

    public long CountOf(ChatRefusal refusal) => Interlocked.Read(ref _refused[(int)refusal]);

    /// <summary>A request that had been done before.</summary>
    public void Repeated() => Interlocked.Increment(ref _repeated);

    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        text.Family("incidentbot_chat_commands_total", "counter", "Commands and presses that were answered, by kind of chat.");
        lock (_lock)
        {
            foreach (var ((channel, command), count) in _done)
            {
                text.Sample("incidentbot_chat_commands_total", count, ("channel", channel), ("command", command));
            }
        }

        text.Family("incidentbot_chat_refused_total", "counter", "Commands and presses that were not done, by why.");
        foreach (var (refusal, word) in Refusals)
        {
            text.Sample("incidentbot_chat_refused_total", CountOf(refusal), ("reason", word));
        }

        text.Single("incidentbot_chat_repeated_total", "counter", "Requests that a vendor told of again; they are done once.",
            Interlocked.Read(ref _repeated));
        return ValueTask.CompletedTask;
    }
}
