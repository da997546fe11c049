using System.Collections;
using System.Text;

namespace IncidentBot.Alerts;

/// <summary>One label or annotation of an alert. Both sides come from outside and are never trusted.</summary>
internal readonly record struct Label(string Name, string Value);

/// <summary>
/// Labels (or annotations) sorted by name, each name once. Two sets with the same pairs are equal, whatever order they
/// arrived in.
/// </summary>
internal sealed class LabelSet : IReadOnlyList<Label>, IEquatable<LabelSet>
{
    public static readonly LabelSet Empty = new([]);

    private readonly Label[] _labels;

    private LabelSet(Label[] labels) => _labels = labels;

    public int Count => _labels.Length;

    public Label this[int index] => _labels[index];

    /// <summary>The value of a label, or null when the set does not have it.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var label in _labels)
            {
                if (string.Equals(label.Name, name, StringComparison.Ordinal))
                {
                    return label.Value;
                }
            }

            return null;
        }
    }

    /// <summary>Makes a set; of two labels with one name the later stays, as in JSON.</summary>
    public static LabelSet From(List<Label> labels)
    {
        if (labels.Count == 0)
        {
            return Empty;
        }

        var sorted = true;
        for (var i = 1; i < labels.Count && sorted; i++)
        {
            sorted = string.CompareOrdinal(labels[i - 1].Name, labels[i].Name) < 0;
        }

        if (sorted)
        {
            return new LabelSet([.. labels]);
        }

        var byName = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in labels)
        {
            byName[label.Name] = label.Value;
        }

        return new LabelSet([.. byName.Select(pair => new Label(pair.Key, pair.Value))]);
    }

    public static LabelSet From(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var list = new List<Label>(labels.Length);
        foreach (var (name, value) in labels)
        {
            list.Add(new Label(name, value));
        }

        return From(list);
    }

    /// <summary>The set without the named labels; itself when it has none of them.</summary>
    public LabelSet Without(IReadOnlySet<string> names)
    {
        if (!Array.Exists(_labels, label => names.Contains(label.Name)))
        {
            return this;
        }

        return new LabelSet(Array.FindAll(_labels, label => !names.Contains(label.Name)));
    }

    /// <summary>The labels that both sets have with the same value.</summary>
    public LabelSet Common(LabelSet other)
    {
        if (Equals(other))
        {
            return this;
        }

        return new LabelSet(Array.FindAll(_labels, label => string.Equals(other[label.Name], label.Value, StringComparison.Ordinal)));
    }

    public bool Equals(LabelSet? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || other._labels.Length != _labels.Length)
        {
            return false;
        }

        for (var i = 0; i < _labels.Length; i++)
        {
            if (!string.Equals(_labels[i].Name, other._labels[i].Name, StringComparison.Ordinal)
                || !string.Equals(_labels[i].Value, other._labels[i].Value, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var label in _labels)
        {
            hash.Add(label.Name, StringComparer.Ordinal);
            hash.Add(label.Value, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    public IEnumerator<Label> GetEnumerator() => ((IEnumerable<Label>)_labels).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _labels.GetEnumerator();

    /// <summary>As people of this field write a label set: <c>{instance="a", job="b"}</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("{");
        foreach (var label in _labels)
        {
            if (text.Length > 1)
            {
                text.Append(", ");
            }

            text.Append(label.Name).Append("=\"");
            text.Append(label.Value.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
            text.Append('"');
        }

        return text.Append('}').ToString();
    }
}
