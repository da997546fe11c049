using IncidentBot.Settings;

namespace IncidentBot.Graph;

/// <summary>Where links between alerts, services and runbooks are kept beside the runbooks themselves.</summary>
internal sealed class GraphOptions
{
    /// <summary>A Neo4j server. Absent: the embedded graph only.</summary>
    public Neo4jOptions? Neo4j { get; set; }
}

/// <summary>How Neo4j is reached over HTTP.</summary>
internal sealed class Neo4jOptions
{
    /// <summary>Address of its HTTP interface, such as <c>http://neo4j:7474</c>. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>Default <c>neo4j</c>.</summary>
    public string Database { get; set; } = "neo4j";

    /// <summary>Default <c>neo4j</c>.</summary>
    public string Username { get; set; } = "neo4j";

    /// <summary>Absent: the server asks for none.</summary>
    public Secret? Password { get; set; }
}
