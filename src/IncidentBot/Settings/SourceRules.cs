using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <summary>What must hold for the Alertmanagers that post here: their names and tokens, how their API is asked, and who may post at all.</summary>
internal sealed class SourceRules(BotOptions options, SettingsBinder places, Demands demands)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    public void Check()
    {
        CheckSources();
        CheckWhoMayPost();
    }

    private void CheckSources()
    {
        var sources = options.Alertmanagers;
        for (var i = 0; i < sources.Count; i++)
        {
            var source = sources[i];
            var path = FormattableString.Invariant($"alertmanagers[{i}]");
            demands.RequireName($"{path}.source", source.Source, sources.Take(i).Select(earlier => earlier.Source), "a source");
            if (source.Watchdog is { } watchdog)
            {
                demands.RequireText($"{path}.watchdog.alertname", watchdog.Alertname);
                demands.RequirePositive($"{path}.watchdog.missing_after", watchdog.MissingAfter);
            }

            CheckApi(path, source);
            if (source.WebhookToken is { } token
                && sources.Take(i).FirstOrDefault(earlier => earlier.WebhookToken?.Is(token.Reveal()) ?? false) is { } same)
            {
                places.Complain(demands.SecretPath($"{path}.webhook_token"), $"the source {Complaint.Quote(same.Source)} has the same token",
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
            if (options.Alertmanagers[i].WebhookToken is null && demands.SecretPath(path).Equals(path, StringComparison.Ordinal) && !places.Has(path))
            {
                places.Complain(path, problem, Allowed);
            }
        }
    }

    private void CheckApi(string path, AlertmanagerOptions source)
    {
        for (var i = 0; i < source.Urls.Count; i++)
        {
            if (source.Urls[i] is { Query.Length: > 0 })
            {
                places.Complain(FormattableString.Invariant($"{path}.urls[{i}]"), "found an address with a question mark", "an address that paths can be appended to");
            }
        }

        for (var i = 0; i < source.Receivers.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(source.Receivers[i]))
            {
                places.Complain(FormattableString.Invariant($"{path}.receivers[{i}]"), Demands.Found(source.Receivers[i]), "the name of a receiver");
            }
        }

        demands.RequireAtLeast($"{path}.reconcile_every", source.ReconcileEvery, ShortestPause);
        var (user, password) = (places.Has($"{path}.api_username"), demands.HasSecret($"{path}.api_password"));
        if (user != password)
        {
            places.Complain(path, $"{(user ? "api_username" : "api_password")} without {(user ? "api_password" : "api_username")}",
                "api_username with api_password or api_password_file");
        }
        else if (user && demands.HasSecret($"{path}.api_token"))
        {
            places.Complain(path, "both api_token and api_username are set", "one of them");
        }

        if (user && (string.IsNullOrEmpty(source.ApiUsername) || source.ApiUsername.Contains(':', StringComparison.Ordinal) || source.ApiUsername.Any(char.IsControl)))
        {
            places.Complain($"{path}.api_username", Demands.Found(source.ApiUsername ?? ""), "a user name without a colon");
        }
    }
}
