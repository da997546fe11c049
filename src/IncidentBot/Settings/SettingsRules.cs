namespace IncidentBot.Settings;

/// <summary>
/// What must hold between and within settings beyond their types, section by section in the order of the file. Each complaint
/// names the path, what was found and what is allowed.
/// </summary>
internal sealed class SettingsRules(BotOptions options, SettingsBinder places)
{
    private const string NameAllowed = "1 to 64 letters, digits, dots, hyphens and underscores";
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(5);

    private readonly RoomRules _rooms = new(options, places);

    public void Check()
    {
        CheckServer();
        CheckStore();
        CheckIncidents();
        CheckAlertmanagers();
        new WatchRules(options, places).Check();
        CheckWhoMayPost();
        CheckRunbooksAndGraph();
        CheckChannels();
        _rooms.CheckOperators("people.operators", options.People.Operators);
        CheckLanes();
        CheckProbes();
    }

    private void CheckServer()
    {
        var server = options.Server;
        if (!ListenAddress.TryParse(server.Listen, out _))
        {
            places.Complain("server.listen", Found(server.Listen),
                "host:port, where the host is localhost, an IP address, or nothing for all addresses, such as localhost:8080");
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
            places.Complain("server.log_format", Found(server.LogFormat), "text, json");
        }

        if (server.LogLevel is not ("debug" or "information" or "warning" or "error"))
        {
            places.Complain("server.log_level", Found(server.LogLevel), "debug, information, warning, error");
        }

        if (server.WebhookAuth is not (null or "none"))
        {
            places.Complain("server.webhook_auth", Found(server.WebhookAuth), "none, or no such key");
        }
    }

    private void CheckStore()
    {
        var store = options.Store;
        if (store.Postgres is { } postgres)
        {
            Require("store.postgres.connection_string", postgres.ConnectionString);
            if (places.Has("store.sqlite"))
            {
                places.Complain("store", "both sqlite and postgres are set", "one of them");
            }
        }

        if (store.Sqlite.Length == 0 || store.Sqlite.StartsWith(':') || store.Sqlite.StartsWith("file:", StringComparison.Ordinal)
            || store.Sqlite.Any(char.IsControl))
        {
            places.Complain("store.sqlite", Found(store.Sqlite), "the path of a file, such as data/incidentbot.db");
        }
        else if (Directory.Exists(store.Sqlite))
        {
            places.Complain("store.sqlite", $"{Complaint.Quote(store.Sqlite)} is a folder",
                "the path of a file, such as data/incidentbot.db");
        }
    }

    private void CheckIncidents()
    {
        RequirePositive("incidents.reopen_within", options.Incidents.ReopenWithin);
        RequirePositive("incidents.stale_after", options.Incidents.StaleAfter);
        RequirePositive("incidents.retention", options.Incidents.Retention);
        for (var i = 0; i < options.Incidents.IgnoredLabels.Count; i++)
        {
            RequireLabelName(FormattableString.Invariant($"incidents.ignored_labels[{i}]"), options.Incidents.IgnoredLabels[i]);
        }
    }

    private void CheckAlertmanagers()
    {
        var sources = options.Alertmanagers;
        for (var i = 0; i < sources.Count; i++)
        {
            var source = sources[i];
            var path = FormattableString.Invariant($"alertmanagers[{i}]");
            RequireName($"{path}.source", source.Source, sources.Take(i).Select(earlier => earlier.Source), "a source");
            if (source.Watchdog is { } watchdog)
            {
                RequireText($"{path}.watchdog.alertname", watchdog.Alertname);
                RequirePositive($"{path}.watchdog.missing_after", watchdog.MissingAfter);
            }

            if (source.WebhookToken is { } token
                && sources.Take(i).FirstOrDefault(earlier => earlier.WebhookToken?.Is(token.Reveal()) ?? false) is { } same)
            {
                places.Complain(SecretPath($"{path}.webhook_token"), $"the source {Complaint.Quote(same.Source)} has the same token",
                    "another token for each source");
            }
        }
    }

