using System.Collections;
using System.Globalization;
using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <summary>
/// Makes options of nodes by the properties of the options classes, complains about everything that has no place or the wrong type,
/// and remembers where each path stands.
/// </summary>
/// <param name="file">The configuration file.</param>
/// <param name="complaints">Takes what is wrong.</param>
/// <param name="readSecrets">False leaves files of secrets alone: they may be on another machine.</param>
internal sealed partial class SettingsBinder(Origin file, List<Complaint> complaints, bool readSecrets = true)
{
    private readonly Dictionary<string, Origin> _origins = new(StringComparer.Ordinal);
    private readonly Stack<IReadOnlyList<SettingKey>> _around = new();
    private readonly List<string> _warnings = [];
    private readonly Dictionary<string, int> _lastLines = new(StringComparer.Ordinal);
    private SecretBinder? _secrets;
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);

    /// <summary>The files that secrets were read from.</summary>
    public IReadOnlyList<SecretSource> SecretFiles => _secrets?.Files ?? [];

    /// <summary>Every path that is configured, in the order of the file.</summary>
    public IEnumerable<string> Configured => _origins.Keys;

    /// <summary>What is allowed and hardly meant.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    public RelativePaths Paths { get; } = new(file, readSecrets);

    public void Warn(string text) => _warnings.Add(text);

    /// <param name="keys">Those of the sections.</param>
    public BotOptions Bind(YamlNode root, IReadOnlyList<SettingKey> keys)
    {
        var options = new BotOptions();
        if (root is MapNode map)
        {
            BindKeys(map, options, keys, takesFurther: false, "");
            SetDefaultPaths(options, keys);
        }
        else if (!root.IsNothing)
        {
            const string Allowed = "a mapping with keys such as server, alertmanagers, lanes";
            complaints.Add(new Complaint(root.Origin, "", $"the file holds {root.Kind}", Allowed));
        }

        return options;
    }

    /// <summary>Complains about a path, unless it has already been complained about.</summary>
    public void Complain(string path, string problem, string allowed = "")
    {
        if (_failed.Add(path))
        {
            // Without quotes a value goes on over deeper lines, which is hardly ever meant.
            var goesOn = _lastLines.TryGetValue(path, out var line)
                ? string.Create(CultureInfo.InvariantCulture, $", which goes on to line {line}: is the indentation there right?")
                : "";
            complaints.Add(new Complaint(Where(path), path, problem + goesOn, allowed));
        }
    }

    /// <summary>Whether something stands at this path, right or wrong.</summary>
    public bool Has(string path) => _origins.ContainsKey(path);

    /// <summary>Whether something stands at this path that nobody has complained about, nor about anything in it.</summary>
    public bool IsGood(string path) =>
        Has(path) && !_failed.Contains(path) && !_failed.Any(failed => failed.StartsWith(path + ".", StringComparison.Ordinal));

    /// <summary>The place of a path; of what is around it when nothing stands there.</summary>
    private Origin Where(string path)
    {
        while (!_origins.ContainsKey(path) && path.Length > 0)
        {
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }

        return _origins.GetValueOrDefault(path, file);
    }

    private void BindKeys(MapNode map, object options, IReadOnlyList<SettingKey> keys, bool takesFurther, string path)
    {
        _around.Push(keys);
        for (var i = 0; i < map.Entries.Count; i++)
        {
            var entry = map.Entries[i];
            var key = keys.FirstOrDefault(candidate => candidate.Name.Equals(entry.Key, StringComparison.Ordinal));
            var keyPath = Join(path, entry.Key);
            if (key is not null)
            {
                _origins[keyPath] = entry.Origin;
                BindKey(key, entry, map, options, keyPath);
            }
            else if (!takesFurther)
            {
                ComplainOfUnknown(entry, path, keys, map.Entries.Take(i).Reverse());
            }
        }

        _around.Pop();
    }

    private void ComplainOfUnknown(MapEntry entry, string path, IReadOnlyList<SettingKey> keys, IEnumerable<MapEntry> before)
    {
        var problem = Elsewhere(entry.Key, keys, before) is { } home ? $"unknown key here; it is one of {home}: is its indentation right?"
            : SettingKey.Nearest(entry.Key, keys.Select(key => key.Name)) is { } meant ? $"unknown key; did you mean {meant}?"
            : entry.Key.Contains(':', StringComparison.Ordinal) ? "unknown key; a space belongs behind its colon"
            : "unknown key";
        complaints.Add(new Complaint(entry.Origin, Join(path, entry.Key), problem, string.Join(", ", keys.Select(key => key.Name))));
    }

    /// <summary>The section before or around this place that takes a key of this name; null when none does.</summary>
    private string? Elsewhere(string name, IReadOnlyList<SettingKey> keys, IEnumerable<MapEntry> before)
    {
        foreach (var sibling in before)
        {
            if (keys.FirstOrDefault(key => key.Name.Equals(sibling.Key, StringComparison.Ordinal)) is { } key
                && SettingKey.Of(key.Element).Any(IsNamed))
            {
                return $"the keys of {sibling.Key}";
            }
        }

        return _around.Skip(1).Any(outer => outer.Any(IsNamed)) ? "the keys further left" : null;

        bool IsNamed(SettingKey key) => key.Name.Equals(name, StringComparison.Ordinal);
    }

    private void BindKey(SettingKey key, MapEntry entry, MapNode map, object options, string path)
    {
        if (key.Type == typeof(Secret))
        {
            BindSecret(key, entry, map, options, path);
        }
        else if (BindValue(key.Type, entry.Value, path, key.TakesSingle, key.Get(options)) is { } value)
        {
            key.Set(options, key.IsPath ? Paths.Place(path, value, entry.Value.Origin) : value);
        }
    }

    private void BindSecret(SettingKey key, MapEntry entry, MapNode map, object options, string path)
    {
        if (key.IsSecretFile && map[key.Name[..^"_file".Length]] is { } direct)
        {
            Complain(path, $"{direct.Key} is set too", $"{direct.Key} or {key.Name}, never both");
        }
        else if (entry.Value is not ScalarNode { IsNothing: false } scalar)
        {
            Complain(path, $"{entry.Value.Kind} where {(key.IsSecretFile ? "the path of a file" : "a secret")} belongs");
        }
        else
        {
            var (secret, problem, allowed) = (_secrets ??= new(Paths, readSecrets)).Read(key, scalar, path);
            if (problem is not null)
            {
                Complain(path, problem, allowed);
            }

            if (secret is not null && SecretFile.Doubt(secret) is { } doubt)
            {
                Warn($"{path}: {doubt}");
            }

            key.Set(options, secret);
        }
    }

    /// <summary>Paths that nobody wrote are where they would be if somebody had written the default.</summary>
    private void SetDefaultPaths(BotOptions options, IReadOnlyList<SettingKey> sections)
    {
        foreach (var section in sections)
        {
            foreach (var key in SettingKey.Of(section.Type).Where(key => key.IsPath && !Has($"{section.Name}.{key.Name}")))
            {
                var own = section.Get(options) ?? Activator.CreateInstance(section.Type)!;
                key.Set(own, Paths.Place($"{section.Name}.{key.Name}", key.Get(own)!, file));
                section.Set(options, own);
            }
        }
    }

    /// <summary>Returns the value; null when it stays as it is, with a complaint or because nothing stands there.</summary>
    private object? BindValue(Type type, YamlNode node, string path, bool takesSingle, object? current)
    {
        if (SettingsValues.For(type) is { } value)
        {
            return BindScalar(value, node, path);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            var single = takesSingle
                && (SettingsValues.For(type.GetGenericArguments()[0]) is null ? node is MapNode : node is ScalarNode { IsNothing: false });
            return BindList(type, single ? new ListNode(node.Origin, [node]) : node, path);
        }

        if (type == typeof(Dictionary<string, string>))
        {
            return BindWords(node, path);
        }

        if (type == typeof(Dictionary<string, List<string>>))
        {
            return BindWordLists(node, path);
        }

        var options = current ?? Activator.CreateInstance(type)!;
        node = SettingKey.Whole(type, node);
        if (node is MapNode map)
        {
            BindKeys(map, options, SettingKey.Of(type), SettingKey.TakesFurtherKeys(type), path);
        }
        else if (!node.IsNothing)
        {
            Complain(path, $"{node.Kind} where a mapping belongs", string.Join(", ", SettingKey.Of(type).Select(key => key.Name)));
        }

        return options;
    }

    private object? BindScalar(SettingsValue value, YamlNode node, string path)
    {
        if (node is not ScalarNode { IsNothing: false } scalar)
        {
            Complain(path, $"{node.Kind} where a single value belongs", value.Allowed);
            return null;
        }

        if (scalar.Plain && scalar.LastLine > scalar.Origin.Line)
        {
            _lastLines[path] = scalar.LastLine;
        }

        var converted = value.Convert(scalar.Value);
        if (converted is null)
        {
            Complain(path, $"found {value.Show(scalar.Value)}", value.Allowed);
        }

        return converted;
    }

    private IList? BindList(Type type, YamlNode node, string path)
    {
        if (node is not ListNode list)
        {
            if (!node.IsNothing)
            {
                Complain(path, $"{node.Kind} where a list belongs", "a list: - one, - another; or [one, another]");
            }

            return null;
        }

        var element = type.GetGenericArguments()[0];
        var bound = (IList)Activator.CreateInstance(type)!;
        for (var i = 0; i < list.Items.Count; i++)
        {
            var itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            _origins[itemPath] = list.Items[i].Origin;

            // What could not be read keeps its place, so that later complaints count as the file does.
            bound.Add(BindValue(element, list.Items[i], itemPath, takesSingle: false, current: null) ?? Placeholder(element));
        }

        return bound;
    }

    private static object? Placeholder(Type type) =>
        type == typeof(string) ? "" : type.IsValueType ? Activator.CreateInstance(type) : null;

    /// <summary>The path of a key within another, both fit to be shown.</summary>
    public static string Join(string path, string key) => path.Length == 0 ? Complaint.Key(key) : $"{path}.{Complaint.Key(key)}";
}
