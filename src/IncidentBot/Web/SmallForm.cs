using Microsoft.AspNetCore.Http.Features;

namespace IncidentBot.Web;

/// <summary>Reads the few short fields of our own forms.</summary>
internal static class SmallForm
{
    private const int MostBytes = 16 * 1024;

    /// <summary>The fields; null when it is no form or larger than any of ours.</summary>
    public static async Task<IFormCollection?> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (!request.HasFormContentType || request.ContentLength > MostBytes)
        {
            return null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MostBytes;
        }

        try
        {
            return await request.ReadFormAsync(new FormOptions { ValueCountLimit = 16, ValueLengthLimit = 4096 }, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }
}
