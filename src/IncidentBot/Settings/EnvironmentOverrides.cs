using System.Globalization;
using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <summary>
/// Puts variables of the environment over the file: <c>INCIDENTBOT_SERVER__LISTEN</c>, elements of lists by their index as in
/// <c>INCIDENTBOT_ALERTMANAGERS__0__SOURCE</c>. A hyphen in a key is an underscore in its variable. As strict as the file.
/// </summary>
/// <param name="keys">Those of the sections.</param>
/// <param name="complaints">Takes what is wrong.</param>
internal sealed class EnvironmentOverrides(IReadOnlyList<SettingKey> keys, List<Complaint> complaints)
{
    public const string Prefix = "INCIDENTBOT_";
    private const int DeepestVariable = 16;

    /// <summary>Variables that begin alike and are none of our settings.</summary>
    private static bool IsSomethingElse(string name, string value) => !name.Contains("__", StringComparison.Ordinal) && (

        // Kubernetes gives every container the addresses of services; a service named incidentbot or incidentbot-… looks like a setting.
        // https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
        name.EndsWith("_SERVICE_HOST", StringComparison.Ordinal)
        || name.Contains("_SERVICE_PORT", StringComparison.Ordinal)
        || (name.Contains("_PORT", StringComparison.Ordinal) && value.Split(':')[0] is "tcp" or "udp" or "sctp")
        || (name.Contains("_PORT_", StringComparison.Ordinal)
            && (name.EndsWith("_PROTO", StringComparison.Ordinal) || name.EndsWith("_PORT", StringComparison.Ordinal)
                || name.EndsWith("_ADDR", StringComparison.Ordinal))));

