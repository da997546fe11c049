using System.Collections.Concurrent;

namespace IncidentBot.Settings;

/// <summary>
/// Options whose keys are those of a catalog, and not properties of a class: sections of the file, kinds of chat, kinds of probe.
/// </summary>
internal abstract class KeyedOptions
{
    private readonly ConcurrentDictionary<string, object> _values = new(StringComparer.Ordinal);

    /// <summary>What stands at the key; its defaults when nothing does.</summary>
    public T Of<T>(string key)
        where T : class, new() => (T)_values.GetOrAdd(key, static _ => new T());

    /// <summary>What stands at the key; null when nothing does.</summary>
    public T? Find<T>(string key)
        where T : class => (T?)_values.GetValueOrDefault(key);

    /// <summary>Puts options at a key; null takes away what is there.</summary>
    public void Set(string key, object? value)
    {
        if (value is null)
        {
            _values.TryRemove(key, out _);
        }
        else
        {
            _values[key] = value;
        }
    }
}

/// <summary>A class of keyed options that knows the catalog of its keys.</summary>
internal interface IKeyedOptions
{
    /// <summary>Each key that may be written.</summary>
    static abstract IReadOnlyList<SettingKey> Keys { get; }
}
