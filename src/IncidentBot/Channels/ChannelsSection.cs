using IncidentBot.Settings;

namespace IncidentBot.Channels;

/// <summary><c>channels</c>: the kinds of chat, each with the options of its own folder.</summary>
internal sealed class ChannelsSection() : SettingsSection("channels", typeof(ChannelOptions))
{
    public override void Check(BotOptions options, Requirements requirements)
    {
        foreach (var kind in ChannelCatalog.Kinds)
        {
            kind.Check(options.Channels, requirements);
        }
    }

    public override void Warn(BotOptions options, Requirements requirements)
    {
        foreach (var kind in ChannelCatalog.Kinds)
        {
            kind.Warn(options.Channels, requirements);
        }
    }

    public override IEnumerable<(string Path, string Meaning)> NotYetActive(BotOptions options) =>
        ChannelCatalog.Kinds.SelectMany(kind => kind.NotYetActive(options.Channels));
}

/// <summary>The section among all options.</summary>
internal static class ChannelsOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>The kinds of chat.</summary>
        public ChannelOptions Channels => options.Of<ChannelOptions>("channels");
    }
}
