using IncidentBot.Channels;
using IncidentBot.Delivery;
using IncidentBot.Graph;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Probes;
using IncidentBot.Runbooks;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Storage;
using IncidentBot.Yaml;

namespace IncidentBot;

/// <summary>What <c>incidentbot.yml</c> may hold: one line for each section, which its folder owns.</summary>
internal static class SettingsCatalog
{
    /// <summary>In the order in which they are checked.</summary>
    public static IReadOnlyList<SettingsSection> Sections { get; } =
    [
        new ServerSection(),
        new StoreSection(),
        new IncidentsSection(),
        new AlertmanagersSection(),
        new GeneratorUrlsSection(),
        new RunbooksSection(),
        new GraphSection(),
        new ChannelsSection(),
        new PeopleSection(),
        new LanesSection(),
        new InhibitSection(),
        new StormSection(),
        new ProbesSection(),
        new HeartbeatSection(),
    ];

    /// <param name="path">Null for <see cref="SettingsFile.DefaultName"/>, which may be absent; a file that is named must exist.</param>
    /// <param name="environment">Variables; those that begin with <c>INCIDENTBOT_</c> override the file.</param>
    /// <param name="running">On a reload: the options that are in force.</param>
    /// <param name="readSecrets">False leaves files of secrets alone, which may be on another machine.</param>
    /// <param name="part">Cuts what was read to the part that is asked for; null for all of it.</param>
    /// <param name="text">Is read in place of the file; null reads the file.</param>
    public static LoadResult Load(
        string? path, IReadOnlyDictionary<string, string> environment, BotOptions? running = null, bool readSecrets = true,
            Func<YamlNode, YamlNode>? part = null, byte[]? text = null) =>
        SettingsFile.Load(Sections, path, environment, running, readSecrets, part, text);
}