    /// <summary>Whoever reaches the server may post alerts, so either only this machine does, or a token is asked for.</summary>
    private void CheckWhoMayPost()
    {
        var listen = ListenAddress.TryParse(options.Server.Listen, out var address) ? address : null;
        if (listen is null or { IsLoopback: true } || places.Has("server.webhook_auth"))
        {
            return;
        }

        var problem = $"no webhook token, while other machines can reach {listen}";
        const string Allowed = "webhook_token or webhook_token_file for every source, or server.listen on localhost, or server.webhook_auth: none";
        if (options.Alertmanagers.Count == 0)
        {
            places.Complain("alertmanagers", problem, Allowed);
        }

        for (var i = 0; i < options.Alertmanagers.Count; i++)
        {
            var path = FormattableString.Invariant($"alertmanagers[{i}].webhook_token");
            if (options.Alertmanagers[i].WebhookToken is null && SecretPath(path).Equals(path, StringComparison.Ordinal) && !places.Has(path))
            {
                places.Complain(path, problem, Allowed);
            }
        }
    }

    private void CheckRunbooksAndGraph()
    {
        CheckRunbooks();
        if (options.Graph?.Neo4j is { } neo4j)
        {
            Require("graph.neo4j.url", neo4j.Url);
            RequireText("graph.neo4j.database", neo4j.Database);
            RequireText("graph.neo4j.username", neo4j.Username);
        }
    }

    private void CheckRunbooks()
    {
        var runbooks = options.Runbooks;
        for (var i = 0; i < runbooks.Path.Count; i++)
        {
            RequireText(runbooks.Path.Count == 1 ? "runbooks.path" : FormattableString.Invariant($"runbooks.path[{i}]"), runbooks.Path[i]);
        }

        RequirePositive("runbooks.reviewed_within", runbooks.ReviewedWithin);
    }

    private void CheckChannels()
    {
        if (options.Channels.Slack is { } slack)
        {
            Require("channels.slack.bot_token", slack.BotToken);
            RequireTimeout("channels.slack.timeout", slack.Timeout);
        }

        if (options.Channels.Telegram is { } telegram)
        {
            CheckTelegram(telegram);
        }

        if (options.Channels.Matrix is { } matrix)
        {
            Require("channels.matrix.homeserver", matrix.Homeserver);
            Require("channels.matrix.access_token", matrix.AccessToken);
            RequireTimeout("channels.matrix.timeout", matrix.Timeout);
        }
    }

