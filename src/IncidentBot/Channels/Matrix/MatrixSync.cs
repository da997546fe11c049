using System.Text.Json;
using IncidentBot.Loops;
using IncidentBot.Outgoing;
using IncidentBot.Rooms;
using IncidentBot.Settings;

namespace IncidentBot.Channels.Matrix;

/// <summary>
/// Follows the rooms of a homeserver. What a busy hour has pushed out of the news is fetched, so that no command is lost in it; how far it
/// has read is saved after what was said there is done, and an event that comes again is known by its id.
/// </summary>
internal sealed partial class MatrixSync : Loop
{
    private const int WaitMilliseconds = 30_000;
    private const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>Of 100 events each; what is older than that was said long ago.</summary>
    private const int MostPages = 50;

    /// <summary>The filter's content is in its key: another version makes another.</summary>
    private const string FilterKey = "filter 1";

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromMilliseconds(WaitMilliseconds + 10_000);
    private static readonly JsonElement Empty = JsonElement.Parse("{}");

    private readonly CurrentSettings _settings;
    private readonly IChatDesk _desk;
    private readonly ChatDoor _door;
    private readonly ApiClient<IMatrixReads> _matrix;
    private readonly HashSet<string> _strangers = new(StringComparer.Ordinal);
    private MatrixOptions? _options;
    private string? _self;
    private string? _filter;
    private string? _since;

    /// <summary>
    /// The last request was answered. The first one after a failure does not wait for news, so that it soon shows that all is well.
    /// </summary>
    private bool _hears;

    public MatrixSync(LoopBook book, CurrentSettings settings, IHttpClientFactory http, IChatDesk desk, ChatDoor door)
        : base("matrix_sync", book, TimeSpan.FromMinutes(10))
    {
        (_settings, _desk, _door) = (settings, desk, door);
        _matrix = new ApiClient<IMatrixReads>(http, MatrixChannel.Name, MatrixInboundJson.Default, Clock);
        settings.Changed += _ => Wake();
    }

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        var options = _settings.Value.Channels.Matrix;
        if (!ReferenceEquals(options, _options))
        {
            (_options, _self, _filter, _since, _hears) = (options, null, null, null, false);
            if (options?.Hears() != true)
            {
                _door.Listening.End(MatrixChannel.Name);
            }
        }

        if (options?.Hears() != true)
        {
            return null;
        }

