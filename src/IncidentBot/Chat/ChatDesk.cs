using System.Collections.Concurrent;
using IncidentBot.Channels;
using IncidentBot.Lanes;
using IncidentBot.Rooms;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Storage;

namespace IncidentBot.Chat;

/// <summary>
/// Answers what people say in chats, in this order: 1. is the room ours and the person within their pace, 2. was it done before, 3. which
/// command is it, 4. may they, 5. run it, 6. write effect, audit log, answer and position in one transaction.
/// </summary>
internal sealed partial class ChatDesk(
    IIncidentStore store, ChatListener listener, CurrentSettings settings, PublicAddress address, ChatMetrics metrics, TimeProvider clock,
    ILogger<ChatDesk> logger) : IChatDesk
{
    /// <summary>What is older is passed over without a word: a channel that lost its position reads its history again.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    private const int LongestId = 300;
    private const int LongestThread = 500;
    private const int MostRoomsLogged = 200;

    private readonly PersonPace _pace = new();
    private readonly ConcurrentDictionary<Room, bool> _logged = new();
    private readonly ConcurrentDictionary<(string, string), Lazy<Task<ChatAnswer>>> _running = new();
    private volatile Made? _made;

    /// <summary>One event that comes twice at the same time is one.</summary>
    public async Task<ChatAnswer> AnswerAsync(ChatRequest request, CancellationToken cancellationToken)
    {
        var key = (request.Room.Kind, request.Id);
        var work = _running.GetOrAdd(key, _ => new Lazy<Task<ChatAnswer>>(() => OnceAsync(request, cancellationToken)));
        try
        {
            return await work.Value;
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    public Task ToldAsync(string channel, string id, CancellationToken cancellationToken) =>
        store.Deeds.ToldAsync(channel, id, cancellationToken);

    public async Task<IReadOnlyList<UntoldAnswer>> UntoldAsync(string channel, CancellationToken cancellationToken) =>
    [
        .. (await store.Deeds.UntoldRequestsAsync(channel, cancellationToken)).Select(row => new UntoldAnswer(
            row.Request.Room, row.Request.Id, row.Request.By, row.Request.Thread, row.Request.IsPrivate, AnswerText.Read(row.Answer))),
    ];

    public Task<string?> PositionAsync(string channel, string key, CancellationToken cancellationToken) =>
        store.Deeds.PositionAsync(channel, key, cancellationToken);

    public Task PassAsync(ChatPosition position, CancellationToken cancellationToken) =>
        store.Deeds.PassAsync(new PositionRow(position.Channel, position.Key, position.Value), cancellationToken);

    private async Task<ChatAnswer> OnceAsync(ChatRequest request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var people = Current().People;
        var who = people.Of(request.By, request.ByName);
        if (Door(request, who, now, out var answer) is { } refusal)
        {
            metrics.Refused(refusal);
            await PassAsync(request, cancellationToken);
            return answer;
        }

        if (await store.Deeds.RequestAsync(request.Room.Kind, request.Id, cancellationToken) is { } before)
        {
            metrics.Repeated();
            await PassAsync(request, cancellationToken);
            return AnswerText.Read(before.Answer);
        }

        var heard = await listener.HearAsync(await CallAsync(request, who, now, cancellationToken), request, people, cancellationToken);
        if (heard is null)
        {
            await PassAsync(request, cancellationToken);
            return ChatAnswer.Nothing;
        }

        if (heard.Refusal is { } refused)
        {
            metrics.Refused(refused);
        }
        else
        {
            metrics.Done(request.Room.Kind, heard.Word);
        }

        return await WriteAsync(request, who, heard, cancellationToken);
    }

    private async Task<ChatAnswer> WriteAsync(ChatRequest request, Speaker who, Heard heard, CancellationToken cancellationToken)
    {
        var reply = heard.Reply;
        var deed = new Deed(reply.Effect)
        {
            Audit = reply.What is null ? null
                : new AuditDraft(who.Name, who.Person.ToString(), request.Room.ToString(), heard.Word, reply.Incident, reply.What),
            Request = new RequestDraft(request.Room, request.Id, request.By,
                request.Thread.Length > LongestThread ? "" : request.Thread, request.IsPrivate, PlainText.Line(heard.Asked, 500)),
            Position = Row(request.Position),
            Tell = end =>
            {
                var told = reply.Tell?.Invoke(end) ?? new ChatTold(reply.Answer, heard.Refusal is null ? "asked" : "refused", reply.Question);
                return new DeedWords(AnswerText.Write(told.Answer, told.Question), told.Result);
            },
        };
        return AnswerText.Read((await store.Deeds.DoAsync(deed, cancellationToken)).Answer);
    }

    /// <summary>Whether it is to be looked at; else why not, and what is said all the same.</summary>
    private ChatRefusal? Door(ChatRequest request, Speaker who, DateTimeOffset now, out ChatAnswer answer)
    {
        answer = ChatAnswer.Nothing;
        if (request.IsPrivate ? !who.IsListed : !IsOurs(request.Room))
        {
            if (_logged.Count < MostRoomsLogged && _logged.TryAdd(request.Room, true))
            {
                LogIgnored(request.Room, request.IsPrivate ? "a private chat with somebody who is not in people" : "the room is in no lane");
            }

            return request.IsPrivate ? ChatRefusal.Stranger : ChatRefusal.UnknownRoom;
        }

        if (request.Id.Length is 0 or > LongestId)
        {
            return ChatRefusal.TooLong;
        }

        if (request.Input is ChatInput.Said && now - request.SaidAt > Forgotten)
        {
            return ChatRefusal.TooOld;
        }

        if (!_pace.Allows(request.By, now, out var isFirst))
        {
            answer = isFirst && request.IsAddressed
                ? new ChatAnswer { Place = AnswerPlace.OnlyPerson, Lines = ["That was too much at once: wait a few seconds."] } : answer;
            return ChatRefusal.TooMany;
        }

        return null;
    }

    private async Task<ChatCall> CallAsync(ChatRequest request, Speaker who, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var press = (request.Input as ChatInput.Pressed)?.Press;
        var incident = press is { Incident: > 0 } ? press.Incident
            : request.MessageId is { Length: > 0 and <= LongestId } message
                ? await store.Deeds.IncidentOfAsync(request.Room, message, cancellationToken) : null;
        return new ChatCall
        {
            By = who,
            Room = request.Room,
            Phrase = Phrase.Of((request.Input as ChatInput.Said)?.Text ?? ""),
            Incident = incident,
            IsPress = press is not null,
            Key = $"{request.Room.Kind}:{request.Id}",
            Now = now,
            Zone = who.Zone ?? settings.Value.Server.TimeZone,
            Pages = address.Of(settings.Value.Server),
        };
    }

    /// <summary>A lane shows incidents there, or a step of its escalation does; a topic of such a group too.</summary>
    private bool IsOurs(Room room)
    {
        var rooms = Current().Rooms;
        var slash = room.Id.IndexOf('/', StringComparison.Ordinal);
        return rooms.Contains(room) || (slash > 0 && rooms.Contains(room with { Id = room.Id[..slash] }));
    }

    private Task PassAsync(ChatRequest request, CancellationToken cancellationToken) =>
        Row(request.Position) is { } row ? store.Deeds.PassAsync(row, cancellationToken) : Task.CompletedTask;

    private static PositionRow? Row(ChatPosition? position) =>
        position is null ? null : new PositionRow(position.Channel, position.Key, position.Value);

    private Made Current()
    {
        var options = settings.Value;
        if (_made is { } made && ReferenceEquals(made.Options, options))
        {
            return made;
        }

        var rooms = options.LaneBook.Lanes.SelectMany(lane => lane.Rooms.Concat((lane.Escalate ?? []).SelectMany(step => step.Rooms)));
        made = new Made(options, new People(options.People), rooms.ToHashSet());
        foreach (var word in made.People.AllowedWords.Where(word => !listener.Knows(word)))
        {
            LogNoCommand(word);
        }

        _made = made;
        return made;
    }

    private sealed record Made(BotOptions Options, People People, HashSet<Room> Rooms);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is said in {Room} is ignored: {Reason}. This is logged once")]
    private partial void LogIgnored(Room room, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "people.allow.{Word}: there is no command of this name that acts")]
    private partial void LogNoCommand(string word);
}
