using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using IncidentBot.Alerts;
using IncidentBot.Support;

namespace IncidentBot.Scenarios;

/// <summary>What the scenarios have in common: groups of their own, and what rooms show of them.</summary>
internal static class Play
{
    public const string ApiToken = "act-secret-1";

    /// <summary>A group of two alerts of its own. Times are minutes after noon.</summary>
    public static Notification Group(string place, double since = 0, string severity = "warning", double? until = null, string summary = "not ready", string alertname = "PodNotReady")
    {
        var reports = Enumerable.Range(0, 2).Select(number =>
        {
            var labels = LabelSet.From(
                ("alertname", alertname), ("namespace", place), ("pod", string.Create(CultureInfo.InvariantCulture, $"pod-{number}")), ("severity", severity));
            return new AlertReport(
                Fingerprint.Of(labels), labels, LabelSet.From(("summary", summary)), Say.At(since), until is { } end ? Say.At(end) : null, "");
        });
        return new Notification(
            "home", "bot", LabelSet.From(("alertname", alertname), ("namespace", place)), [.. reports], "http://alertmanager.example:9093", 0);
    }

    /// <summary>The messages of a room, not in threads, that name a group's place.</summary>
    public static IReadOnlyList<ShownMessage> About(this BotFixture bot, string room, string place) =>
        [.. bot.Shown(room).Where(message => message.Text.Contains($"namespace={place}", StringComparison.Ordinal))];

    /// <summary>Complains unless a room has exactly one message of this group, which shows all these words.</summary>
    public static void Shows(this ScenarioRow row, BotFixture bot, string room, string place, params string[] words)
    {
        var found = bot.About(room, place);
        var met = found.Count == 1 && words.All(word => found[0].Text.Contains(word, StringComparison.OrdinalIgnoreCase));
        row.Lost += met ? 0 : 1;
        row.Expect(met, $"{room} should have one message of {place} with {string.Join(", ", words)} and has {found.Count}: "
            + string.Join(" || ", found.Select(message => message.Text.ReplaceLineEndings(" / "))));
    }

    /// <summary>What the thread of the only message of a group says.</summary>
    public static string Thread(this BotFixture bot, string room, string place) =>
        bot.About(room, place) is [var root] ? string.Join('\n', bot.Replies(room, root).Select(reply => reply.Text)) : "";

    public static async Task<int> IncidentsAsync(this BotFixture bot) => (await bot.ApiAsync("api/v1/incidents?status=all"))["incidents"]!.AsArray().Count;

    public static async Task<long> NumberAsync(this BotFixture bot, string place) =>
        (await bot.ApiAsync("api/v1/incidents?status=all"))["incidents"]!.AsArray().Single(incident => incident!["labels"].Text("namespace") == place).Number("number")!.Value;

    /// <summary>Somebody acknowledges an incident by the API.</summary>
    public static async Task<int> AcknowledgeAsync(this BotFixture bot, string place)
    {
        var number = (await bot.NumberAsync(place)).ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/incidents/{number}/acknowledge")
        {
            Content = new StringContent("""{"by": "ada"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiToken);
        using var answer = await bot.Client.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
