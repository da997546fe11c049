using IncidentBot.Graph.Neo4j;
using IncidentBot.Outgoing;
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
            Check(neo4j, requirements);
        }
    }

    public override void Warn(BotOptions options, Requirements requirements) =>
        requirements.WarnOfMoved("graph.neo4j.ca_file", File.Exists, "file");

    private static void Check(Neo4jOptions neo4j, Requirements requirements)
    {
        if (neo4j.Url is { Query.Length: > 0 })
        {
            requirements.Complain("graph.neo4j.url", "found an address with a question mark", "an address that paths can be appended to");
        }

        if (neo4j.CaFile is { } file && requirements.SeesFiles && PrivateAuthority.Read(file).Problem is { } problem)
        {
            requirements.Complain("graph.neo4j.ca_file", problem, "a readable file with a certificate in PEM");
        }
    }
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
