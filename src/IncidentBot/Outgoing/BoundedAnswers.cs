using System.Globalization;

namespace IncidentBot.Outgoing;

/// <summary>
/// Reads every answer to its end before it is handed on, up to a bound. So an answer is whole or it is none: one that is cut off
/// or too long is a failure of the request, and never looks like an answer without content.
/// </summary>
internal sealed class BoundedAnswers : DelegatingHandler
{
    /// <summary>The option of a request by which it may ask for more, in bytes.</summary>
    public const string MaxBytes = "max-bytes";

    private const int UsualMaxBytes = 256 * 1024;
    private const int BufferSize = 64 * 1024;

    private static readonly HttpRequestOptionsKey<int> MaxBytesKey = new(MaxBytes);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var maxBytes = request.Options.TryGetValue(MaxBytesKey, out var more) ? more : UsualMaxBytes;
        var answer = await base.SendAsync(request, cancellationToken);
        try
        {
            answer.Content = Whole(await ReadAsync(answer, maxBytes, cancellationToken), answer.Content);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage answer, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[BufferSize];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > maxBytes)
            {
                throw new AnswerTooLongException(maxBytes);
            }

            body.Write(buffer, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static ReadOnlyMemoryContent Whole(ReadOnlyMemory<byte> body, HttpContent read)
    {
        var content = new ReadOnlyMemoryContent(body);
        foreach (var header in read.Headers)
        {
            content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        // JSON is UTF-8 whatever is claimed, and a character set that does not exist would be an exception while reading.
        if (content.Headers.ContentType is { } type)
        {
            type.CharSet = null;
        }

        return content;
    }
}

/// <summary>An answer is longer than any that was asked for, and was not read to its end.</summary>
internal sealed class AnswerTooLongException(int maxBytes) : Exception(Words(maxBytes))
{
    private static string Words(int maxBytes) => maxBytes >= 1024 * 1024
        ? string.Create(CultureInfo.InvariantCulture,
            $"an answer of more than {maxBytes / 1024 / 1024} MiB, longer than any that was asked for")
        : string.Create(CultureInfo.InvariantCulture, $"an answer of more than {maxBytes / 1024} KiB, longer than any that was asked for");
}
