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

    /// <summary>The class of its options.</summary>
    public abstract Type Options { get; }

    public bool IsConfigured(ChannelOptions options) => options.Find<object>(name) is not null;

    /// <summary>The channel; null when it is not configured.</summary>
    public abstract IChannel? Make(ChannelOptions options, IHttpClientFactory http, TimeProvider time);

    /// <summary>Whether commands and presses can come in from it; never when it is not configured.</summary>
    public abstract bool Hears(ChannelOptions options);

    /// <summary>Whether messages can have buttons there.</summary>
    public virtual bool HasButtons => true;

    /// <summary>What to look at when a button was pressed and nothing of it came, although the channel seems to be heard.</summary>
    public abstract string WhyNoPress(ChannelOptions options);

    /// <summary>What tells people answers; null when it is not configured.</summary>
    public abstract IChatVoice? MakeVoice(ChannelOptions options, IHttpClientFactory http, TimeProvider time);

    /// <summary>Complains about each option that cannot be; of a kind that is not configured about none.</summary>
    public abstract void Check(ChannelOptions options, Requirements requirements);

    /// <summary>Warns of options that are allowed and hardly meant; of a kind that is not configured of none.</summary>
    public abstract void Warn(ChannelOptions options, Requirements requirements);

    /// <summary>Its keys that this version reads and checks but does not act on, and what that means.</summary>
    public abstract IEnumerable<(string Path, string Meaning)> NotYetActive(ChannelOptions options);

    /// <summary>What the id of a room must be; null when it is right.</summary>
    public abstract string? RoomAllowed(string id);

    /// <summary>What makes it unlikely that the id of a room is the one that was meant; null when nothing does.</summary>
    public virtual string? RoomDoubt(string id) => null;

    /// <summary>Where people open a message, or its room where the vendor has no address for a message; null when there is none.</summary>
    /// <param name="id">Of the room.</param>
    /// <param name="message">The vendor's id of the message.</param>
    public virtual Uri? Link(string id, string message) => null;

    /// <summary>What the id must be of somebody who is called; null when it is right.</summary>
    public abstract string? CalleeAllowed(string id);

    /// <summary>What the id must be of a person who may act: one that nobody else can take. Null when it is right.</summary>
    public abstract string? PersonAllowed(string id);
}

/// <summary>A kind of chat with its options.</summary>
internal abstract class ChannelKind<TOptions>(string name) : ChannelKind(name)
    where TOptions : class
{
    public sealed override Type Options => typeof(TOptions);

    public sealed override IChannel? Make(ChannelOptions options, IHttpClientFactory http, TimeProvider time) =>
        options.Find<TOptions>(Name) is { } own ? Make(own, http, time) : null;

    public sealed override bool Hears(ChannelOptions options) => options.Find<TOptions>(Name) is { } own && Hears(own);

    public sealed override IChatVoice? MakeVoice(ChannelOptions options, IHttpClientFactory http, TimeProvider time) =>
        options.Find<TOptions>(Name) is { } own ? MakeVoice(own, http, time) : null;

    public sealed override void Check(ChannelOptions options, Requirements requirements)
    {
        if (options.Find<TOptions>(Name) is { } own)
        {
            Check(own, $"channels.{Name}", requirements);
        }
    }

    public sealed override void Warn(ChannelOptions options, Requirements requirements)
    {
        if (options.Find<TOptions>(Name) is { } own)
        {
            Warn(own, $"channels.{Name}", requirements);
        }
    }

    public sealed override IEnumerable<(string Path, string Meaning)> NotYetActive(ChannelOptions options) =>
        options.Find<TOptions>(Name) is { } own ? NotYetActive(own, $"channels.{Name}") : [];

    protected abstract IChannel Make(TOptions options, IHttpClientFactory http, TimeProvider time);

    protected abstract bool Hears(TOptions options);

    protected abstract IChatVoice MakeVoice(TOptions options, IHttpClientFactory http, TimeProvider time);

    /// <param name="path">The key of the section, which those of its options begin with.</param>
    protected abstract void Check(TOptions options, string path, Requirements requirements);

    /// <param name="path">The key of the section, which those of its options begin with.</param>
    protected virtual void Warn(TOptions options, string path, Requirements requirements)
    {
    }

    /// <param name="path">The key of the section, which those of its options begin with.</param>
    protected virtual IEnumerable<(string Path, string Meaning)> NotYetActive(TOptions options, string path) => [];
}