        _door.Listening.Begin(MatrixChannel.Name);
        await PrepareAsync(options, stoppingToken);
        await FollowAsync(options, stoppingToken);
        return Clock.GetUtcNow();
    }

    /// <summary>Who the bot is, its filter, and how far it has read.</summary>
    private async Task PrepareAsync(MatrixOptions options, CancellationToken stoppingToken)
    {
        if (_self is null)
        {
            using var call = Begin(options, options.Timeout, stoppingToken);
            var answer = await call.AskAsync((matrix, stop) => matrix.WhoAmIAsync(stop));
            _self = answer.Content?.UserId ?? throw Lost(answer, answer.Content?.Code, answer.Content?.Error, options);
        }

        _filter ??= await _desk.PositionAsync(MatrixChannel.Name, $"{FilterKey} {_self}", stoppingToken);
        if (string.IsNullOrEmpty(_filter))
        {
            using var call = Begin(options, options.Timeout, stoppingToken);
            var answer = await call.AskAsync((matrix, stop) => matrix.MakeFilterAsync(_self, MatrixFilter.OfSync(_self), stop));
            _filter = answer.Content?.FilterId ?? throw Lost(answer, answer.Content?.Code, answer.Content?.Error, options);
            await _desk.PassAsync(new ChatPosition(MatrixChannel.Name, $"{FilterKey} {_self}", _filter), stoppingToken);
        }

        _since ??= await _desk.PositionAsync(MatrixChannel.Name, SinceKey, stoppingToken) ?? "";
    }

    private string SinceKey => $"since {_self}";

    private async Task FollowAsync(MatrixOptions options, CancellationToken stoppingToken)
    {
        // What was said before the bot ever listened is not meant for it.
        var since = _since is { Length: > 0 } ? _since : null;
        using var call = Begin(options, AnswersWithin, stoppingToken);
        var answer = await call.AskAsync((matrix, stop) =>
            matrix.SyncAsync(_filter!, since, _hears && since is not null ? WaitMilliseconds : 0, MaxBytes, stop));
        if (answer is not { Status: 200, Content: { NextBatch: { Length: > 0 } next } news })
        {
            if (answer.Status is 400 or 404 && answer.Content?.Code is not null)
            {
                // The homeserver knows the filter or the token no more, as after it was set up anew.
                await ForgetAsync(stoppingToken);
            }

            throw Lost(answer, answer.Content?.Code, answer.Content?.Error, options);
        }

        _hears = true;
        if (_door.Listening.Heard(MatrixChannel.Name))
        {
            LogHeard();
        }

        foreach (var (room, joined) in news.Rooms?.Join ?? [])
        {
            if (since is not null && joined?.Timeline is { } timeline)
            {
                await TakeAsync(options, room, since, timeline, stoppingToken);
            }
        }

        await AnswerInvitationsAsync(options, news.Rooms?.Invite, stoppingToken);
        if (!string.Equals(next, _since, StringComparison.Ordinal))
        {
            await _desk.PassAsync(new ChatPosition(MatrixChannel.Name, SinceKey, next), stoppingToken);
            _since = next;
        }
    }

    private async Task ForgetAsync(CancellationToken stoppingToken)
    {
        await _desk.PassAsync(new ChatPosition(MatrixChannel.Name, SinceKey, ""), stoppingToken);
        await _desk.PassAsync(new ChatPosition(MatrixChannel.Name, $"{FilterKey} {_self}", ""), stoppingToken);
        (_filter, _since) = (null, null);
    }

    private async Task TakeAsync(MatrixOptions options, string room, string since, MatrixTimeline timeline, CancellationToken stoppingToken)
    {
        if (timeline is { Limited: true, PrevBatch: { } end })
        {
            await CloseGapAsync(options, room, since, end, stoppingToken);
        }

        await TakeAsync(room, timeline.Events, stoppingToken);
    }

    /// <summary>What was said between the last time and what the news begin with.</summary>
    private async Task CloseGapAsync(MatrixOptions options, string room, string since, string end, CancellationToken stoppingToken)
    {
        string? from = since;
        for (var page = 0; page < MostPages && from is not null; page++)
        {
            using var call = Begin(options, AnswersWithin, stoppingToken);
            var start = from;
            var answer = await call.AskAsync((matrix, stop) =>
                matrix.MessagesAsync(room, start, end, MatrixFilter.OfMessages(_self!), MaxBytes, stop));
            if (answer is not { Status: 200, Content.Chunk: { } events })
            {
                if (answer.Content?.Code is "M_FORBIDDEN" or "M_NOT_FOUND" or "M_UNKNOWN" or "M_INVALID_PARAM")
                {
                    LogGap(room);
                    return;
                }

                throw Lost(answer, answer.Content?.Code, answer.Content?.Error, options);
            }

            await TakeAsync(room, events, stoppingToken);
            from = string.Equals(answer.Content.End, start, StringComparison.Ordinal) ? null : answer.Content.End;
        }

        if (from is not null)
        {
            LogGap(room);
        }
    }

    private async Task TakeAsync(string room, List<JsonElement>? events, CancellationToken stoppingToken)
    {
        foreach (var said in events ?? [])
        {
            if (MatrixReader.Read(room, said, _self!, Clock.GetUtcNow(), out var refused) is { } request)
            {
                await _door.TakeInOrderAsync(request, "", stoppingToken);
            }
            else if (refused is { } reason)
            {
                _door.Listening.Refused(MatrixChannel.Name, reason);
            }
        }
    }

    /// <summary>Operators bring the bot into rooms; an invitation by anybody else is left alone.</summary>
    private async Task AnswerInvitationsAsync(
        MatrixOptions options, Dictionary<string, MatrixInvited?>? invitations, CancellationToken stoppingToken)
    {
        foreach (var (room, invited) in invitations ?? [])
        {
            var by = MatrixReader.Inviter(invited?.State?.Events, _self!);
            if (by is not null && _settings.Value.People.Operators.Contains(new Person(MatrixChannel.Name, by)))
            {
                using var call = Begin(options, options.Timeout, stoppingToken);
                var answer = await call.AskAsync((matrix, stop) => matrix.JoinAsync(room, Empty, stop));
                LogJoined(room, answer.Status);
            }
            else if (_strangers.Count < 1000 && _strangers.Add(room))
            {
                _door.Listening.Refused(MatrixChannel.Name, DoorRefusal.Invitation);
            }
        }
    }

    private ApiCall<IMatrixReads> Begin(MatrixOptions options, TimeSpan limit, CancellationToken stoppingToken) =>
        _matrix.Begin(options.Homeserver, $"Bearer {options.AccessToken?.Reveal()}", limit, stoppingToken);

    private MatrixDeafException Lost<T>(ApiAnswer<T> answer, string? code, string? words, MatrixOptions options)
        where T : class
    {
        var reason = code switch
        {
            "M_UNKNOWN_TOKEN" or "M_MISSING_TOKEN" => "the homeserver does not know channels.matrix.access_token",
            not null => VendorWords.Reason($"{answer.Status} {code}: {words}", options.AccessToken),
            null => answer.Failure?.Reason ?? answer.NotTheVendor().Reason,
        };
        _hears = false;
        if (_door.Listening.Deaf(MatrixChannel.Name, reason))
        {
            LogDeaf(reason);
        }

        return new MatrixDeafException(reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Matrix is heard: commands and reactions come in")]
    private partial void LogHeard();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Matrix is not heard: {Reason}")]
    private partial void LogDeaf(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not all that was said in {Room} meanwhile could be fetched: commands in between are lost")]
    private partial void LogGap(string room);

    [LoggerMessage(Level = LogLevel.Information, Message = "An operator invites to {Room}: answered with {Status}")]
    private partial void LogJoined(string room, int status);
}

/// <summary>The homeserver gives no news now.</summary>
internal sealed class MatrixDeafException(string reason) : TransientException(reason);
