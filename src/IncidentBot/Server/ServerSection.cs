using IncidentBot.Settings;

namespace IncidentBot.Server;

/// <summary><c>server</c>: where the program listens, under which address people know it, and who may come in.</summary>
internal sealed class ServerSection() : SettingsSection("server", typeof(ServerOptions))
{
    public override void Check(BotOptions options, Requirements requirements)
    {
        var server = options.Server;
        if (!ListenAddress.TryParse(server.Listen, out _))
        {
            requirements.Complain("server.listen", Requirements.Found(server.Listen), ListenAddress.Allowed);
        }

        if (server.ExternalUrl is { Query.Length: > 0 })
        {
            requirements.Complain("server.external_url", "found an address with a question mark",
                "an address that paths can be appended to");
        }

        if (server.MaxBodyBytes is < 1024 or > 1024 * 1024 * 1024)
        {
            requirements.Complain("server.max_body_bytes", FormattableString.Invariant($"found {server.MaxBodyBytes}"),
                "1024 (1 KiB) to 1073741824 (1 GiB)");
        }

        if (server.LogFormat is not ("text" or "json"))
        {
            requirements.Complain("server.log_format", Requirements.Found(server.LogFormat), "text, json");
        }

        if (server.LogLevel is not ("debug" or "information" or "warning" or "error"))
        {
            requirements.Complain("server.log_level", Requirements.Found(server.LogLevel), "debug, information, warning, error");
        }

        CheckProxy(server.TrustedProxy, requirements);
        if (server.WebhookAuth is not (null or "none"))
        {
            requirements.Complain("server.webhook_auth", Requirements.Found(server.WebhookAuth), "none, or no such key");
        }
    }

    public override void Warn(BotOptions options, Requirements requirements)
    {
        var server = options.Server;
        var listen = ListenAddress.Parse(server.Listen);
        if (server.ExternalUrl is null && listen.IsAny)
        {
            requirements.Warn($"server.external_url: missing, while other machines can reach {listen}; links in messages would lead to this machine only. "
                + "Set the address by which people reach it, such as https://incidents.example.org");
        }

        if (server.ApiToken is null && !listen.IsLoopback)
        {
            requirements.Warn("server.api_token: missing, so nobody can acknowledge, send again or reload while other machines can reach "
                + $"{listen}. Write a token to a file (openssl rand -hex 32), name it with api_token_file, and sign in with it on the page /sign-in");
        }
    }

    private static void CheckProxy(TrustedProxyOptions? proxy, Requirements requirements)
    {
        if (proxy is null)
        {
            return;
        }

        if (proxy.From.Count == 0)
        {
            requirements.Complain("server.trusted_proxy.from", "missing; it is required", "the networks of the proxy, such as [10.42.0.0/16]");
        }

        for (var i = 0; i < proxy.From.Count; i++)
        {
            if (TrustedProxyOptions.Network(proxy.From[i] ?? "") is not { PrefixLength: > 0 })
            {
                requirements.Complain(FormattableString.Invariant($"server.trusted_proxy.from[{i}]"), Requirements.Found(proxy.From[i] ?? ""),
                    "a network such as 10.42.0.0/16, or an address; never everybody");
            }
        }

        if (proxy.UserHeader.Length is 0 or > 100 || !proxy.UserHeader.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'))
        {
            requirements.Complain("server.trusted_proxy.user_header", Requirements.Found(proxy.UserHeader),
                "the name of a header, such as X-authentik-username");
        }
    }

    public override IEnumerable<string> Keep(BotOptions read, BotOptions running)
    {
        if (string.Equals(read.Server.Listen, running.Server.Listen, StringComparison.Ordinal))
        {
            return [];
        }

        read.Server.Listen = running.Server.Listen;
        return ["server.listen"];
    }
}

/// <summary>The section among all options.</summary>
internal static class ServerOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>How people and programs reach it.</summary>
        public ServerOptions Server => options.Of<ServerOptions>("server");
    }
}
