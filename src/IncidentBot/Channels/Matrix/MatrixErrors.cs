using System.Globalization;
using IncidentBot.Outgoing;
using IncidentBot.Settings;

namespace IncidentBot.Channels.Matrix;

/// <summary>
/// What a homeserver's error answers mean for a post. https://spec.matrix.org/latest/client-server-api/#standard-error-response
/// </summary>
internal static class MatrixErrors
{
    /// <param name="attempt">Null for an answer to somebody, which is no post.</param>
    public static SendResult Of(ApiAnswer<MatrixAnswer> answer, SendAttempt? attempt, Secret? secret)
    {
        if (answer.Content is not { Code: { } code })
        {
            return answer.NotTheVendor();
        }

        var words = answer.Content.Error ?? "";
        var reason = VendorWords.Reason(string.Create(CultureInfo.InvariantCulture, $"{answer.Status} {code}: {words}"), secret);
        if (answer.Status == 429 || string.Equals(code, "M_LIMIT_EXCEEDED", StringComparison.Ordinal))
        {
            return new SendResult.TryAgain(reason, answer.RetryAfter ?? RetryAfter(answer.Content));
        }

        if (answer.Status is >= 500 or 408)
        {
            return new SendResult.TryAgain(reason, answer.RetryAfter, Unclear: true);
        }

        // Synapse's words for a message that it has never seen or has forgotten; the specification gives them no code.
        if (attempt is not (null or CreateAttempt) && words.Contains("unknown event", StringComparison.OrdinalIgnoreCase))
        {
            return new SendResult.Gone(reason);
        }

        return new SendResult.Refused(reason, WholeRoom: IsAboutTheRoom(code));
    }

    private static bool IsAboutTheRoom(string code) => code
        is "M_UNKNOWN_TOKEN" or "M_MISSING_TOKEN" or "M_FORBIDDEN" or "M_USER_DEACTIVATED" or "M_USER_SUSPENDED" or "M_USER_LOCKED"
        or "M_GUEST_ACCESS_FORBIDDEN" or "M_CONSENT_NOT_GIVEN" or "M_RESOURCE_LIMIT_EXCEEDED" or "M_UNRECOGNIZED" or "M_NOT_FOUND"
        or "M_UNSUPPORTED_ROOM_VERSION";

    private static TimeSpan? RetryAfter(MatrixAnswer answer) =>
        answer.RetryAfterMilliseconds is { } milliseconds
            ? OutgoingCall.Bounded(TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, int.MaxValue)))
            : null;
}
