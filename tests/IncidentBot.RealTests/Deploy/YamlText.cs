using YamlDotNet.RepresentationModel;

namespace IncidentBot.Deploy;

/// <summary>Reads the YAML that people edit: rules, their tests, services, and what stands on top of runbooks.</summary>
internal static class YamlText
{
    public static YamlNode Parse(string text)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(text);
        stream.Load(reader);
        return stream.Documents.Count > 0 ? stream.Documents[0].RootNode : new YamlMappingNode();
    }

    /// <summary>The value of a key, or null when the node is no mapping or has no such key.</summary>
    public static YamlNode? At(this YamlNode? node, string key) =>
        node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    /// <summary>The text of a key, empty when there is none.</summary>
    public static string Text(this YamlNode? node, string key) => (node.At(key) as YamlScalarNode)?.Value ?? "";

    public static IReadOnlyList<YamlNode> Items(this YamlNode? node, string key) =>
        node.At(key) is YamlSequenceNode list ? [.. list.Children] : [];

    public static IReadOnlyList<string> Words(this YamlNode? node, string key) =>
        [.. node.Items(key).OfType<YamlScalarNode>().Select(word => word.Value ?? "")];
}
