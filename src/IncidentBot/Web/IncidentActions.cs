using System.Globalization;
using System.Text.Json;
using IncidentBot.Channels;
using IncidentBot.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace IncidentBot.Web;

/// <summary>What people and programs do with an incident: take it on, or give it back.</summary>
internal static class IncidentActions
{
    /// <summary>Remembers the name that somebody acts under in this browser. It proves nothing.</summary>
    public const string NameCookie = "incidentbot_name";

    public const int NameLength = 80;
    private const int CommentLength = 500;
    private const int MostBytes = 16 * 1024;

    /// <summary>The name that this browser was last used under; empty when there is none.</summary>
    public static string Name(HttpRequest request) => PlainText.Line(request.Cookies[NameCookie] ?? "", NameLength);

    public static Task<IResult> TakeAsync(
        string number, HttpContext context, Pages pages, ActionGuard guard, IIncidentStore store, CancellationToken cancellationToken) =>
        OnPageAsync(number, context, pages, guard, (found, by, form) =>
            store.AcknowledgeAsync(found, by, PlainText.Line(form?["comment"].ToString() ?? "", CommentLength), cancellationToken), cancellationToken);

    public static Task<IResult> GiveBackAsync(
        string number, HttpContext context, Pages pages, ActionGuard guard, IIncidentStore store, CancellationToken cancellationToken) =>
        OnPageAsync(number, context, pages, guard, (found, by, _) => store.WithdrawAsync(found, by, cancellationToken), cancellationToken);

    public static Task<IResult> AcknowledgeAsync(
        string number, HttpContext context, ActionGuard guard, IIncidentStore store, IncidentApi api, CancellationToken cancellationToken) =>
        ByProgramAsync(number, context, guard, api, (found, by, comment) => store.AcknowledgeAsync(found, by, comment, cancellationToken), cancellationToken);

    public static Task<IResult> WithdrawAsync(
        string number, HttpContext context, ActionGuard guard, IIncidentStore store, IncidentApi api, CancellationToken cancellationToken) =>
        ByProgramAsync(number, context, guard, api, (found, by, _) => store.WithdrawAsync(found, by, cancellationToken), cancellationToken);

    private static async Task<IResult> OnPageAsync(
        string number, HttpContext context, Pages pages, ActionGuard guard, Func<long, string, IFormCollection?, Task<AcknowledgeResult>> act,
        CancellationToken cancellationToken)
    {
        // The guard comes first: nothing of a request is read that may not act.
        if (guard.Check(context.Request) is not GuardAnswer.Allowed and var refused)
        {
            return pages.Refused(refused, $"/incidents/{Uri.EscapeDataString(number)}");
        }

        if (!TryNumber(number, out var found))
        {
            return pages.NotFound(number);
        }

        var form = await SmallForm.ReadAsync(context, cancellationToken);
        var name = PlainText.Line(form?["name"].ToString() ?? "", NameLength);
        if (name.Length > 0)
        {
            Remember(context, pages, guard, name);
        }

        try
        {
            return await act(found, name.Length > 0 ? name : "somebody on the web page", form) == AcknowledgeResult.Unknown
                ? pages.NotFound(number)
                : SignIn.SeeOther(FormattableString.Invariant($"/incidents/{found}"));
        }
        catch (StoreUnavailableException exception)
        {
            return pages.Unavailable("", exception);
        }
    }

    private static async Task<IResult> ByProgramAsync(
        string number, HttpContext context, ActionGuard guard, IncidentApi api, Func<long, string, string, Task<AcknowledgeResult>> act,
        CancellationToken cancellationToken)
    {
        if (guard.Check(context.Request, orProgram: true) is not GuardAnswer.Allowed and var refused)
        {
            return Problems.Answer(Refusals.Status(refused), Refusals.Explain(context, refused));
        }

        if (!TryNumber(number, out var found))
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, "the number of an incident is a whole number");
        }

        var (body, problem) = await ReadAsync(context, cancellationToken);
        if (body is null)
        {
            return problem!;
        }

        try
        {
            var by = PlainText.Line(body.By ?? "", NameLength);
            return await act(found, by.Length > 0 ? by : "the API", PlainText.Line(body.Comment ?? "", CommentLength)) is AcknowledgeResult.Over
                ? Problems.Answer(StatusCodes.Status409Conflict, FormattableString.Invariant($"incident {found} is resolved: nobody is called about it any more"))
                : await api.FindAsync(number, context, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            return Problems.Answer(StatusCodes.Status503ServiceUnavailable, exception.Message);
        }
    }

    /// <summary>The body of an action, which may be absent.</summary>
    private static async Task<(ActionRequest? Body, IResult? Problem)> ReadAsync(HttpContext context, CancellationToken cancellationToken)
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
                ? (new ActionRequest(null, null), null)
                : (JsonSerializer.Deserialize(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), ApiJson.Default.ActionRequest) ?? new ActionRequest(null, null), null);
        }
        catch (BadHttpRequestException)
        {
            return (null, Problems.Answer(StatusCodes.Status413PayloadTooLarge, FormattableString.Invariant($"the body may have {MostBytes} bytes")));
        }
        catch (JsonException)
        {
            return (null, Problems.Answer(StatusCodes.Status400BadRequest, "the body must be nothing, or JSON: {\"by\": \"name\", \"comment\": \"words\"}"));
        }
    }

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static void Remember(HttpContext context, Pages pages, ActionGuard guard, string name) => context.Response.Cookies.Append(NameCookie, name, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = guard.Encrypted(context.Request),
        MaxAge = TimeSpan.FromDays(365),
        Path = SitePath.OfCookies(pages.Settings.ExternalUrl),
        IsEssential = true,
    });
}
