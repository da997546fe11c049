using System.Collections.Concurrent;

namespace IncidentBot.Settings;

/// <summary>
/// All of <c>incidentbot.yml</c>: the options of each <see cref="SettingsSection"/>. The folder that owns a section adds a property for
/// it (<c>options.Lanes</c>), so that this class knows none of them.
/// </summary>
internal sealed class BotOptions : KeyedOptions
{
    private readonly ConcurrentDictionary<Type, object> _made = new();

    /// <summary>What is configured, understood and checked, but not acted on by this version.</summary>
    public IReadOnlyList<string> NotYetActive { get; internal set; } = [];

    /// <summary>What is allowed and hardly meant, one line for each.</summary>
    public IReadOnlyList<string> Warnings { get; internal set; } = [];

    /// <summary>The files that secrets were read from.</summary>
    public IReadOnlyList<SecretSource> SecretFiles { get; internal set; } = [];

    /// <summary>The configuration file as it was read; null without one.</summary>
    public byte[]? Text { get; internal set; }

    /// <summary>What is made of these options once: the same object for as long as they are in force.</summary>
    public T Once<T>(Func<BotOptions, T> make)
        where T : class => (T)_made.GetOrAdd(typeof(T), static (_, made) => made.make(made.options), (make, options: this));
}
