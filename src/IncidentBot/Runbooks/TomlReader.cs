using System.Globalization;
using IncidentBot.Yaml;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Parsing;

namespace IncidentBot.Runbooks;

/// <summary>
/// Reads the TOML of Hugo's front matter into the same nodes as YAML. Tables are left out: they hold nothing that is needed here.
/// </summary>
internal static class TomlReader
{
    /// <summary>Returns null, and says why, when it cannot be read.</summary>
    /// <param name="firstLine">The line of the file on which the text begins.</param>
    public static MapNode? Read(string text, string name, int firstLine, List<Complaint> complaints)
    {
        try
        {
            // Only the syntax tree is checked for keys that stand twice.
            SyntaxParser.ParseStrict(text, name, validate: true);
            var table = TomlSerializer.Deserialize<TomlTable>(text) ?? [];
            return new MapNode(new Origin(name, firstLine), [.. table.Where(pair => pair.Value is not (TomlTable or TomlTableArray))
                .Select(pair => new MapEntry(pair.Key, new Origin(name), Node(pair.Value, name)))]);
        }
        catch (TomlException problem)
        {
            complaints.Add(new Complaint(new Origin(name, firstLine - 1 + (problem.Line ?? 1)), "", "not valid TOML"));
            return null;
        }
    }

    private static YamlNode Node(object value, string name) => value is TomlArray list
        ? new ListNode(new Origin(name), [.. list.OfType<object>().Where(item => item is not TomlTable).Select(item => Node(item, name))])
        : new ScalarNode(new Origin(name), Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", Plain: false);
}
