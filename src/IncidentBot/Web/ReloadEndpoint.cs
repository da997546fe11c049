using System.Text;
using IncidentBot.Settings;

namespace IncidentBot.Web;

/// <summary><c>POST /-/reload</c> has the settings read again, as in Prometheus' own programs.</summary>
internal static class ReloadEndpoint
{
    public static void MapReload(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/-/reload", Answer).ExcludeFromDescription();

    private static IResult Answer(HttpContext context, CurrentSettings settings, ActionGuard guard, ILoggerFactory loggers)
    {
        if (guard.Check(context.Request, orProgram: true) != GuardAnswer.Allowed)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Results.Text(
                "reloading needs the bearer token server.api_token, or a server that listens on localhost only\n", statusCode: 401);
        }

        var result = settings.Reload();
        SettingsReload.Log(loggers.CreateLogger(typeof(SettingsReload)), result);
        var text = new StringBuilder(result.Options is null ? "failed to reload config, the old one stays in force:\n" : "");
        foreach (var complaint in result.Complaints)
        {
            text.Append(complaint).Append('\n');
        }

        foreach (var path in result.NeedsRestart)
        {
            text.Append(path).Append(" has changed and needs a restart\n");
        }

        return Results.Text(text.ToString(), statusCode: result.Options is null ? 500 : 200);
    }
}
