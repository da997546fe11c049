using System.Collections.Concurrent;
using System.Net.Http.Headers;
using IncidentBot.Rooms;

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

    private readonly ConcurrentDictionary<string, DateTimeOffset> _openUntil = new(StringComparer.Ordinal);

    public string Kind => Name;

    public ChannelLimits Limits => MatrixLimits.All;

    public async Task<SendResult> SendAsync(SendAttempt attempt, CancellationToken cancellationToken)
    {
        if (NotARoom(attempt.Room.Id) is { } reason)
        {
            return new SendResult.Refused(reason, WholeRoom: true);
        }

        using var call = new VendorCall(http.CreateClient(Name), options.Timeout, time, cancellationToken);
        if (await CheckEncryptionAsync(call, attempt) is { } closed)
        {
            return closed;
        }

        var content = MatrixEvent.Of(attempt);
        var answer = await call.SendAsync(() =>
        {
            var request = Request(HttpMethod.Put, attempt.Room, $"send/m.room.message/{Uri.EscapeDataString(attempt.Key)}");
            request.Content = new ReadOnlyMemoryContent(content);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return request;
        });
        if (answer.Failure is { } failure)
        {
            return failure;
        }

        using var json = answer.Json();
        if (answer.Status == 200 && json?.RootElement.Text("event_id") is { Length: > 0 } id)
        {
            return new SendResult.Delivered(attempt is EditAttempt edit ? edit.MessageId : id);
        }

        return json?.RootElement.Text("errcode") is null
            ? answer.NotTheVendor()
            : MatrixErrors.Of(json.RootElement, answer, attempt, options.AccessToken);
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
    private async Task<SendResult?> CheckEncryptionAsync(VendorCall call, SendAttempt attempt)
    {
        var room = attempt.Room.Id;
        if (_openUntil.TryGetValue(room, out var until) && time.GetUtcNow() < until)
        {
            return null;
        }

        var answer = await call.SendAsync(() => Request(HttpMethod.Get, attempt.Room, "state/m.room.encryption"));
        if (answer.Failure is { } failure)
        {
            return failure with { Unclear = false };
        }

        using var json = answer.Json();
        var error = json?.RootElement.Text("errcode");
        if (answer.Status == 404 && string.Equals(error, "M_NOT_FOUND", StringComparison.Ordinal))
        {
            _openUntil[room] = time.GetUtcNow() + LooksAgainAfter;
            return null;
        }

        if (answer.Status == 200 && json is not null)
        {
            _openUntil.TryRemove(room, out _);
            return new SendResult.Refused(
                "the room is encrypted and this bot does not encrypt: its messages would be readable by the server; use a room without encryption",
                WholeRoom: true);
        }

        var result = error is null ? answer.NotTheVendor() : MatrixErrors.Of(json!.RootElement, answer, attempt, options.AccessToken);
        return result is SendResult.TryAgain later ? later with { Unclear = false } : result;
    }

    private HttpRequestMessage Request(HttpMethod method, Room room, string rest)
    {
        var homeserver = options.Homeserver?.AbsoluteUri.TrimEnd('/');
        var request = new HttpRequestMessage(method, new Uri($"{homeserver}/_matrix/client/v3/rooms/{Uri.EscapeDataString(room.Id)}/{rest}"));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {options.AccessToken?.Reveal()}");
        return request;
    }
}
