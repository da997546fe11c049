using System.Collections.Concurrent;
using IncidentBot.Loops;
using IncidentBot.Settings;

namespace IncidentBot.Channels;

/// <summary>
/// Brings answers to people: each at once, again while the vendor cannot take it, and at the start those that the end of the program cut
/// off. The desk remembers an answer until it is told, so nothing here has to be kept.
/// </summary>
internal sealed partial class AnswerLoop : Loop
{
    /// <summary>An answer that comes later than this answers nobody.</summary>
    private static readonly TimeSpan GivesUpAfter = TimeSpan.FromMinutes(10);

    private const int MostAtOnce = 8;
    private const int MostWaiting = 5000;

    /// <summary>More than can wait, so that nothing that waits is forgotten and taken on again.</summary>
    private const int MostTaken = 2 * MostWaiting;

    private readonly Lock _lock = new();
    private readonly PriorityQueue<Telling, DateTimeOffset> _waiting = new();
    private readonly ConcurrentDictionary<(string Channel, string Result), long> _told = new();
    private readonly CurrentSettings _settings;
    private readonly IChatDesk _desk;
    private readonly IHttpClientFactory _http;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>
    /// Requests whose answers were taken on, the latest ones: what comes twice, as a mention in Slack does, or is read back at the start,
    /// is answered once.
    /// </summary>
    private readonly OrderedDictionary<(string Channel, string Id), bool> _taken = [];
    private (BotOptions Options, Dictionary<string, IChatVoice?> Voices)? _made;
    private int _running;

    public AnswerLoop(LoopBook book, CurrentSettings settings, IChatDesk desk, IHttpClientFactory http)
        : base("chat_answers", book, TimeSpan.FromMinutes(10))
    {
        (_settings, _desk, _http) = (settings, desk, http);
        settings.Changed += _ => Wake();
    }

    /// <summary>How tellings ended since the start, by channel: <c>told</c>, <c>refused</c>, <c>late</c>.</summary>
    public IReadOnlyList<(string Channel, string Result, long Count)> Told =>
        [.. _told.Select(pair => (pair.Key.Channel, pair.Key.Result, pair.Value)).OrderBy(row => row.Channel, StringComparer.Ordinal)
            .ThenBy(row => row.Result, StringComparer.Ordinal)];

    /// <summary>Has an answer told, soon.</summary>
    /// <param name="live">See <see cref="IChatVoice.TellAsync"/>.</param>
    public void Tell(UntoldAnswer answer, string live)
    {
        var now = Clock.GetUtcNow();
        lock (_lock)
        {
            if (_waiting.Count >= MostWaiting)
            {
                Count(answer, "late");
                return;
            }

            if (IsNew(answer))
            {
                _waiting.Enqueue(new Telling(answer, live, now, 0), now);
            }
        }

        Wake();
    }

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        await ReadUntoldAsync(now, stoppingToken);
        lock (_lock)
        {
            while (_running < MostAtOnce && _waiting.TryPeek(out var telling, out var due) && due <= now)
            {
                _waiting.Dequeue();
                _running++;
                _ = TellAsync(telling, Voice(telling.Answer.Room.Kind), stoppingToken);
            }

            return _running < MostAtOnce && _waiting.TryPeek(out _, out var next) ? next : null;
        }
    }

    /// <summary>What the last run of the program did not get told, once for each channel that is heard.</summary>
    private async Task ReadUntoldAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        foreach (var kind in ChannelCatalog.Kinds.Where(kind => kind.Hears(_settings.Value.Channels) && !_read.Contains(kind.Name)))
        {
            var untold = await _desk.UntoldAsync(kind.Name, stoppingToken);
            lock (_lock)
            {
                _read.Add(kind.Name);
                foreach (var answer in untold.Where(IsNew))
                {
                    _waiting.Enqueue(new Telling(answer, "", now, 0), now);
                }
            }
        }
    }

    /// <summary>Called under the lock.</summary>
    private bool IsNew(UntoldAnswer answer)
    {
        if (!_taken.TryAdd((answer.Room.Kind, answer.Id), true))
        {
            return false;
        }

        if (_taken.Count > MostTaken)
        {
            _taken.RemoveAt(0);
        }

        return true;
    }

    private IChatVoice? Voice(string kind)
    {
        var options = _settings.Value;
        if (_made is not { } made || !ReferenceEquals(made.Options, options))
        {
            _made = made = (options, ChannelCatalog.Kinds.ToDictionary(
                one => one.Name, one => one.MakeVoice(options.Channels, _http, Clock), StringComparer.Ordinal));
        }

        return made.Voices.GetValueOrDefault(kind);
    }

    private async Task TellAsync(Telling telling, IChatVoice? voice, CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            var result = voice is null ? new SendResult.Refused("the channel is not configured any more", WholeRoom: true)
                : await voice.TellAsync(telling.Answer, telling.Live, stoppingToken);
            await EndAsync(telling, result, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // It is told at the next start.
        }
        catch (TransientException)
        {
            // That it was told could not be written down: at worst it is told again at the next start.
        }
        catch (Exception failure)
        {
            LogBug(failure, telling.Answer.Room.Kind);
        }

        lock (_lock)
        {
            _running--;
        }

        Wake();
    }

    private async Task EndAsync(Telling telling, SendResult result, CancellationToken stoppingToken)
    {
        var answer = telling.Answer;
        var now = Clock.GetUtcNow();
        if (result is SendResult.TryAgain later && now - telling.Begun < GivesUpAfter)
        {
            var after = later.After ?? LoopFailure.Backoff(telling.Attempts + 1);
            lock (_lock)
            {
                _waiting.Enqueue(telling with { Attempts = telling.Attempts + 1 }, now + after);
            }

            return;
        }

        Count(answer, result switch { SendResult.Delivered => "told", SendResult.TryAgain or SendResult.Gone => "late", _ => "refused" });
        if (result is not (SendResult.Delivered or SendResult.Gone))
        {
            LogNotTold(answer.Room.Kind, result);
        }

        if (answer.Answer.Lines.Count > 0)
        {
            await _desk.ToldAsync(answer.Room.Kind, answer.Id, stoppingToken);
        }
    }

    private void Count(UntoldAnswer answer, string result) =>
        _told.AddOrUpdate((answer.Room.Kind, result), 1, (_, count) => count + 1);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An answer in {Channel} did not reach its person: {Result}")]
    private partial void LogNotTold(string channel, SendResult result);

    [LoggerMessage(Level = LogLevel.Error, Message = "An answer in {Channel} met a bug and is told again at the next start")]
    private partial void LogBug(Exception failure, string channel);

    /// <summary>An answer on its way.</summary>
    private sealed record Telling(UntoldAnswer Answer, string Live, DateTimeOffset Begun, int Attempts);
}
