using IncidentBot.Settings;

namespace IncidentBot.Graph.Neo4j;

/// <summary>How Neo4j is reached over HTTP.</summary>
internal sealed class Neo4jOptions
{
    /// <summary>
    /// Address of its HTTP interface, such as <c>http://neo4j:7474</c>. Required. User and password go to this address only; redirects are
    /// not followed.
    /// </summary>
    public Uri? Url { get; set; }

    /// <summary>Default <c>neo4j</c>.</summary>
    public string Database { get; set; } = "neo4j";

    /// <summary>Default <c>neo4j</c>.</summary>
    public string Username { get; set; } = "neo4j";

    /// <summary>Absent: the server asks for none.</summary>
    public Secret? Password { get; set; }

    /// <summary>
    /// The file of the authority that signed its certificate, in PEM; no other is believed then. Absent: whom this machine trusts.
    /// </summary>
    [RelativeToFile]
    public string? CaFile { get; set; }

    /// <summary>
    /// Merges what front matter and <c>services.yml</c> say into it at the start and whenever they change. Default false. Without
    /// it <c>incidentbot graph sync</c> does so when it is called.
    /// </summary>
    public bool Sync { get; set; }
}
