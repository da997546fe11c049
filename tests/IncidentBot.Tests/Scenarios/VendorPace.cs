using IncidentBot.Support;

namespace IncidentBot.Scenarios;

/// <summary>
/// Holds every request that was sent, taken or not, against the rate that the vendor documents, by a count of its own beside
/// the servers' budgets: a server forgives a burst now and then, this does not.
/// </summary>
internal static class VendorPace
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static IEnumerable<string> Complaints(BotFixture bot) => [.. Slack(bot.Slack), .. Telegram(bot.Telegram), .. Matrix(bot.Matrix)];

    /// <summary>
    /// One message a second in a channel with short bursts; tier 3, 50 a minute in a workspace, for edits.
    /// https://docs.slack.dev/apis/web-api/rate-limits
    /// </summary>
    public static IEnumerable<string> Slack(SlackServer server)
    {
        var posts = server.Requests.Where(request => request.Kind == "chat.postMessage").ToLookup(request => request.Room, StringComparer.Ordinal);
        foreach (var channel in posts)
        {
            yield return Most(channel, Second, 3, $"messages to Slack's {channel.Key}");
            yield return Most(channel, Minute, 63, $"messages to Slack's {channel.Key}");
        }

        yield return Most(server.Requests.Where(request => request.Kind == "chat.update"), Minute, 50, "edits in Slack");
    }

    /// <summary>
    /// About one message a second in a chat, twenty a minute in a group, thirty a second in all; edits count.
    /// https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    /// </summary>
    private static IEnumerable<string> Telegram(TelegramServer server)
    {
        foreach (var chat in server.Requests.ToLookup(request => request.Room, StringComparer.Ordinal))
        {
            yield return Most(chat, Second, 3, $"requests to Telegram's {chat.Key}");
            if (chat.Key.StartsWith('-'))
            {
                yield return Most(chat, Minute, 20, $"requests to Telegram's {chat.Key}");
            }
        }

        yield return Most(server.Requests, Second, 30, "requests to Telegram");
    }

    /// <summary>
    /// Ten messages and one more every five seconds, for each sender.
    /// https://element-hq.github.io/synapse/latest/usage/configuration/config_documentation.html#rc_message
    /// </summary>
    private static IEnumerable<string> Matrix(MatrixServer server) =>
        [Most(server.Requests.Where(request => request.Kind == "send"), TimeSpan.FromSeconds(50), 20, "messages to Matrix")];

    /// <summary>Empty when there never were more than so many in any stretch of that length.</summary>
    private static string Most(IEnumerable<VendorRequest> requests, TimeSpan within, int most, string what)
    {
        var times = requests.Select(request => request.At).Order().ToList();
        var (worst, first) = (0, 0);
        for (var last = 0; last < times.Count; last++)
        {
            while (times[last] - times[first] >= within)
            {
                first++;
            }

            worst = Math.Max(worst, last - first + 1);
        }

        return worst > most ? $"{worst} {what} within {within.TotalSeconds:0} s; {most} are allowed" : "";
    }
}