    private void CheckTelegram(Channels.Telegram.TelegramOptions telegram)
    {
        Require("channels.telegram.bot_token", telegram.BotToken);
        RequireTimeout("channels.telegram.timeout", telegram.Timeout);

        // The token is a part of the address, so nothing else may be in it. https://core.telegram.org/bots/api#authorizing-your-bot
        if (telegram.BotToken is { } token
            && !token.Reveal().All(character => char.IsAsciiLetterOrDigit(character) || character is ':' or '_' or '-'))
        {
            places.Complain(SecretPath("channels.telegram.bot_token"), "not a token of a Telegram bot",
                "what BotFather gave: digits, a colon, letters and digits");
        }

        if (telegram.Mode is not ("polling" or "webhook" or "send-only"))
        {
            places.Complain("channels.telegram.mode", Found(telegram.Mode), "polling, webhook, send-only");
        }

        if (telegram.Mode is "webhook")
        {
            Require("channels.telegram.secret_token", telegram.SecretToken, " with mode: webhook");
        }

        // https://core.telegram.org/bots/api#setwebhook
        if (telegram.SecretToken?.Reveal() is { } secret
            && (secret.Length > 256 || !secret.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-')))
        {
            places.Complain(SecretPath("channels.telegram.secret_token"), "Telegram would not take this secret",
                "1 to 256 letters, digits, hyphens and underscores");
        }
    }

    private void CheckLanes()
    {
        var lanes = options.Lanes;
        for (var i = 0; i < lanes.Count; i++)
        {
            var lane = lanes[i];
            var path = FormattableString.Invariant($"lanes[{i}]");
            RequireName($"{path}.name", lane.Name, lanes.Take(i).Select(earlier => earlier.Name), "a lane");
            CheckMatch(i, path);
            _rooms.CheckRooms($"{path}.rooms", lane.Rooms);
            _rooms.CheckMention($"{path}.mention", lane.Mention);
            for (var j = 0; j < lane.Escalate.Count; j++)
            {
                CheckEscalation(FormattableString.Invariant($"{path}.escalate[{j}]"), lane.Escalate[j]);
            }

            if (lane.Digest is { } digest)
            {
                RequirePositive($"{path}.digest", digest);
            }
        }
    }

    private void CheckMatch(int index, string path)
    {
        var lane = options.Lanes[index];
        if (!places.Has($"{path}.match"))
        {
            places.Complain($"{path}.match", "missing", "labels and their values, { severity: critical }, or {} for every incident");
            return;
        }

        foreach (var label in lane.Match.Keys)
        {
            RequireLabelName(SettingsBinder.Join($"{path}.match", label), label);
        }

        // An earlier lane that asks for less takes everything that this one asks for.
        var before = options.Lanes.Take(index).Where((_, i) => places.IsGood(FormattableString.Invariant($"lanes[{i}].match")))
            .FirstOrDefault(other => other.Match.All(pair =>
                string.Equals(lane.Match.GetValueOrDefault(pair.Key), pair.Value, StringComparison.Ordinal)));
        if (before is not null)
        {
            places.Complain($"{path}.match", $"never reached, because the lane {Complaint.Quote(before.Name)} before it takes all of its incidents",
                "the narrower lane first");
        }
    }

    private void CheckEscalation(string path, EscalationOptions escalation)
    {
        Require($"{path}.after", escalation.After);
        if (escalation.After is { } after)
        {
            RequirePositive($"{path}.after", after);
        }

        _rooms.CheckRooms($"{path}.rooms", escalation.Rooms);
        _rooms.CheckMention($"{path}.mention", escalation.Mention);
        if (escalation.Rooms.Count == 0 && escalation.Mention.Count == 0)
        {
            places.Complain(path, "neither rooms nor mention: nobody would hear of it", "rooms, mention or both");
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
                Require($"probes.{name}.every", probe.Every);
                RequirePositive($"probes.{name}.every", probe.Every ?? TimeSpan.MaxValue);
            }
        }
    }

    private static string Found(string text) => $"found {Complaint.Quote(text)}";

    /// <summary>The key by which the secret is configured: itself, or its file.</summary>
    private string SecretPath(string path) => places.Has($"{path}_file") ? $"{path}_file" : path;

    private void Require(string path, object? value, string when = "")
    {
        // A key that stands there with a value that cannot be read has its own complaint.
        if (value is null && !places.Has(path) && !places.Has($"{path}_file"))
        {
            var isSecret = path.EndsWith("_token", StringComparison.Ordinal) || path.EndsWith("_string", StringComparison.Ordinal);
            var key = path[(path.LastIndexOf('.') + 1)..];
            places.Complain(path, $"missing; it is required{when}", isSecret ? $"{key} or {key}_file" : "");
        }
    }

    private void RequireText(string path, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            places.Complain(path, Found(text), "some text");
        }
    }

    private void RequireName(string path, string name, IEnumerable<string> earlier, string thing)
    {
        if (!places.Has(path))
        {
            places.Complain(path, "missing; it is required", NameAllowed);
        }
        else if (name.Length is 0 or > 64
            || !name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_'))
        {
            places.Complain(path, Found(name), NameAllowed);
        }
        else if (earlier.Contains(name, StringComparer.Ordinal))
        {
            places.Complain(path, $"{thing} before it is named {Complaint.Quote(name)} too", "a name of its own for each");
        }
    }

    private void RequireLabelName(string path, string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0])
            || !name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_'))
        {
            places.Complain(path, Found(name), "the name of a label: letters, digits and underscores");
        }
    }

    private void RequirePositive(string path, TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero)
        {
            places.Complain(path, Found(Duration.Format(duration)), "more than 0");
        }
    }

    private void RequireTimeout(string path, TimeSpan timeout)
    {
        if (timeout < ShortestTimeout || timeout > LongestTimeout)
        {
            places.Complain(path, Found(Duration.Format(timeout)),
                $"{Duration.Format(ShortestTimeout)} to {Duration.Format(LongestTimeout)}");
        }
    }
}