    public YamlNode Apply(YamlNode root, IReadOnlyDictionary<string, string> environment)
    {
        var ours = environment
            .Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal) && !IsSomethingElse(pair.Key, pair.Value))
            .Select(pair => (pair.Key, pair.Value, Words: pair.Key[Prefix.Length..].Split("__")))

            // Element 10 comes after element 2, so that a list can be made from nothing.
            .OrderBy(variable => string.Join("__", variable.Words.Select(word =>
                char.IsAsciiDigit(word.FirstOrDefault()) ? word.PadLeft(9, '0') : word)), StringComparer.Ordinal);
        foreach (var (name, value, words) in ours)
        {
            try
            {
                if (words.Length > DeepestVariable)
                {
                    throw new FormatException("no setting has this variable");
                }

                root = SetSection(root, words, new ScalarNode(new Origin(name), value, Plain: true));
            }
            catch (FormatException problem)
            {
                var meant = SettingKey.Nearest(name, VariablesOf(keys, Prefix)
                    .Where(variable => !variable.Equals(name, StringComparison.Ordinal)));
                complaints.Add(meant is null
                    ? new Complaint(new Origin(name), "", problem.Message,
                        "the keys down to one value, divided by two underscores, such as INCIDENTBOT_SERVER__LISTEN")
                    : new Complaint(new Origin(name), "", $"{problem.Message}; did you mean {meant}?"));
            }
        }

        return root;
    }

    private YamlNode SetSection(YamlNode root, ReadOnlySpan<string> words, ScalarNode value) =>
        Map(root, value) is { } map ? SetKey(map, keys, takesFurther: false, words, value) : root;

    private static YamlNode Set(YamlNode? node, Type type, ReadOnlySpan<string> words, ScalarNode value)
    {
        if (SettingsValues.For(type) is not null || type == typeof(Secret))
        {
            return words.IsEmpty ? value : throw new FormatException("this variable goes deeper than the key that it begins with");
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            return SetElement(node, type.GetGenericArguments()[0], words, value);
        }

        if (words.IsEmpty)
        {
            return SettingKey.ShortFor(type) is not null ? value
                : throw new FormatException("this variable names a section, not one of its keys");
        }

        return Map(node, value) is not { } map ? node!
            : type == typeof(Dictionary<string, string>) ? SetWord(map, words, value)
            : SetKey(map, SettingKey.Of(type), SettingKey.TakesFurtherKeys(type), words, value);
    }

    /// <summary>Null when something else stands there: the file is wrong and is complained about as it stands.</summary>
    private static MapNode? Map(YamlNode? node, ScalarNode value) => node switch
    {
        MapNode found => found,
        null or { IsNothing: true } => new MapNode(value.Origin, []),
        _ => null,
    };

    private static ListNode SetElement(YamlNode? node, Type element, ReadOnlySpan<string> words, ScalarNode value)
    {
        IReadOnlyList<YamlNode> items = node switch { ListNode list => list.Items, null or { IsNothing: true } => [], _ => [node] };
        if (words.IsEmpty || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            throw new FormatException("this variable names a list; its elements are set by their index, as in __0");
        }

        if (index > items.Count)
        {
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture,
                    $"the list has {items.Count} elements, so the highest index that can be set is {items.Count}"));
        }

        var changed = Set(index < items.Count ? items[index] : null, element, words[1..], value);
        return new ListNode(
            node?.Origin ?? value.Origin,
            index == items.Count ? [.. items, changed] : [.. items.Select((item, i) => i == index ? changed : item)]);
    }

    private static MapNode SetWord(MapNode map, ReadOnlySpan<string> words, ScalarNode value)
    {
        if (words.Length > 1)
        {
            throw new FormatException("this variable goes deeper than the key that it begins with");
        }

        var word = words[0];
        return map.With(map.Entries.FirstOrDefault(entry => IsVariableOf(word, entry.Key))?.Key ?? Lower(word), value);
    }

    private static MapNode SetKey(MapNode map, IReadOnlyList<SettingKey> keys, bool takesFurther, ReadOnlySpan<string> words,
        ScalarNode value)
    {
        var word = words[0];
        var key = keys.FirstOrDefault(candidate => IsVariableOf(word, candidate.Name));
        if (key is null)
        {
            return takesFurther ? SetFurther(map, words, value) : throw new FormatException("no setting has this variable");
        }

        if (key.Type == typeof(Secret))
        {
            // A secret from the environment replaces the file's in either form; both forms from the environment are one too many.
            var other = key.IsSecretFile ? key.Name[..^"_file".Length] : key.Name + "_file";
            if (map[other] is { } replaced && !replaced.Origin.Name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                map = map.Without(replaced);
            }
        }

        var current = map[key.Name]?.Value;
        if (key.TakesSingle && words.Length == 1)
        {
            return map.With(key.Name, value);
        }

        if (key.TakesSingle && SettingsValues.For(key.Element) is null && current is not ListNode
            && !char.IsAsciiDigit(words[1].FirstOrDefault()))
        {
            return map.With(key.Name, Set(current, key.Element, words[1..], value));
        }

        return map.With(key.Name, Set(current, key.IsSecretFile ? typeof(string) : key.Type, words[1..], value));
    }

    private static MapNode SetFurther(MapNode map, ReadOnlySpan<string> words, ScalarNode value)
    {
        var word = words[0];
        var known = map.Entries.FirstOrDefault(entry => IsVariableOf(word, entry.Key));
        YamlNode inner = words.Length == 1
            ? value
            : SetFurther(known?.Value as MapNode ?? new MapNode(value.Origin, []), words[1..], value);
        return map.With(known?.Key ?? Lower(word), inner);
    }

    private static bool IsVariableOf(string word, string key) => word.Equals(key.Replace('-', '_'), StringComparison.OrdinalIgnoreCase);

    private static string Lower(string word) => word.ToLowerInvariant();

    /// <summary>The variable of every key, for people who almost wrote one; of lists those of the first element.</summary>
    private static IEnumerable<string> VariablesOf(IReadOnlyList<SettingKey> keys, string path)
    {
        foreach (var key in keys)
        {
            var name = path + key.Name.Replace('-', '_').ToUpperInvariant();
            var inner = key.Type;
            if (inner.IsGenericType && inner.GetGenericTypeDefinition() == typeof(List<>))
            {
                inner = inner.GetGenericArguments()[0];
                name += "__0";
            }

            var single = SettingsValues.For(inner) is not null || inner == typeof(Secret) || inner == typeof(Dictionary<string, string>);
            foreach (var variable in single ? [name] : VariablesOf(SettingKey.Of(inner), name + "__"))
            {
                yield return variable;
            }
        }
    }
}
