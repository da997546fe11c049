using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace IncidentBot.Server;

/// <summary>
/// Reads a small body as the bytes that came, because a signature is over these: whoever reads the form first can no longer tell whether
/// it was signed.
/// </summary>
internal static class RawBody
{
    /// <summary>The bytes; null when there are more than <paramref name="maxBytes"/>, or the sender went away or is too slow.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContext context, int maxBytes, CancellationToken cancellationToken)
    {
        if (context.Request.ContentLength > maxBytes)
        {
            return null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = maxBytes;
        }

        var reader = context.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                if (read.Buffer.Length > maxBytes)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return null;
                }

                if (read.IsCompleted)
                {
                    var body = read.Buffer.ToArray();
                    reader.AdvanceTo(read.Buffer.End);
                    return body;
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or BadHttpRequestException)
        {
            return null;
        }
    }
}
