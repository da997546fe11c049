using IncidentBot.Settings;

namespace IncidentBot.Delivery;

/// <summary><c>heartbeat</c>: who is told that IncidentBot itself works.</summary>
internal sealed class HeartbeatSection() : SettingsSection("heartbeat", typeof(HeartbeatOptions))
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    public override void Check(BotOptions options, Requirements requirements)
    {
        if (options.Heartbeat is not { } heartbeat)
        {
            return;
        }

        requirements.RequireAtLeast("heartbeat.every", heartbeat.Every, ShortestPause);
        if (!requirements.HasSecret("heartbeat.url"))
        {
            requirements.Complain("heartbeat.url", "missing; it is required", "url or url_file");
        }
        else if (heartbeat.Url is { } url && url != Secret.Unread
            && !(Uri.TryCreate(url.Reveal(), UriKind.Absolute, out var address)
                && address is { Scheme: "http" or "https", Host.Length: > 0, UserInfo.Length: 0 }))
        {
            requirements.Complain(requirements.SecretPath("heartbeat.url"), "not an address (it is a secret and not shown)",
                "an address that begins with http:// or https://, without user name or password");
        }
    }
}

/// <summary>The section among all options.</summary>
internal static class HeartbeatOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>Who is told that IncidentBot itself works. Absent: nobody.</summary>
        public HeartbeatOptions? Heartbeat
        {
            get => options.Find<HeartbeatOptions>("heartbeat");
            set => options.Set("heartbeat", value);
        }
    }
}
