namespace IncidentBot.Yaml;

/// <summary>A piece of a YAML file before it has a type: a scalar, a list or a map, each with the place it comes from.</summary>
/// <param name="Size">How many nodes there are in it, with those that aliases repeat.</param>
internal abstract record YamlNode(Origin Origin, int Size)
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
internal sealed record ScalarNode(Origin Origin, string Value, bool Plain) : YamlNode(Origin, 1)
{
    /// <summary>The line on which it ends; 0 when that is not known.</summary>
    public int LastLine { get; init; }

    public override string Kind => IsNothing ? "nothing" : "a single value";

    public override bool IsNothing => Plain && Value is ("" or "~" or "null" or "Null" or "NULL");
}

/// <summary>Values in an order.</summary>
internal sealed record ListNode(Origin Origin, IReadOnlyList<YamlNode> Items)
    : YamlNode(Origin, 1 + Items.Sum(item => item.Size))
{
    public override string Kind => "a list";
}

/// <summary>One key of a map with its value; the origin is the key's.</summary>
internal sealed record MapEntry(string Key, Origin Origin, YamlNode Value);

/// <summary>Values by key, in the order of the file.</summary>
internal sealed record MapNode(Origin Origin, IReadOnlyList<MapEntry> Entries)
    : YamlNode(Origin, 1 + Entries.Sum(entry => entry.Value.Size))
{
    public override string Kind => "a mapping";

    public MapEntry? this[string key] => Entries.FirstOrDefault(entry => string.Equals(entry.Key, key, StringComparison.Ordinal));

    /// <summary>The text at a key without space around it; empty when there is none, or something else.</summary>
    public string Text(string key) => this[key]?.Value is ScalarNode { IsNothing: false } scalar ? scalar.Value.Trim() : "";

    /// <summary>The texts at a key: of a list, or of a single value with commas between them. Empty when there are none.</summary>
    public IReadOnlyList<string> Texts(string key) => this[key]?.Value switch
    {
        ListNode list =>
        [
            .. list.Items.OfType<ScalarNode>().Where(item => !item.IsNothing).Select(item => item.Value.Trim())
                .Where(item => item.Length > 0).Distinct(StringComparer.Ordinal),
        ],
        ScalarNode { IsNothing: false } scalar =>
            [.. scalar.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        _ => [],
    };

    /// <summary>The map with one entry more, or with another value for a key that it has.</summary>
    public MapNode With(string key, YamlNode value)
    {
        var replacement = new MapEntry(key, value.Origin, value);
        return this[key] is { } old
            ? new MapNode(Origin, [.. Entries.Select(entry => ReferenceEquals(entry, old) ? replacement : entry)])
            : new MapNode(Origin, [.. Entries, replacement]);
    }

    public MapNode Without(MapEntry gone) => new(Origin, [.. Entries.Where(entry => !ReferenceEquals(entry, gone))]);
}
