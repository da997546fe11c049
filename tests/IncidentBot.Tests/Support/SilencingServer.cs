using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IncidentBot.Alerts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IncidentBot.Support;

/// <summary>An Alertmanager on loopback that takes silences: it hides what they match, and ends them by the test's clock.</summary>
internal sealed class SilencingServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeProvider _clock;
    private readonly List<Silence> _silences = [];
    private int _made;

    private SilencingServer(TimeProvider clock)
    {
        _clock = clock;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Use(async (context, next) =>
        {
            if (Refuses)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            await next(context);
        });
        _app.MapGet("/api/v2/status", () => Json(new JsonObject
        {
            ["uptime"] = Time(_clock.GetUtcNow() - TimeSpan.FromDays(1)),
            ["config"] = new JsonObject { ["original"] = "route: {receiver: bot}" },
        }));
        _app.MapGet("/api/v2/alerts/groups", () => Json(new JsonArray(new JsonObject
        {
            ["labels"] = Labels(Say.Group().GroupLabels),
            ["receiver"] = new JsonObject { ["name"] = "bot" },
            ["alerts"] = new JsonArray([.. Firing.Select(Alert)]),
        })));
        _app.MapGet("/api/v2/alerts", (HttpContext context) => Json(new JsonArray(
            [.. Firing.Where(alert => context.Request.Query["filter"].All(filter => Matches(Parse(filter!), alert.Labels))).Select(Alert)])));
        _app.MapGet("/api/v2/silences", () => Json(new JsonArray([.. _silences.Select(Row)])));
        _app.MapPost("/api/v2/silences", (Delegate)TakeAsync);
        _app.MapDelete("/api/v2/silence/{id}", (string id) =>
        {
            Deleted++;
            _silences.Where(one => one.Id == id).ToList().ForEach(one => one.EndsAt = _clock.GetUtcNow());
            return Results.Ok();
        });
    }

    public Uri Url => new(_app.Urls.First());

    /// <summary>It answers 503 to everything.</summary>
    public bool Refuses { get; set; }

    /// <summary>Called when it has taken a silence and before it says so.</summary>
    public Action Taken { get; set; } = () => { };

    public int Deleted { get; private set; }

    public List<AlertReport> Firing { get; } = [];

    /// <summary>The silences that hold: author, comment, end and matchers in one line each.</summary>
    public IReadOnlyList<string> Holding => [.. Live.Select(one => $"{one.By} until {one.EndsAt:HH:mm}: {string.Join(", ", one.Matchers)} ({one.Comment})")];

    public IReadOnlyList<string> Ids => [.. Live.Select(one => one.Id)];

    private IEnumerable<Silence> Live => _silences.Where(one => one.EndsAt > _clock.GetUtcNow());

    public static async Task<SilencingServer> StartAsync(TimeProvider clock)
    {
        var server = new SilencingServer(clock);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Somebody makes a silence in Alertmanager itself.</summary>
    public string Silenced(string by, string comment, TimeSpan length, params string[] matchers)
    {
        var silence = new Silence { Id = NextId(), By = by, Comment = comment, EndsAt = _clock.GetUtcNow() + length, Matchers = [.. matchers] };
        _silences.Add(silence);
        return silence.Id;
    }

    /// <summary>Somebody ends a silence in Alertmanager itself.</summary>
    public void Expire(string id) => _silences.Single(one => one.Id == id).EndsAt = _clock.GetUtcNow();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        var silence = new Silence
        {
            Id = NextId(),
            By = (string)body["createdBy"]!,
            Comment = (string)body["comment"]!,
            EndsAt = Time(body["endsAt"]!),
            Matchers = [.. body["matchers"]!.AsArray().Select(one => $"{one!["name"]}{((bool)one["isEqual"]! ? (bool)one["isRegex"]! ? "=~" : "=" : (bool)one["isRegex"]! ? "!~" : "!=")}\"{one["value"]}\"")],
        };

        // A change of a silence that runs keeps its id.
        if ((string?)body["id"] is { } id && Live.FirstOrDefault(one => one.Id == id) is { } known)
        {
            known.EndsAt = silence.EndsAt;
            silence = known;
        }
        else
        {
            _silences.Add(silence);
        }

        Taken();
        return Json(new JsonObject { ["silenceID"] = silence.Id });
    }

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{++_made:D12}");

    private JsonNode Alert(AlertReport alert) => new JsonObject
    {
        ["labels"] = Labels(alert.Labels),
        ["annotations"] = Labels(alert.Annotations),
        ["fingerprint"] = alert.Fingerprint,
        ["startsAt"] = Time(alert.StartsAt),
        ["updatedAt"] = Time(_clock.GetUtcNow()),
        ["endsAt"] = Time(_clock.GetUtcNow() + TimeSpan.FromMinutes(4)),
        ["status"] = new JsonObject
        {
            ["state"] = Hides(alert).Any() ? "suppressed" : "active",
            ["silencedBy"] = new JsonArray([.. Hides(alert).Select(id => (JsonNode?)id)]),
            ["inhibitedBy"] = new JsonArray(),
            ["mutedBy"] = new JsonArray(),
        },
    };

    private IEnumerable<string> Hides(AlertReport alert) =>
        Live.Where(one => one.Matchers.All(matcher => Matches(Parse(matcher), alert.Labels))).Select(one => one.Id);

    private static JsonNode Row(Silence silence) => new JsonObject
    {
        ["id"] = silence.Id,
        ["createdBy"] = silence.By,
        ["comment"] = silence.Comment,
        ["endsAt"] = Time(silence.EndsAt),
        ["startsAt"] = Time(Say.Noon),
        ["matchers"] = new JsonArray([.. silence.Matchers.Select(Parse).Select(matcher => new JsonObject
        {
            ["name"] = matcher.Name,
            ["value"] = matcher.Value,
            ["isRegex"] = matcher.Sign.Contains('~'),
            ["isEqual"] = matcher.Sign[0] == '=',
        })]),
        ["status"] = new JsonObject { ["state"] = "active" },
    };

    private static (string Name, string Sign, string Value) Parse(string matcher)
    {
        var match = Regex.Match(matcher, "^(?<name>[a-z_]+)(?<sign>=~|!~|!=|=)\"(?<value>.*)\"$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        return (match.Groups["name"].Value, match.Groups["sign"].Value, match.Groups["value"].Value);
    }

    private static bool Matches((string Name, string Sign, string Value) matcher, LabelSet labels)
    {
        var value = labels[matcher.Name] ?? "";
        var equal = matcher.Sign.Contains('~') ? Regex.IsMatch(value, $"^(?:{matcher.Value})$", RegexOptions.None, TimeSpan.FromSeconds(1)) : value == matcher.Value;
        return equal == (matcher.Sign[0] == '=');
    }

    private static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(), "application/json");

    private static JsonObject Labels(LabelSet labels) => new(labels.Select(label => KeyValuePair.Create(label.Name, (JsonNode?)label.Value)));

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(JsonNode node) => DateTimeOffset.Parse((string)node!, CultureInfo.InvariantCulture);

    private sealed class Silence
    {
        public required string Id { get; init; }

        public required string By { get; init; }

        public required string Comment { get; init; }

        public required DateTimeOffset EndsAt { get; set; }

        public required IReadOnlyList<string> Matchers { get; init; }
    }
}
