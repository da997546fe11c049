using IncidentBot.Channels;
using IncidentBot.Incidents;

namespace IncidentBot.Settings;

/// <summary>All of <c>incidentbot.yml</c>. Property names are the keys in PascalCase (<c>external_url</c> is <see cref="ServerOptions.ExternalUrl"/>).</summary>
internal sealed class BotOptions
{
    public ServerOptions Server { get; set; } = new();

    public StoreOptions Store { get; set; } = new();

    public IncidentOptions Incidents { get; set; } = new();

    /// <summary>The Alertmanager clusters that post here. Empty: one source named <c>default</c>.</summary>
    public List<AlertmanagerOptions> Alertmanagers { get; set; } = [];

    public RunbookOptions Runbooks { get; set; } = new();

    public ChannelOptions Channels { get; set; } = new();

    public PeopleOptions People { get; set; } = new();

    /// <summary>First match wins; order is priority. Empty: one lane <c>all</c> that shows everything on the web page only.</summary>
    public List<LaneOptions> Lanes { get; set; } = [];
}

/// <summary>Where the program listens and how people and Alertmanager reach it: <c>server</c>.</summary>
internal sealed class ServerOptions
{
    /// <summary><c>host:port</c>. Default <c>localhost:8080</c>; port 0 takes a free one.</summary>
    public string Listen { get; set; } = "localhost:8080";

    /// <summary>The address by which people reach the pages, used in links. Default: <c>http://</c> and <see cref="Listen"/>.</summary>
    public Uri? ExternalUrl { get; set; }

    /// <summary>IANA name of the time zone of times in messages. Default UTC.</summary>
    public TimeZoneInfo TimeZone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>Largest webhook body in bytes; a larger one is answered 413. Default 16 MiB.</summary>
    public long MaxBodyBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary><c>none</c>: take webhooks without a token although the server can be reached from other machines.</summary>
    public string? WebhookAuth { get; set; }

    /// <summary>Bearer token of actions by API and pages. Without one actions are taken only while listening on loopback.</summary>
    public Secret? ApiToken { get; set; }
}

/// <summary>Where incidents are kept: <c>store</c>.</summary>
internal sealed class StoreOptions
{
    /// <summary>The database file; its folder is made when absent. Default <c>data/incidentbot.db</c>.</summary>
    public string Sqlite { get; set; } = "data/incidentbot.db";
}

/// <summary>How alerts are kept together and for how long incidents are kept: <c>incidents</c>.</summary>
internal sealed class IncidentOptions
{
    /// <summary>An incident that fires again this soon after its end is reopened. Default 15m.</summary>
    public TimeSpan ReopenWithin { get; set; } = IncidentRules.Default.ReopenWithin;

    /// <summary>A firing incident that nobody has spoken of for this long is stale. Default 9h.</summary>
    public TimeSpan StaleAfter { get; set; } = IncidentRules.Default.StaleAfter;

    /// <summary>Resolved and stale incidents are deleted after this time. Default 90d.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Labels that are dropped before anything is compared. Default <c>[prometheus_replica]</c>.</summary>
    public List<string> IgnoredLabels { get; set; } = ["prometheus_replica"];
}

/// <summary>One Alertmanager cluster that posts here: an entry of <c>alertmanagers</c>.</summary>
internal sealed class AlertmanagerOptions
{
    /// <summary>Name of the cluster; all its peers have one. Required, unique.</summary>
    public string Source { get; set; } = "";

    /// <summary>Addresses of its peers' API.</summary>
    public List<Uri> Urls { get; set; } = [];

    /// <summary>The bearer token, or the password of Basic authentication with <see cref="Source"/> as user name, of its webhooks.</summary>
    public Secret? WebhookToken { get; set; }

    public WatchdogOptions? Watchdog { get; set; }
}

/// <summary>The alert by which a cluster shows that it is alive: <c>watchdog</c>.</summary>
internal sealed class WatchdogOptions
{
    /// <summary>Default <c>Watchdog</c>.</summary>
    public string Alertname { get; set; } = "Watchdog";

    /// <summary>Default 5m.</summary>
    public TimeSpan MissingAfter { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>Where runbooks are: <c>runbooks</c>.</summary>
internal sealed class RunbookOptions
{
    /// <summary>The folder of Markdown runbooks. Default <c>runbooks</c>.</summary>
    public string Path { get; set; } = "runbooks";
}

/// <summary>Who may do what: <c>people</c>.</summary>
internal sealed class PeopleOptions
{
    /// <summary>Who may act from chat, as <c>slack:U…</c>, <c>telegram:123</c>, <c>matrix:@me:example.org</c>.</summary>
    public List<Room> Operators { get; set; } = [];
}

/// <summary>How urgently and where incidents are shown: an entry of <c>lanes</c>.</summary>
internal sealed class LaneOptions
{
    /// <summary>Required, unique.</summary>
    public string Name { get; set; } = "";

    /// <summary>Labels and the values that they must have; all must match. <c>{}</c> matches everything.</summary>
    public Dictionary<string, string> Match { get; set; } = [];

    /// <summary>Where its incidents are shown, beside the web page.</summary>
    public List<Room> Rooms { get; set; } = [];

    /// <summary><c>everyone</c>, or ids of people and groups as <c>slack:U…</c>; called by the first announcement.</summary>
    public List<string> Mention { get; set; } = [];

    /// <summary>Without sound, where the channel knows that. Default false.</summary>
    public bool Quiet { get; set; }
}
