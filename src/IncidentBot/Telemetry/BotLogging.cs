using Microsoft.Extensions.Logging.Console;

namespace IncidentBot.Telemetry;

/// <summary>Logs to the console, one line for each step, with the time in UTC.</summary>
internal static class BotLogging
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    /// <param name="format"><c>text</c> or <c>json</c>.</param>
    /// <param name="level">The least that is logged, a name of <see cref="LogLevel"/>.</param>
    public static IServiceCollection AddBotLogging(this IServiceCollection services, string format, string level) =>
        services.AddLogging(logging =>
    {
        if (string.Equals(format, "json", StringComparison.Ordinal))
        {
            logging.AddJsonConsole(json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, TimeFormat.TrimEnd()));
        }
        else
        {
            logging.AddSimpleConsole(text =>
                (text.SingleLine, text.UseUtcTimestamp, text.TimestampFormat, text.ColorBehavior) =
                    (true, true, TimeFormat, LoggerColorBehavior.Disabled));
        }

        logging.SetMinimumLevel(Enum.Parse<LogLevel>(level, ignoreCase: true));
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);

        // A start that fails is told by the command, in a sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    });
}
