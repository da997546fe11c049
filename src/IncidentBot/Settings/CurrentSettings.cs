namespace IncidentBot.Settings;

/// <summary>
/// The settings that are in force. A reload replaces them as a whole or, when anything is wrong, not at all. Take
/// <see cref="Value"/> once for each piece of work and do not keep it.
/// </summary>
internal sealed class CurrentSettings
{
    private readonly Lock _oneReload = new();
    private readonly Func<BotOptions, LoadResult> _load;
    private readonly Func<BotOptions, LoadResult> _reread;
    private volatile BotOptions _value;

    /// <param name="value">What is in force from the start.</param>
    /// <param name="load">Reads the settings anew; it is handed those in force.</param>
    /// <param name="reread">Reads the files that the settings name anew, but not the settings; the same as load without.</param>
    public CurrentSettings(BotOptions value, Func<BotOptions, LoadResult> load, Func<BotOptions, LoadResult>? reread = null)
    {
        _value = value;
        _load = load;
        _reread = reread ?? load;
    }

    /// <summary>Settings that come from no file: a reload finds nothing new.</summary>
    public CurrentSettings(BotOptions value)
        : this(value, running => new LoadResult("", Found: false, running, [], []))
    {
    }

    /// <summary>Raised after a reload that was good, one at a time. Handlers must not throw and return at once.</summary>
    public event Action<BotOptions>? Changed;

    public BotOptions Value => _value;

    /// <summary>Reads the settings again. With complaints the old ones stay in force.</summary>
    public LoadResult Reload() => Replace(_load);

    /// <summary>Reads what the files of secrets hold now, with the settings as they are in force.</summary>
    public LoadResult RereadFiles() => Replace(_reread);

    private LoadResult Replace(Func<BotOptions, LoadResult> load)
    {
        lock (_oneReload)
        {
            var result = load(_value);
            if (result.Options is { } options)
            {
                _value = options;
                Changed?.Invoke(options);
            }

            return result;
        }
    }
}
