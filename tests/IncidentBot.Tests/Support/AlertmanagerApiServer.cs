using System.Globalization;
using System.Text.Json.Nodes;
using IncidentBot.Alerts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IncidentBot.Support;

/// <summary>How the API misbehaves.</summary>
public enum ApiFault
{
    None,

    /// <summary>It answers 500.</summary>
    Broken,

    /// <summary>It never answers.</summary>
    Hanging,

    /// <summary>The connection ends in the middle of the answer.</summary>
    CutOff,

    /// <summary>A proxy's page, with status 200.</summary>
    Html,

    /// <summary>An answer without an end.</summary>
    Endless,
}

/// <summary>
/// Alertmanager's API v2 on loopback, as far as IncidentBot reads it: alerts in groups, silences, the moment of its start.
/// Times are in milliseconds and ended alerts are not listed, as in the real one.
/// </summary>
internal sealed class AlertmanagerApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();

    private AlertmanagerApiServer(TimeProvider clock)
    {
        _clock = clock;
        StartedAt = clock.GetUtcNow() - TimeSpan.FromDays(1);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/prefix/api/v2/status", context => AnswerAsync(context, Status()));
        _app.MapGet("/prefix/api/v2/alerts/groups", context => AnswerAsync(context, Groups()));
        _app.MapGet("/prefix/api/v2/silences", context => AnswerAsync(context, Silences()));
    }

    public Uri Url => new(_app.Urls.First() + "/prefix/");

    public ApiFault Fault { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>Alertmanager 0.28 and later list muted alerts as such.</summary>
    public bool TellsMuted { get; set; } = true;

    public string Configuration { get; set; } = "route: {receiver: bot}";

    /// <summary>What the Authorization header must be; null for anything.</summary>
    public string? Authorization { get; set; }

    public List<(string Receiver, LabelSet Group, AlertReport Alert, string[] SilencedBy, string[] InhibitedBy, string[] MutedBy)> Firing { get; } = [];

    public List<(string Id, string By, string Comment, DateTimeOffset EndsAt)> Silenced { get; } = [];

    /// <summary>Every path that was asked for.</summary>
    public List<string> Requests { get; } = [];

    public static async Task<AlertmanagerApiServer> StartAsync(TimeProvider clock)
    {
        var server = new AlertmanagerApiServer(clock);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>An alert fires in the group that its alert name and namespace make.</summary>
    public void Fires(AlertReport alert, string receiver = "bot", string[]? silencedBy = null, string[]? inhibitedBy = null, string[]? mutedBy = null) =>
        Firing.Add((receiver, Say.Group().GroupLabels, alert, silencedBy ?? [], inhibitedBy ?? [], mutedBy ?? []));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private JsonObject Status() => new()
    {
        ["uptime"] = Time(StartedAt),
        ["config"] = new JsonObject { ["original"] = Configuration },
        ["cluster"] = new JsonObject { ["status"] = "disabled", ["peers"] = new JsonArray() },
    };

    private JsonArray Groups() =>
    [
        .. Firing.GroupBy(one => (one.Receiver, one.Group)).Select(group => new JsonObject
        {
            ["labels"] = Labels(group.Key.Group),
            ["receiver"] = new JsonObject { ["name"] = group.Key.Receiver },
            ["alerts"] = new JsonArray([.. group.Select(one => Alert(one.Alert, one.Receiver, one.SilencedBy, one.InhibitedBy, one.MutedBy))]),
        }),
    ];

    private JsonArray Silences() =>
    [
        .. Silenced.Select(silence => new JsonObject
        {
            ["id"] = silence.Id, ["createdBy"] = silence.By, ["comment"] = silence.Comment, ["endsAt"] = Time(silence.EndsAt), ["matchers"] = new JsonArray(),
        }),
    ];

    private JsonObject Alert(AlertReport alert, string receiver, string[] silencedBy, string[] inhibitedBy, string[] mutedBy)
    {
        var status = new JsonObject
        {
            ["state"] = silencedBy.Length + inhibitedBy.Length + mutedBy.Length > 0 ? "suppressed" : "active",
            ["silencedBy"] = Words(silencedBy),
            ["inhibitedBy"] = Words(inhibitedBy),
        };
        if (TellsMuted)
        {
            status["mutedBy"] = Words(mutedBy);
        }

        return new JsonObject
        {
            ["labels"] = Labels(alert.Labels),
            ["annotations"] = Labels(alert.Annotations),
            ["fingerprint"] = alert.Fingerprint,
            ["startsAt"] = Time(alert.StartsAt),
            ["updatedAt"] = Time(_clock.GetUtcNow()),
            ["endsAt"] = Time(_clock.GetUtcNow() + TimeSpan.FromMinutes(4)),
            ["generatorURL"] = alert.GeneratorUrl,
            ["receivers"] = new JsonArray(new JsonObject { ["name"] = receiver }),
            ["status"] = status,
        };
    }

    private async Task AnswerAsync(HttpContext context, JsonNode answer)
    {
        lock (Requests)
        {
            Requests.Add(context.Request.Path);
        }

        if (Authorization is not null && context.Request.Headers.Authorization.ToString() != Authorization)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        context.Response.ContentType = "application/json";
        var text = answer.ToJsonString();
        switch (Fault)
        {
            case ApiFault.Broken:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                break;
            case ApiFault.Hanging:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case ApiFault.CutOff:
                context.Response.ContentLength = text.Length + 10;
                await context.Response.WriteAsync(text[..(text.Length / 2)], context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
            case ApiFault.Html:
                await context.Response.WriteAsync("<html>Sign in</html>", context.RequestAborted);
                break;
            case ApiFault.Endless:
                await EndlessAsync(context);
                break;
            default:
                await context.Response.WriteAsync(text, context.RequestAborted);
                break;
        }
    }

    private static async Task EndlessAsync(HttpContext context)
    {
        var block = new byte[1024 * 1024];
        Array.Fill(block, (byte)' ');
        try
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has had enough.
        }
    }

    private static JsonObject Labels(LabelSet labels) => new(labels.Select(label => KeyValuePair.Create(label.Name, (JsonNode?)label.Value)));

    private static JsonArray Words(string[] words) => [.. words.Select(word => (JsonNode?)word)];

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
