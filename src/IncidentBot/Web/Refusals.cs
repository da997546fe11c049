namespace IncidentBot.Web;

/// <summary>What a program is told that may not act, the same at every address.</summary>
internal static class Refusals
{
    public static int Status(GuardAnswer answer) =>
        answer == GuardAnswer.SignInNeeded ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden;

    /// <summary>Why, in a sentence without a full stop. Says in the answer's headers how to do it better.</summary>
    public static string Explain(HttpContext context, GuardAnswer answer)
    {
        if (answer == GuardAnswer.SignInNeeded)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return answer switch
        {
            GuardAnswer.SignInNeeded => "this needs the bearer token server.api_token",
            GuardAnswer.TokenMissing =>
                "without server.api_token this works on the machine itself only, by the name localhost and through no proxy",
            _ => "another site's page may not do this",
        };
    }
}
