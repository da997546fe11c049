using IncidentBot.Settings;

namespace IncidentBot.Server;

/// <summary>Where it listens, under which address people know it, and who may come in.</summary>
internal sealed class ServerOptions
{
    /// <summary><c>host:port</c>. Default <c>localhost:8080</c>; port 0 takes a free one.</summary>
    public string Listen { get; set; } = "localhost:8080";

    /// <summary>The address by which people reach the pages, used in links. Default: <c>http://</c> and <see cref="Listen"/>.</summary>
    public Uri? ExternalUrl { get; set; }

    /// <summary>
    /// IANA name of the time zone of times in messages and pages, of quiet hours that name none, and of digests. Default UTC.
    /// </summary>
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

    /// <summary>A proxy that signs people in, and is believed about who they are. Absent: no proxy is.</summary>
    public TrustedProxyOptions? TrustedProxy { get; set; }
}
