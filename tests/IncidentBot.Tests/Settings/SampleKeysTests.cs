using System.Text.RegularExpressions;
using IncidentBot.Probes;
using IncidentBot.Yaml;
using Xunit;

namespace IncidentBot.Settings;

/// <summary><c>deploy/incidentbot.yml</c> says that it holds every key: it does, and nothing else.</summary>
public sealed partial class SampleKeysTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Place.Repository, "deploy", "incidentbot.yml"));

    [Fact]
    public void The_sample_names_every_key_and_none_that_is_not_there()
    {
        var complaints = new List<Complaint>();
        var root = YamlReader.Read(System.Text.Encoding.UTF8.GetBytes(Excluded().Replace(Text, "${indent}")), "incidentbot.yml", complaints);
        Assert.Empty(complaints);
        var named = Written(root!, "").Select(OfAnyProbe).ToHashSet(StringComparer.Ordinal);

        // A secret is named once, as itself or by its file.
        var known = Known([.. SettingsCatalog.Sections.Select(section => section.Key)], "").Select(OfAnyProbe).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(known.Order(StringComparer.Ordinal), named.Select(key => known.Contains(key) ? key : Bare(key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_marked_as_not_acted_on_is_exactly_what_is_not()
    {
        var marked = Text.Split('\n').Where(line => line.Contains("Not acted on by this version", StringComparison.Ordinal))
            .Select(line => Key().Match(line).Groups["key"].Value).Order(StringComparer.Ordinal);

        Assert.Equal(["postgres"], marked);
    }

    private static IEnumerable<string> Written(YamlNode node, string path) => node switch
    {
        ListNode list => list.Items.SelectMany(item => Written(item, path)),
        MapNode map when path.Length == 0 || !IsWords(path) => map.Entries.SelectMany(entry => Written(entry.Value, Join(path, entry.Key))),
        _ => [path],
    };

    private static bool IsWords(string path) => path is "lanes.match" or "inhibit.source" or "inhibit.target" or "incidents.severities" or "people.groups" or "people.allow"
        || (path.StartsWith("probes.", StringComparison.Ordinal) && path.EndsWith(".labels", StringComparison.Ordinal))
        || (path.StartsWith("probes.", StringComparison.Ordinal) && path.EndsWith(".group", StringComparison.Ordinal))
        || path is "probes.http.headers" or "probes.http.header_matches" or "probes.http.json";

    private static IEnumerable<string> Known(IReadOnlyList<SettingKey> keys, string path)
    {
        foreach (var key in keys.Where(key => !key.IsSecretFile))
        {
            var inner = key.Type;
            inner = inner.IsGenericType && inner.GetGenericTypeDefinition() == typeof(List<>) ? inner.GetGenericArguments()[0] : inner;
            var isSingle = SettingsValues.For(inner) is not null || inner == typeof(Secret) || inner == typeof(Dictionary<string, string>)
                || inner == typeof(Dictionary<string, List<string>>);
            foreach (var known in isSingle ? [Join(path, key.Name)] : Known(SettingKey.Of(inner), Join(path, key.Name)))
            {
                yield return known;
            }
        }
    }

    /// <summary>What every kind of probe has is named once.</summary>
    private static string OfAnyProbe(string key) => key.Split('.') is ["probes", var kind, var own, ..] parts
        && ProbeCatalog.Kinds.Any(one => one.Name == kind) && typeof(ProbeOptions).GetProperties().Any(property => Bare(own) == SnakeCase(property.Name))
        ? string.Join('.', ["probes", "*", .. parts[2..]]) : key;

    private static string SnakeCase(string name) => string.Concat(name.Select((letter, i) => char.IsUpper(letter) && i > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    private static string Bare(string key) => key.EndsWith("_file", StringComparison.Ordinal) ? key[..^"_file".Length] : key;

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    [GeneratedRegex("^(?<indent> *)#(?=[a-z])", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Excluded();

    [GeneratedRegex("^ *#?(?<key>[a-z_-]+):", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Key();
}
