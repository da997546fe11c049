using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IncidentBot.Actions;
using Microsoft.AspNetCore.Http.Features;

namespace IncidentBot.Web;

/// <summary>What programs do with an incident. The guard has looked at each request before one of these is called.</summary>
internal static class ApiActions
{
    private const int MostBytes = 16 * 1024;

    public static async Task<IResult> AcknowledgeAsync(
        string number, HttpContext context, IncidentApi api, IncidentActions actions, Func<PageSettings> settings,
        CancellationToken cancellationToken) =>
        await ActAsync(number, context, api, settings, (found, by, comment) =>
            actions.AcknowledgeAsync(by, found, comment, cancellationToken),
            cancellationToken);

    public static async Task<IResult> GiveBackAsync(
        string number, HttpContext context, IncidentApi api, IncidentActions actions, Func<PageSettings> settings,
        CancellationToken cancellationToken) =>
        await ActAsync(number, context, api, settings, (found, by, _) => actions.GiveBackAsync(by, found, cancellationToken),
            cancellationToken);

    private static async Task<IResult> ActAsync(
        string number, HttpContext context, IncidentApi api, Func<PageSettings> settings, Func<long, Actor, string?,
            Task<ActionResult>> act,
            CancellationToken cancellationToken)
    {
        if (!IncidentApi.TryNumber(number, out var found))
        {
            return IncidentApi.NoNumber();
        }

        var (body, problem) = await ReadAsync(context, ApiJson.Default.ActionRequest,
            "the body must be nothing, or JSON: {\"by\": \"name\", \"comment\": \"words\"}", cancellationToken);
        return problem ?? await act(found, WebActor.OfApi(context, settings(), body?.By), body?.Comment) switch
        {
            ActionResult.Over over => Problems.Answer(StatusCodes.Status409Conflict, over.Words),
            _ => await api.FindAsync(number, context, cancellationToken),
        };
    }

    /// <summary>The body of an action, which may be absent.</summary>
    /// <param name="shape">What it must be, for people.</param>
    public static async Task<(T? Body, IResult? Problem)> ReadAsync<T>(
        HttpContext context, JsonTypeInfo<T> type, string shape, CancellationToken cancellationToken)
        where T : class
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MostBytes;
        }

        try
        {
            using var bytes = new MemoryStream();
            await context.Request.Body.CopyToAsync(bytes, cancellationToken);
            return bytes.Length == 0
                ? (null, null)
                : (JsonSerializer.Deserialize(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), type), null);
        }
        catch (BadHttpRequestException)
        {
            return (null, Problems.Answer(StatusCodes.Status413PayloadTooLarge,
                FormattableString.Invariant($"the body may have {MostBytes} bytes")));
        }
        catch (JsonException)
        {
            return (null, Problems.Answer(StatusCodes.Status400BadRequest, shape));
        }
    }
}
