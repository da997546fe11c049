using IncidentBot.Graph.Neo4j;

namespace IncidentBot.Graph;

/// <summary>Where links between alerts, services and runbooks are kept beside the runbooks themselves.</summary>
internal sealed class GraphOptions
{
    /// <summary>A Neo4j server. Absent: the embedded graph only.</summary>
    public Neo4jOptions? Neo4j { get; set; }
}
