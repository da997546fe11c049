using System.Globalization;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using IncidentBot.Runbooks;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Storage;

namespace IncidentBot.Cli;

/// <summary>
/// Plays webhooks that a real Alertmanager has posted, through the real line, slowly enough to watch. Their times are moved to
/// now; nothing else of them is changed.
/// </summary>
internal static partial class Demo
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private static readonly (string File, string Words)[] Story =
    [
        ("02-node-down-first.json", "A node goes down: a critical incident opens."),
        ("03-pods-first.json", "Three pods of the media namespace are not ready: one incident, not three."),
        ("04-pods-one-resolved.json", "One pod recovers: the incident stays open, its history gains a line."),
        ("05-pods-one-joined-severity-raised.json", "Another pod joins, and it is critical: the incident moves up."),
        ("05-pods-one-joined-severity-raised.json", "Alertmanager repeats itself: nothing happens, and that is the point."),
        ("09-hostile-text.json", "An alert whose text holds markup and a script: it stays text."),
        ("07-disk-truncated.json", "Many disks are low, and Alertmanager cuts its list: the count says so."),
        ("06-pods-all-resolved.json", "All pods are back: the incident is resolved in place."),
        ("10-node-down-resolved.json", "The node is back. Two incidents still burn: open one of them."),
    ];

    public static BotOptions Options(string folder, string? listen)
    {
        var options = new BotOptions();
        options.Server.Listen = listen ?? options.Server.Listen;
        options.Server.LogLevel = "warning";
        options.Store.Sqlite = Path.Combine(folder, "incidentbot.db");

        // The recorded alerts name their runbooks so; the pages are here.
        options.Runbooks.Urls.Add(new Uri("https://runbooks.example.org/"));
        return options;
    }

    /// <summary>Plays the story once; returns when it is told or the program stops.</summary>
    public static async Task PlayAsync(WebApplication app, Uri address, TextWriter output)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        var clock = app.Services.GetRequiredService<TimeProvider>();
        using var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("demo");
        client.BaseAddress = address;
        await output.WriteLineAsync($"Open {address} and watch. The demo keeps its data in a temporary folder; Ctrl+C ends it.");
        var shift = TimeSpan.Zero;
        try
        {
            foreach (var (step, (file, words)) in Story.Index())
            {
                await Task.Delay(Pause, clock, stopping);
                var body = Body(file);
                shift = step == 0 ? Shift(body, clock.GetUtcNow()) : shift;
                using var content = new StringContent(Moved(body, shift), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
                using var answer = await client.PostAsync(new Uri("webhooks/alertmanager", UriKind.Relative), content, stopping);
                await output.WriteLineAsync(
                    $"{step + 1}/{Story.Length}  {words}{(answer.IsSuccessStatusCode ? "" : $" (answered {(int)answer.StatusCode})")}");
            }

            await output.WriteLineAsync(
                $"That was all. Look at {address}incidents/2 for a history, and at {address}metrics for numbers. Ctrl+C ends the demo.");
        }
        catch (OperationCanceledException)
        {
            // Somebody has seen enough.
        }
    }

    /// <summary>How far the recording's first alert is in the past, less a minute, so that it has just begun.</summary>
    private static TimeSpan Shift(string body, DateTimeOffset now) =>
        now - TimeSpan.FromMinutes(1) - Times().Matches(body).Select(match => Time(match.Value)).Where(time => time.Year > 1).Min();

    private static string Moved(string body, TimeSpan shift) => Times().Replace(body, match => Time(match.Value) is { Year: > 1 } time
        ? (time + shift).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture)
        : match.Value);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static string Body(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("webhooks/" + file)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Times();
}
