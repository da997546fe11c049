using IncidentBot.Settings;

namespace IncidentBot.Channels;

/// <summary>
/// A kind of chat as settings know it: how its rooms and its people are written, what its options must be, and how its channel
/// is made of them. It asks nobody: what is checked here is known without the vendor.
/// </summary>
internal abstract class ChannelKind(string name)
{
    /// <summary>What its rooms begin with, and its section under <c>channels</c>.</summary>
    public string Name => name;

    public abstract bool IsConfigured(ChannelOptions options);

    /// <summary>The channel; null when it is not configured.</summary>
    public abstract IChannel? Make(ChannelOptions options, IHttpClientFactory http, TimeProvider time);

    /// <summary>Complains about each option that cannot be; of a kind that is not configured about none.</summary>
    public abstract void Check(ChannelOptions options, Demands demands);

    /// <summary>What the id of a room must be; null when it is right.</summary>
    public abstract string? RoomAllowed(string id);

    /// <summary>What the id must be of somebody who is called; null when it is right.</summary>
    public abstract string? CalleeAllowed(string id);

    /// <summary>What the id must be of a person who may act: one that nobody else can take. Null when it is right.</summary>
    public abstract string? PersonAllowed(string id);
}

/// <summary>A kind of chat with its options.</summary>
internal abstract class ChannelKind<TOptions>(string name, Func<ChannelOptions, TOptions?> section) : ChannelKind(name)
    where TOptions : class
{
    public sealed override bool IsConfigured(ChannelOptions options) => section(options) is not null;

    public sealed override IChannel? Make(ChannelOptions options, IHttpClientFactory http, TimeProvider time) =>
        section(options) is { } own ? Make(own, http, time) : null;

    public sealed override void Check(ChannelOptions options, Demands demands)
    {
        if (section(options) is { } own)
        {
            Check(own, $"channels.{Name}", demands);
        }
    }

    protected abstract IChannel Make(TOptions options, IHttpClientFactory http, TimeProvider time);

    /// <param name="path">The key of the section, which those of its options begin with.</param>
    protected abstract void Check(TOptions options, string path, Demands demands);
}
