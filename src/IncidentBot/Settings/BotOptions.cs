using IncidentBot.Incidents;

namespace IncidentBot.Settings;

/// <summary>All of <c>incidentbot.yml</c>. Property names are the keys in PascalCase (<c>external_url</c> is <see cref="ServerOptions.ExternalUrl"/>).</summary>
internal sealed class BotOptions
{
    private IncidentRules? _rules;

    /// <summary>How people and programs reach it.</summary>
    public ServerOptions Server { get; set; } = new();

    /// <summary>Where incidents are kept.</summary>
    public StoreOptions Store { get; set; } = new();

    /// <summary>What belongs to one incident, and for how long.</summary>
    public IncidentOptions Incidents { get; set; } = new();

    /// <summary>The Alertmanager clusters that post here. Empty: one source named <c>default</c>.</summary>
    public List<AlertmanagerOptions> Alertmanagers { get; set; } = [];

    /// <summary>What people do about alerts.</summary>
    public RunbookOptions Runbooks { get; set; } = new();

    /// <summary>The graph database that relates alerts, services and runbooks. Absent: the embedded graph only.</summary>
    public GraphOptions? Graph { get; set; }

    /// <summary>The kinds of chat.</summary>
    public ChannelOptions Channels { get; set; } = new();

    /// <summary>Who may do what.</summary>
    public PeopleOptions People { get; set; } = new();

    /// <summary>First match wins; order is priority. Empty: one lane <c>all</c> that shows everything on the web page only.</summary>
    public List<LaneOptions> Lanes { get; set; } = [];

    /// <summary>Which alerts explain which others, over all sources: what is explained is not announced. Empty: none.</summary>
    public List<InhibitOptions> Inhibit { get; set; } = [];

    /// <summary>When a room has too much to show, and what then.</summary>
    public StormOptions Storm { get; set; } = new();

    /// <summary>Scheduled checks. Absent: none.</summary>
    public ProbesOptions? Probes { get; set; }

    /// <summary>Who is told that IncidentBot itself works. Absent: nobody.</summary>
    public HeartbeatOptions? Heartbeat { get; set; }

    /// <summary>The rules by which incidents live; the same object for as long as these options are in force.</summary>
    internal IncidentRules Rules => _rules ??= Incidents.Rules with { Inhibit = Inhibit.ConvertAll(rule => rule.Rule) };

    /// <summary>What is configured, understood and checked, but not acted on by this version.</summary>
    public IReadOnlyList<string> NotYetActive { get; internal set; } = [];

    /// <summary>What is allowed and hardly meant, one line for each.</summary>
    public IReadOnlyList<string> Warnings { get; internal set; } = [];
}
