using IncidentBot.Incidents;
using IncidentBot.Server;
using IncidentBot.Settings;

namespace IncidentBot.Sources;

/// <summary>
/// <c>alertmanagers</c>: the clusters that post here. Checked are their names and tokens, how their API is asked, and who may post at all.
/// </summary>
internal sealed class AlertmanagersSection() : SettingsSection("alertmanagers", typeof(List<AlertmanagerOptions>))
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    public override void Check(BotOptions options, Requirements requirements)
    {
        CheckSources(options.Alertmanagers, requirements);
        CheckWhoMayPost(options, requirements);
        // With less, what Alertmanager lists all the time would become stale between two readings.
        if (options.Alertmanagers.Exists(one => one.Urls.Count > 0) && options.Incidents.StaleAfter is { } stale
            && stale < IncidentRules.LeastStale)
        {
            requirements.Complain("incidents.stale_after",
                $"found {Headline.Length(stale)}, while alertmanagers[].urls keep an incident from being stale once an hour",
                "2h or more");
        }
    }

    private static void CheckSources(List<AlertmanagerOptions> sources, Requirements requirements)
    {
        for (var i = 0; i < sources.Count; i++)
        {
            var source = sources[i];
            var path = FormattableString.Invariant($"alertmanagers[{i}]");
            requirements.RequireName($"{path}.source", source.Source, sources.Take(i).Select(earlier => earlier.Source), "a source");
            if (source.Watchdog is { } watchdog)
            {
                requirements.RequireText($"{path}.watchdog.alertname", watchdog.Alertname);
                requirements.RequirePositive($"{path}.watchdog.missing_after", watchdog.MissingAfter);
            }

            CheckApi(path, source, requirements);
            if (source.WebhookToken is { } token
                && sources.Take(i).FirstOrDefault(earlier => earlier.WebhookToken?.Is(token.Reveal()) ?? false) is { } same)
            {
                requirements.Complain(requirements.SecretPath($"{path}.webhook_token"),
                    $"the source {Requirements.Quote(same.Source)} has the same token",
                    "another token for each source");
            }
        }
    }

    /// <summary>Whoever reaches the server may post alerts, so either only this machine does, or a token is asked for.</summary>
    private static void CheckWhoMayPost(BotOptions options, Requirements requirements)
    {
        var listen = ListenAddress.TryParse(options.Server.Listen, out var address) ? address : null;
        if (listen is null or { IsLoopback: true } || requirements.Has("server.webhook_auth"))
        {
            return;
        }

        var problem = $"no webhook token, while other machines can reach {listen}";
        const string Allowed =
            "webhook_token or webhook_token_file for every source, or server.listen on localhost, or server.webhook_auth: none";
        if (options.Alertmanagers.Count == 0)
        {
            requirements.Complain("alertmanagers", problem, Allowed);
        }

        for (var i = 0; i < options.Alertmanagers.Count; i++)
        {
            var path = FormattableString.Invariant($"alertmanagers[{i}].webhook_token");
            if (options.Alertmanagers[i].WebhookToken is null && requirements.SecretPath(path).Equals(path, StringComparison.Ordinal)
                && !requirements.Has(path))
            {
                requirements.Complain(path, problem, Allowed);
            }
        }
    }

    private static void CheckApi(string path, AlertmanagerOptions source, Requirements requirements)
    {
        if (source.ExternalUrl is { Query.Length: > 0 } or { Fragment.Length: > 0 })
        {
            requirements.Complain($"{path}.external_url", "found an address with a question mark or a #",
                "an address that paths can be appended to");
        }

        for (var i = 0; i < source.Urls.Count; i++)
        {
            if (source.Urls[i] is { Query.Length: > 0 })
            {
                requirements.Complain(FormattableString.Invariant($"{path}.urls[{i}]"), "found an address with a question mark",
                    "an address that paths can be appended to");
            }
        }

        for (var i = 0; i < source.Receivers.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(source.Receivers[i]))
            {
                requirements.Complain(FormattableString.Invariant($"{path}.receivers[{i}]"), Requirements.Found(source.Receivers[i]),
                    "the name of a receiver");
            }
        }

        requirements.RequireAtLeast($"{path}.reconcile_every", source.ReconcileEvery, ShortestPause);
        var (user, password) = (requirements.Has($"{path}.api_username"), requirements.HasSecret($"{path}.api_password"));
        if (user != password)
        {
            requirements.Complain(path, $"{(user ? "api_username" : "api_password")} without {(user ? "api_password" : "api_username")}",
                "api_username with api_password or api_password_file");
        }
        else if (user && requirements.HasSecret($"{path}.api_token"))
        {
            requirements.Complain(path, "both api_token and api_username are set", "one of them");
        }

        if (user && (string.IsNullOrEmpty(source.ApiUsername) || source.ApiUsername.Contains(':', StringComparison.Ordinal)
            || source.ApiUsername.Any(char.IsControl)))
        {
            requirements.Complain($"{path}.api_username", Requirements.Found(source.ApiUsername ?? ""), "a user name without a colon");
        }
    }
}

/// <summary>The section among all options.</summary>
internal static class AlertmanagersOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>The Alertmanager clusters that post here. Empty: one source named <c>default</c>.</summary>
        public List<AlertmanagerOptions> Alertmanagers => options.Of<List<AlertmanagerOptions>>("alertmanagers");
    }
}
