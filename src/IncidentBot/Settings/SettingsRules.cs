using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <summary>
/// What must hold between and within settings beyond their types, section by section in the order of the file. Each complaint
/// names the path, what was found and what is allowed.
/// </summary>
internal sealed class SettingsRules(BotOptions options, SettingsBinder places)
{
    private static readonly TimeSpan ShortestRefresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private readonly Demands _demands = new(places);
    private readonly RoomRules _rooms = new(options, places);

    public void Check()
    {
        CheckServer();
        CheckStore();
        CheckIncidents();
        new SourceRules(options, places, _demands).Check();
        CheckRunbooksAndGraph();
        CheckChannels();
        _rooms.CheckOperators("people.operators", options.People.Operators);
        var lanes = new LaneRules(options, places, _demands, _rooms);
        lanes.Check();
        lanes.CheckInhibit();
        CheckStorm();
        CheckProbes();
        CheckHeartbeat();
    }

    private void CheckServer()
    {
        var server = options.Server;
        if (!ListenAddress.TryParse(server.Listen, out _))
        {
            places.Complain("server.listen", Demands.Found(server.Listen), ListenAddress.Allowed);
        }

        if (server.ExternalUrl is { Query.Length: > 0 })
        {
            places.Complain("server.external_url", "found an address with a question mark", "an address that paths can be appended to");
        }

        if (server.MaxBodyBytes is < 1024 or > 1024 * 1024 * 1024)
        {
            places.Complain("server.max_body_bytes", FormattableString.Invariant($"found {server.MaxBodyBytes}"),
                "1024 (1 KiB) to 1073741824 (1 GiB)");
        }

        if (server.LogFormat is not ("text" or "json"))
        {
            places.Complain("server.log_format", Demands.Found(server.LogFormat), "text, json");
        }

        if (server.LogLevel is not ("debug" or "information" or "warning" or "error"))
        {
            places.Complain("server.log_level", Demands.Found(server.LogLevel), "debug, information, warning, error");
        }

        if (server.WebhookAuth is not (null or "none"))
        {
            places.Complain("server.webhook_auth", Demands.Found(server.WebhookAuth), "none, or no such key");
        }
    }

    private void CheckStore()
    {
        var store = options.Store;
        if (store.Postgres is { } postgres)
        {
            _demands.Require("store.postgres.connection_string", postgres.ConnectionString);
            if (places.Has("store.sqlite"))
            {
                places.Complain("store", "both sqlite and postgres are set", "one of them");
            }
        }

        if (store.Sqlite.Length == 0 || store.Sqlite.StartsWith(':') || store.Sqlite.StartsWith("file:", StringComparison.Ordinal)
            || store.Sqlite.Any(char.IsControl))
        {
            places.Complain("store.sqlite", Demands.Found(store.Sqlite), "the path of a file, such as data/incidentbot.db");
        }
        else if (Directory.Exists(store.Sqlite))
        {
            places.Complain("store.sqlite", $"{Complaint.Quote(store.Sqlite)} is a folder",
                "the path of a file, such as data/incidentbot.db");
        }
    }

    private void CheckIncidents()
    {
        _demands.RequirePositive("incidents.reopen_within", options.Incidents.ReopenWithin);
        _demands.RequirePositive("incidents.stale_after", options.Incidents.StaleAfter);
        _demands.RequirePositive("incidents.retention", options.Incidents.Retention);
        _demands.RequirePositive("incidents.flap_window", options.Incidents.FlapWindow);
        if (options.Incidents.FlapThreshold is < 1 or > FiringIntervals.Kept / 2)
        {
            places.Complain("incidents.flap_threshold", FormattableString.Invariant($"found {options.Incidents.FlapThreshold}"),
                FormattableString.Invariant($"1 to {FiringIntervals.Kept / 2}"));
        }

        for (var i = 0; i < options.Incidents.IgnoredLabels.Count; i++)
        {
            _demands.RequireLabelName(FormattableString.Invariant($"incidents.ignored_labels[{i}]"), options.Incidents.IgnoredLabels[i]);
        }
    }

    private void CheckRunbooksAndGraph()
    {
        CheckRunbooks();
        if (options.Graph?.Neo4j is { } neo4j)
        {
            _demands.Require("graph.neo4j.url", neo4j.Url);
            _demands.RequireText("graph.neo4j.database", neo4j.Database);
            _demands.RequireText("graph.neo4j.username", neo4j.Username);
        }
    }

    private void CheckRunbooks()
    {
        var runbooks = options.Runbooks;
        for (var i = 0; i < runbooks.Path.Count; i++)
        {
            _demands.RequireText(runbooks.Path.Count == 1 ? "runbooks.path" : FormattableString.Invariant($"runbooks.path[{i}]"), runbooks.Path[i]);
        }

        _demands.RequirePositive("runbooks.reviewed_within", runbooks.ReviewedWithin);
    }

    private void CheckChannels()
    {
        foreach (var kind in ChannelCatalog.Kinds)
        {
            kind.Check(options.Channels, _demands);
        }
    }

    private void CheckStorm()
    {
        _demands.RequirePositive("storm.show_within", options.Storm.ShowWithin);
        _demands.RequirePositive("storm.calm_after", options.Storm.CalmAfter);
        if (options.Storm.Refresh < ShortestRefresh)
        {
            places.Complain("storm.refresh", Demands.Found(Duration.Format(options.Storm.Refresh)), "at least 1s: every edit is one of the vendor's budget");
        }
    }

    private void CheckProbes()
    {
        foreach (var (name, probe) in new[]
        {
            ("email-roundtrip", options.Probes?.EmailRoundtrip),
            ("registry-integrity", options.Probes?.RegistryIntegrity),
            ("immich-search", options.Probes?.ImmichSearch),
        })
        {
            if (probe is not null)
            {
                _demands.Require($"probes.{name}.every", probe.Every);
                _demands.RequirePositive($"probes.{name}.every", probe.Every ?? TimeSpan.MaxValue);
            }
        }
    }

    private void CheckHeartbeat()
    {
        if (options.Heartbeat is not { } heartbeat)
        {
            return;
        }

        _demands.RequireAtLeast("heartbeat.every", heartbeat.Every, ShortestPause);
        if (!_demands.HasSecret("heartbeat.url"))
        {
            places.Complain("heartbeat.url", "missing; it is required", "url or url_file");
        }
        else if (heartbeat.Url is { } url
            && !(Uri.TryCreate(url.Reveal(), UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", Host.Length: > 0, UserInfo.Length: 0 }))
        {
            places.Complain(_demands.SecretPath("heartbeat.url"), "not an address (it is a secret and not shown)",
                "an address that begins with http:// or https://, without user name or password");
        }
    }
}
