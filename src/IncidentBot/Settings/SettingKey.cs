using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <summary>The key of an option whose name is not its property's name in snake_case.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeyAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>A list that may also be written as its only element.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SingleOrListAttribute : Attribute;

/// <summary>
/// The path of a file or folder, or several. A relative one is relative to the folder of the configuration file; to the current directory
/// when there is no file, or when a variable of the environment says it.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RelativeToFileAttribute : Attribute;

/// <summary>Options that may also be written as the value of one of their keys.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShortForAttribute(string key) : Attribute
{
    public string Key { get; } = key;
}

/// <summary>Keys that the class has no property for are taken as they are, unchecked.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class FurtherKeysAttribute : Attribute;

/// <summary>A key that may be written, and what it sets.</summary>
/// <param name="Name">As it is written: <c>external_url</c>.</param>
/// <param name="Type">Of the value.</param>
/// <param name="Get">The value in the options that have the key.</param>
/// <param name="Set">Puts a value into the options that have the key.</param>
internal sealed record SettingKey(string Name, Type Type, Func<object, object?> Get, Action<object, object?> Set)
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<SettingKey>> Known = new();

    /// <summary>The property that it sets; null for a key of <see cref="KeyedOptions"/>.</summary>
    public PropertyInfo? Property { get; private init; }

    /// <summary>It names the file that holds the property's secret.</summary>
    public bool IsSecretFile { get; private init; }

    /// <summary>A list that may also be written as its only element.</summary>
    public bool TakesSingle
    {
        get => field || (Property?.IsDefined(typeof(SingleOrListAttribute)) ?? false);
        private init;
    }

    /// <summary>The type of its value; of a list that of its elements.</summary>
    public Type Element => Type.IsGenericType && Type.GetGenericTypeDefinition() == typeof(List<>) ? Type.GetGenericArguments()[0] : Type;

    /// <summary>The path of a file or folder.</summary>
    public bool IsPath => Property?.IsDefined(typeof(RelativeToFileAttribute)) ?? false;

    /// <summary>A key of keyed options, whose values are of this type.</summary>
    /// <param name="takesSingle">A list that may also be written as its only element.</param>
    public static SettingKey Keyed(string name, Type type, bool takesSingle = false) => new(
        name, type, options => ((KeyedOptions)options).Find<object>(name), (options, value) => ((KeyedOptions)options).Set(name, value))
    {
        TakesSingle = takesSingle,
    };

    /// <summary>Every key that options of this class take, in the order of its properties; then those of its catalog.</summary>
    public static IReadOnlyList<SettingKey> Of(Type options) => Known.GetOrAdd(options, static type =>
    {
        var keys = new List<SettingKey>();
        foreach (var property in type.GetProperties().Where(property => property.SetMethod is { IsPublic: true }))
        {
            var name = property.GetCustomAttribute<KeyAttribute>()?.Name ?? SnakeCase(property.Name);
            var key = new SettingKey(name, property.PropertyType, property.GetValue, property.SetValue) { Property = property };
            keys.Add(key);
            if (property.PropertyType == typeof(Secret))
            {
                keys.Add(key with { Name = name + "_file", IsSecretFile = true });
            }
        }

        if (typeof(IKeyedOptions).IsAssignableFrom(type))
        {
            keys.AddRange((IReadOnlyList<SettingKey>)type.GetProperty(nameof(IKeyedOptions.Keys),
                BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!);
        }

        return keys;
    });

    /// <summary>The key whose value options of this class may be written as; null when they are always a mapping.</summary>
    public static string? ShortFor(Type options) => options.GetCustomAttribute<ShortForAttribute>()?.Key;

    /// <summary>The mapping that a single value is short for; anything else as it is.</summary>
    public static YamlNode Whole(Type options, YamlNode written) =>
        written is ScalarNode { IsNothing: false } && ShortFor(options) is { } only
            ? new MapNode(written.Origin, []).With(only, written)
            : written;

    public static bool TakesFurtherKeys(Type options) => options.IsDefined(typeof(FurtherKeysAttribute));

    /// <summary>The candidate that somebody who wrote this most likely meant; null when none is near.</summary>
    public static string? Nearest(string written, IEnumerable<string> candidates) =>
        candidates.Select(candidate => (candidate, distance: Distance(written, candidate)))
            .Where(pair => pair.distance <= Math.Max(1, Math.Min(3, pair.candidate.Length / 3)))
            .OrderBy(pair => pair.distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate).FirstOrDefault();

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var character in name)
        {
            if (char.IsUpper(character) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(character));
        }

        return text.ToString();
    }

    /// <summary>How many letters must be put in, taken out or changed.</summary>
    private static int Distance(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > 3)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var change = char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + change));
            }
        }

        return row[^1];
    }
}
