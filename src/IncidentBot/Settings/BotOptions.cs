using IncidentBot.Channels;
using IncidentBot.Incidents;

namespace IncidentBot.Settings;

/// <summary>All of <c>incidentbot.yml</c>. Property names are the keys in PascalCase (<c>external_url</c> is <see cref="ServerOptions.ExternalUrl"/>).</summary>
internal sealed class BotOptions
{
    private IncidentRules? _rules;

    /// <summary>How people and programs reach it.</summary>
    public ServerOptions Server { get; set; } = new();

    /// <summary>Where incidents are kept.</summary>
    public StoreOptions Store { get; set; } = new();

    /// <summary>What belongs to one incident, and for how long.</summary>
    public IncidentOptions Incidents { get; set; } = new();

    /// <summary>The Alertmanager clusters that post here. Empty: one source named <c>default</c>.</summary>
    public List<AlertmanagerOptions> Alertmanagers { get; set; } = [];

    /// <summary>What people do about alerts.</summary>
    public RunbookOptions Runbooks { get; set; } = new();

    /// <summary>The graph database that relates alerts, services and runbooks. Absent: the embedded graph only.</summary>
    public GraphOptions? Graph { get; set; }

    /// <summary>The kinds of chat.</summary>
    public ChannelOptions Channels { get; set; } = new();

    /// <summary>Who may do what.</summary>
    public PeopleOptions People { get; set; } = new();

    /// <summary>First match wins; order is priority. Empty: one lane <c>all</c> that shows everything on the web page only.</summary>
    public List<LaneOptions> Lanes { get; set; } = [];

    /// <summary>Which alerts explain which others, over all sources: what is explained is not announced. Empty: none.</summary>
    public List<InhibitOptions> Inhibit { get; set; } = [];

    /// <summary>When a room has too much to show, and what then.</summary>
    public StormOptions Storm { get; set; } = new();

    /// <summary>Scheduled checks. Absent: none.</summary>
    public ProbesOptions? Probes { get; set; }

    /// <summary>Who is told that IncidentBot itself works. Absent: nobody.</summary>
    public HeartbeatOptions? Heartbeat { get; set; }

    /// <summary>The rules by which incidents live; the same object for as long as these options are in force.</summary>
    internal IncidentRules Rules => _rules ??= Incidents.Rules with { Inhibit = Inhibit.ConvertAll(rule => rule.Rule) };

    /// <summary>What is configured, understood and checked, but not acted on by this version.</summary>
    public IReadOnlyList<string> NotYetActive { get; internal set; } = [];

    /// <summary>What is allowed and hardly meant, one line for each.</summary>
    public IReadOnlyList<string> Warnings { get; internal set; } = [];
}

/// <summary>Where it listens, under which address people know it, and who may come in.</summary>
internal sealed class ServerOptions
{
    /// <summary><c>host:port</c>. Default <c>localhost:8080</c>; port 0 takes a free one.</summary>
    public string Listen { get; set; } = "localhost:8080";

    /// <summary>The address by which people reach the pages, used in links. Default: <c>http://</c> and <see cref="Listen"/>.</summary>
    public Uri? ExternalUrl { get; set; }

    /// <summary>IANA name of the time zone of times in messages and pages, of quiet hours that name none, and of digests. Default UTC.</summary>
    public TimeZoneInfo TimeZone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>Largest webhook body in bytes; a larger one is answered 413. Default 16 MiB.</summary>
    public long MaxBodyBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary><c>none</c>: take webhooks without a token although the server can be reached from other machines.</summary>
    public string? WebhookAuth { get; set; }

    /// <summary><c>text</c> or <c>json</c>. Default text.</summary>
    public string LogFormat { get; set; } = "text";

    /// <summary><c>debug</c>, <c>information</c>, <c>warning</c> or <c>error</c>. Default information.</summary>
    public string LogLevel { get; set; } = "information";

    /// <summary>Bearer token of actions by API and pages. Without one actions are taken only while listening on loopback.</summary>
    public Secret? ApiToken { get; set; }
}

/// <summary>Where incidents are kept: a file, or a database that replicas share.</summary>
internal sealed class StoreOptions
{
    /// <summary>The database file; its folder is made when absent. Default <c>data/incidentbot.db</c>.</summary>
    public string Sqlite { get; set; } = "data/incidentbot.db";

    /// <summary>A PostgreSQL database that several replicas share, instead of the file.</summary>
    public PostgresOptions? Postgres { get; set; }
}

/// <summary>How the shared database is reached.</summary>
internal sealed class PostgresOptions
{
    /// <summary>As Npgsql writes it: <c>Host=db;Database=incidentbot;Username=incidentbot;Password=…</c>. Required.</summary>
    public Secret? ConnectionString { get; set; }
}

/// <summary>The times by which incidents are kept together and forgotten.</summary>
internal sealed class IncidentOptions
{
    /// <summary>An incident that fires again this soon after its end is reopened. Default 15m.</summary>
    public TimeSpan ReopenWithin { get; set; } = IncidentRules.Default.ReopenWithin;

