using System.Collections.Concurrent;
using IncidentBot.Outgoing;

namespace IncidentBot.Channels.Matrix;

/// <summary>
/// Posts to Matrix by a homeserver's client API. The attempt's key is the transaction id: a homeserver answers a repetition
/// with the message that it already has, so nothing is ever there twice. Encrypted rooms are refused, because a message that
/// goes there unencrypted defeats what the room's people chose.
/// </summary>
internal sealed class MatrixChannel(MatrixOptions options, IHttpClientFactory http, TimeProvider time) : IChannel
{
    public const string Name = "matrix";

    /// <summary>A room that was not encrypted is taken to be so for this long.</summary>
    private static readonly TimeSpan LooksAgainAfter = TimeSpan.FromMinutes(10);

    private readonly ApiClient<IMatrixApi> _matrix = new(http, Name, MatrixJson.Default, time);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _openUntil = new(StringComparer.Ordinal);

    public string Kind => Name;

    public ChannelLimits Limits { get; } = MatrixLimits.Of(options.Rate);

    public async Task<SendResult> SendAsync(SendAttempt attempt, CancellationToken cancellationToken)
    {
        if (NotARoom(attempt.Room.Id) is { } reason)
        {
            return new SendResult.Refused(reason, WholeRoom: true);
        }

        using var call = _matrix.Begin(options.Homeserver, $"Bearer {options.AccessToken?.Reveal()}", options.Timeout, cancellationToken);
        if (await CheckEncryptionAsync(call, attempt) is { } closed)
        {
            return closed;
        }

        var content = MatrixEvent.Of(attempt, options.Hears());
        var answer = await call.AskAsync((matrix, stop) => matrix.SendAsync(attempt.Room.Id, attempt.Key, content, stop));
        if (answer is { Status: 200, Content.EventId: { Length: > 0 } id })
        {
            return new SendResult.Delivered(attempt is EditAttempt edit ? edit.MessageId : id);
        }

        return MatrixErrors.Of(answer, attempt, options.AccessToken);
    }

    /// <summary>There is no need to look: repeating the attempt finds the message.</summary>
    public Task<FindResult> FindAsync(SendAttempt attempt, CancellationToken cancellationToken) => Task.FromResult(FindResult.ByRepeating);

    private static string? NotARoom(string id) => id switch
    {
        ['!', _, ..] => null,
        ['#', ..] => "a room's alias can be moved to another room: use the room's id, which begins with ! (room settings, advanced)",
        _ => "not a Matrix room: expected its id, which begins with ! (room settings, advanced)",
    };

    /// <summary>Why nothing can be sent now; null when the room is known to be open.</summary>
    private async Task<SendResult?> CheckEncryptionAsync(ApiCall<IMatrixApi> call, SendAttempt attempt)
    {
        var room = attempt.Room.Id;
        if (_openUntil.TryGetValue(room, out var until) && time.GetUtcNow() < until)
        {
            return null;
        }

        var answer = await call.AskAsync((matrix, stop) => matrix.EncryptionAsync(room, stop));
        if (answer is { Status: 404, Content.Code: "M_NOT_FOUND" })
        {
            _openUntil[room] = time.GetUtcNow() + LooksAgainAfter;
            return null;
        }

        if (answer is { Status: 200, Content: not null })
        {
            _openUntil.TryRemove(room, out _);
            return new SendResult.Refused(
                "the room is encrypted and this bot does not encrypt: its messages would be readable by the server; use a room without encryption",
                WholeRoom: true);
        }

        var result = MatrixErrors.Of(answer, attempt, options.AccessToken);
        return result is SendResult.TryAgain later ? later with { Unclear = false } : result;
    }
}
