namespace IncidentBot.Settings;

/// <summary>A piece of configuration before it has a type: a scalar, a list or a map, each with the place it comes from.</summary>
/// <param name="Size">How many nodes there are in it, with those that aliases repeat.</param>
internal abstract record SettingsNode(Origin Origin, int Size)
{
    /// <summary>What people call it in a complaint, without its content.</summary>
    public abstract string Kind { get; }

    /// <summary>Nothing stands there: <c>key:</c> with no value, or <c>null</c>.</summary>
    public virtual bool IsNothing => false;

    /// <summary>Never the content: it may be a secret.</summary>
    public sealed override string ToString() => Kind;
}

/// <summary>A single value.</summary>
/// <param name="Plain">Written without quotes.</param>
internal sealed record ScalarNode(Origin Origin, string Value, bool Plain) : SettingsNode(Origin, 1)
{
    public override string Kind => IsNothing ? "nothing" : "a single value";

    public override bool IsNothing => Plain && Value is ("" or "~" or "null" or "Null" or "NULL");
}

/// <summary>Values in an order.</summary>
internal sealed record ListNode(Origin Origin, IReadOnlyList<SettingsNode> Items)
    : SettingsNode(Origin, 1 + Items.Sum(item => item.Size))
{
    public override string Kind => "a list";
}

/// <summary>One key of a map with its value; the origin is the key's.</summary>
internal sealed record SettingsEntry(string Key, Origin Origin, SettingsNode Value);

/// <summary>Values by key, in the order of the file.</summary>
internal sealed record MapNode(Origin Origin, IReadOnlyList<SettingsEntry> Entries)
    : SettingsNode(Origin, 1 + Entries.Sum(entry => entry.Value.Size))
{
    public override string Kind => "a mapping";

    public SettingsEntry? this[string key] => Entries.FirstOrDefault(entry => string.Equals(entry.Key, key, StringComparison.Ordinal));

    /// <summary>The map with one entry more, or with another value for a key that it has.</summary>
    public MapNode With(string key, SettingsNode value)
    {
        var replacement = new SettingsEntry(key, value.Origin, value);
        return this[key] is { } old
            ? new MapNode(Origin, [.. Entries.Select(entry => ReferenceEquals(entry, old) ? replacement : entry)])
            : new MapNode(Origin, [.. Entries, replacement]);
    }

    public MapNode Without(SettingsEntry gone) => new(Origin, [.. Entries.Where(entry => !ReferenceEquals(entry, gone))]);
}
