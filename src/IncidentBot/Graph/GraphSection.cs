using IncidentBot.Settings;

namespace IncidentBot.Graph;

/// <summary><c>graph</c>: the graph database that relates alerts, services and runbooks.</summary>
internal sealed class GraphSection() : SettingsSection("graph", typeof(GraphOptions))
{
    public override void Check(BotOptions options, Requirements requirements)
    {
        if (options.Graph?.Neo4j is { } neo4j)
        {
            requirements.Require("graph.neo4j.url", neo4j.Url);
            requirements.RequireText("graph.neo4j.database", neo4j.Database);
            requirements.RequireText("graph.neo4j.username", neo4j.Username);
        }
    }

    public override IEnumerable<(string Path, string Meaning)> NotYetActive(BotOptions options) => [("graph", "nothing is read from it")];
}

/// <summary>The section among all options.</summary>
internal static class GraphOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>The graph database. Absent: the embedded graph only.</summary>
        public GraphOptions? Graph
        {
            get => options.Find<GraphOptions>("graph");
            set => options.Set("graph", value);
        }
    }
}
