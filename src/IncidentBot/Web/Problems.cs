namespace IncidentBot.Web;

/// <summary>What went wrong, as <c>application/problem+json</c> (RFC 9457).</summary>
internal static class Problems
{
    public static IResult Answer(int status, string detail) => Results.Json(
        new ProblemAnswer("about:blank", Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status), status, detail),
        ApiJson.Default.ProblemAnswer,
        "application/problem+json",
        status);
}
