namespace IncidentBot.Settings;

/// <summary>What must hold for asking Alertmanager's API, and for the heartbeat that IncidentBot gives of itself.</summary>
internal sealed class WatchRules(BotOptions options, SettingsBinder places)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    public void Check()
    {
        for (var i = 0; i < options.Alertmanagers.Count; i++)
        {
            CheckApi(FormattableString.Invariant($"alertmanagers[{i}]"), options.Alertmanagers[i]);
        }

        if (options.Heartbeat is { } heartbeat)
        {
            CheckHeartbeat(heartbeat);
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
                places.Complain(FormattableString.Invariant($"{path}.receivers[{i}]"), $"found {Complaint.Quote(source.Receivers[i])}", "the name of a receiver");
            }
        }

        CheckPause($"{path}.reconcile_every", source.ReconcileEvery);
        var (user, password) = (places.Has($"{path}.api_username"), HasSecret($"{path}.api_password"));
        if (user != password)
        {
            places.Complain(path, $"{(user ? "api_username" : "api_password")} without {(user ? "api_password" : "api_username")}",
                "api_username with api_password or api_password_file");
        }
        else if (user && HasSecret($"{path}.api_token"))
        {
            places.Complain(path, "both api_token and api_username are set", "one of them");
        }

        if (user && (string.IsNullOrEmpty(source.ApiUsername) || source.ApiUsername.Contains(':', StringComparison.Ordinal) || source.ApiUsername.Any(char.IsControl)))
        {
            places.Complain($"{path}.api_username", $"found {Complaint.Quote(source.ApiUsername ?? "")}", "a user name without a colon");
        }
    }

    private void CheckHeartbeat(HeartbeatOptions heartbeat)
    {
        CheckPause("heartbeat.every", heartbeat.Every);
        if (!HasSecret("heartbeat.url"))
        {
            places.Complain("heartbeat.url", "missing; it is required", "url or url_file");
        }
        else if (heartbeat.Url is { } url
            && !(Uri.TryCreate(url.Reveal(), UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", Host.Length: > 0, UserInfo.Length: 0 }))
        {
            places.Complain(places.Has("heartbeat.url_file") ? "heartbeat.url_file" : "heartbeat.url", "not an address (it is a secret and not shown)",
                "an address that begins with http:// or https://, without user name or password");
        }
    }

    private bool HasSecret(string path) => places.Has(path) || places.Has($"{path}_file");

    private void CheckPause(string path, TimeSpan pause)
    {
        if (pause < ShortestPause)
        {
            places.Complain(path, $"found {Complaint.Quote(Duration.Format(pause))}", $"at least {Duration.Format(ShortestPause)}");
        }
    }
}
