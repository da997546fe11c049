using System.Text;
using IncidentBot.Settings;

namespace IncidentBot.Web;

/// <summary><c>POST</c> or <c>PUT /-/reload</c> has the settings read again, as in Prometheus' own programs.</summary>
internal static class ReloadEndpoint
{
    public static void MapReload(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods("/-/reload", [HttpMethods.Post, HttpMethods.Put], Answer);

    private static IResult Answer(HttpContext context, CurrentSettings settings, ActionGuard guard, ILoggerFactory loggers)
    {
        if (guard.Check(context.Request, orProgram: true) is not GuardAnswer.Allowed and var refused)
        {
            return Results.Text($"{Refusals.Explain(context, refused)}\n", statusCode: Refusals.Status(refused));
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