    /// <summary>A firing incident that nobody has spoken of for this long is stale. Default 9h.</summary>
    public TimeSpan StaleAfter { get; set; } = IncidentRules.Default.StaleAfter;

    /// <summary>An incident that came back more often than this within <see cref="FlapWindow"/> is marked as flapping and no longer announced each time. Default 4.</summary>
    public int FlapThreshold { get; set; } = IncidentRules.Default.FlapThreshold;

    /// <summary>How long returns are counted, and how long a flapping incident must stay as it is to be stable. Default 1h.</summary>
    public TimeSpan FlapWindow { get; set; } = IncidentRules.Default.FlapWindow;

    /// <summary>Resolved and stale incidents are deleted after this time. Default 90d.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Labels that are dropped before anything is compared. Default <c>[prometheus_replica]</c>.</summary>
    public List<string> IgnoredLabels { get; set; } = ["prometheus_replica"];

    /// <summary>The same as a set that is made once.</summary>
    internal HashSet<string> Ignored => field ??= IgnoredLabels.ToHashSet(StringComparer.Ordinal);

    /// <summary>The same as the rules that incidents live by.</summary>
    internal IncidentRules Rules => new(ReopenWithin, StaleAfter) { FlapThreshold = FlapThreshold, FlapWindow = FlapWindow };
}

/// <summary>One cluster of Alertmanagers that posts here.</summary>
internal sealed class AlertmanagerOptions
{
    /// <summary>Name of the cluster; all its peers have one. Required, unique.</summary>
    public string Source { get; set; } = "";

    /// <summary>Addresses of its peers' API, which is read for what webhooks do not say. Empty: webhooks are all that is known.</summary>
    public List<Uri> Urls { get; set; } = [];

    /// <summary>Bearer token that its API asks for. Absent: none.</summary>
    public Secret? ApiToken { get; set; }

    /// <summary>User name of Basic authentication that its API asks for; with <see cref="ApiPassword"/>. Absent: none.</summary>
    public string? ApiUsername { get; set; }

    /// <summary>Password of <see cref="ApiUsername"/>.</summary>
    public Secret? ApiPassword { get; set; }

    /// <summary>How often its API is read. Default 1m.</summary>
    public TimeSpan ReconcileEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Its receivers that post here. Empty: those whose webhooks have come within 30 days.</summary>
    public List<string> Receivers { get; set; } = [];

    /// <summary>The bearer token, or the password of Basic authentication with <see cref="Source"/> as user name, of its webhooks.</summary>
    public Secret? WebhookToken { get; set; }

    /// <summary>
    /// The alert that always fires; its absence means that nothing is heard from this source. Absent: not watched, and an alert
    /// called <c>Watchdog</c> is not shown all the same.
    /// </summary>
    public WatchdogOptions? Watchdog { get; set; }
}

/// <summary>The alert that always fires while a source works.</summary>
internal sealed class WatchdogOptions
{
    /// <summary>The name of the alert that always fires. Default <c>Watchdog</c>.</summary>
    public string Alertname { get; set; } = "Watchdog";

    /// <summary>How long it may not be heard of. Default 5m.</summary>
    public TimeSpan MissingAfter { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>Somebody else who notices when IncidentBot itself is silent: Uptime Kuma, healthchecks.io.</summary>
internal sealed class HeartbeatOptions
{
    /// <summary>The address that is asked for while the loop delivers, the store writes, and nothing waits for long that no room takes. It holds a token, so it is a secret. Required.</summary>
    public Secret? Url { get; set; }

    /// <summary>How often. Default 1m.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Where runbooks are found.</summary>
internal sealed class RunbookOptions
{
    /// <summary>The folder of Markdown runbooks, or several; of two pages with one path the first folder's stays. Default <c>[runbooks]</c>.</summary>
    [SingleOrList]
    public List<string> Path { get; set; } = ["runbooks"];

    /// <summary>
    /// What rules write before the path of a page when they name a file of a repository (<c>docs/runbooks/x.md#y</c>), or the
    /// address of such a folder. Default <c>[docs/runbooks, runbooks]</c>.
    /// </summary>
    [SingleOrList]
    public List<string> RepositoryPrefix { get; set; } = ["docs/runbooks", "runbooks"];

    /// <summary>Other addresses under which rules know these pages, beside <c>server.external_url</c>. Empty: no others.</summary>
    public List<Uri> Urls { get; set; } = [];

    /// <summary>How long after its review a page counts as reviewed, for <c>runbooks lint</c>. Default 365d.</summary>
    public TimeSpan ReviewedWithin { get; set; } = TimeSpan.FromDays(365);
}

/// <summary>Who may do what.</summary>
internal sealed class PeopleOptions
{
    /// <summary>Who may act from chat, as <c>slack:U…</c>, <c>telegram:123</c>, <c>matrix:@me:example.org</c>.</summary>
    public List<Room> Operators { get; set; } = [];
}
