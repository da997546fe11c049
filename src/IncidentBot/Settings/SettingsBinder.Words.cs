using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <content>Mappings whose keys people choose.</content>
internal sealed partial class SettingsBinder
{
    private Dictionary<string, string>? BindWords(YamlNode node, string path)
    {
        if (node is not MapNode map)
        {
            if (!node.IsNothing)
            {
                Complain(path, $"{node.Kind} where a mapping belongs", "a mapping of words: { severity: critical }");
            }

            return null;
        }

        var value = SettingsValues.For(typeof(string))! with { Allowed = "text; \"\" for a label that is absent" };
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in map.Entries)
        {
            var keyPath = Join(path, entry.Key);
            _origins[keyPath] = entry.Origin;
            if (BindScalar(value, entry.Value, keyPath) is string word)
            {
                words[entry.Key] = word;
            }
        }

        return words;
    }

    private Dictionary<string, List<string>>? BindWordLists(YamlNode node, string path)
    {
        if (node is not MapNode map)
        {
            if (!node.IsNothing)
            {
                Complain(path, $"{node.Kind} where a mapping belongs", "a mapping of lists: { oncall: [one, another] }");
            }

            return null;
        }

        var lists = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var entry in map.Entries)
        {
            var keyPath = Join(path, entry.Key);
            _origins[keyPath] = entry.Origin;
            if (BindValue(typeof(List<string>), entry.Value, keyPath, takesSingle: true, current: null) is List<string> list)
            {
                lists[entry.Key] = list;
            }
        }

        return lists;
    }
}
