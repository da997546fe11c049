using System.Text;
using IncidentBot.Settings;

namespace IncidentBot.Graph.Neo4j;

/// <summary>Which server is asked, about which database and as whom.</summary>
internal sealed record Neo4jTarget(Uri Url, string Database, string Username, Secret? Password)
{
    /// <summary>As people are told of it; the settings take no address with a user in it.</summary>
    public string Shown => Url.GetLeftPart(UriPartial.Authority);

    /// <summary>The header that lets it in; null for a server that asks for no password.</summary>
    public string? Authorization => Password is null ? null
        : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password.Reveal()}"))}";

    public static Neo4jTarget Of(Neo4jOptions options) => new(options.Url!, options.Database, options.Username, options.Password);

    /// <summary>Whether it is the same server with the same user and password.</summary>
    public bool IsSameAs(Neo4jTarget other) => Url == other.Url && string.Equals(Database, other.Database, StringComparison.Ordinal)
        && string.Equals(Username, other.Username, StringComparison.Ordinal)
        && (Password is null ? other.Password is null : other.Password is { } password && Password.Is(password.Reveal()));

    /// <summary>For the log.</summary>
    public override string ToString() => Shown;
}
