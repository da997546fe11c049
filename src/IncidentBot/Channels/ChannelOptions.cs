using IncidentBot.Settings;

namespace IncidentBot.Channels;

/// <summary>The kinds of chat that are configured, each with the options of its own; absent ones cannot be used as rooms.</summary>
internal sealed class ChannelOptions : KeyedOptions, IKeyedOptions
{
    public static IReadOnlyList<SettingKey> Keys => [.. ChannelCatalog.Kinds.Select(kind => SettingKey.Keyed(kind.Name, kind.Options))];
}
