using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace IncidentBot.Settings;

/// <summary>Options are read by people in their comments, so the comments must be there and must be true.</summary>
public sealed partial class OptionTextsTests
{
    private static readonly Dictionary<string, XElement> Texts = XDocument.Load(Path.ChangeExtension(typeof(BotOptions).Assembly.Location, ".xml"))
        .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary") ?? new XElement("summary"));

    public static TheoryData<string> Options => [.. SettingsCatalog.Sections.Aggregate(new HashSet<Type>(), (found, section) => Classes(section.Key.Type, found))
        .SelectMany(type => SettingKey.Of(type).Where(key => key is { IsSecretFile: false, Property: not null }).Select(key => $"{type.FullName}.{key.Property!.Name}"))];

    [Theory]
    [MemberData(nameof(Options))]
    public void An_option_has_a_text_and_the_default_that_it_states(string name)
    {
        var property = typeof(BotOptions).Assembly.GetType(name[..name.LastIndexOf('.')])!.GetProperty(name[(name.LastIndexOf('.') + 1)..])!;
        Assert.True(Texts.TryGetValue($"P:{property.DeclaringType!.FullName}.{property.Name}", out var summary), $"{name} has no documentation");
        var text = Spaces().Replace(string.Concat(summary.Nodes().Select(node => node is XElement { Name.LocalName: "see" } see ? see.Attribute("cref")!.Value : node is XElement element ? element.Value : node.ToString())), " ").Trim();
        Assert.NotEqual("", text);

        if (Default().Match(text) is { Success: true } stated)
        {
            var actual = property.GetValue(Activator.CreateInstance(property.ReflectedType!));
            Assert.Equal(Written(actual), stated.Groups["value"].Value);
        }
    }

    [Fact]
    public void Defaults_are_stated_at_all() =>
        Assert.True(Options.Count(row => Default().IsMatch(Texts.GetValueOrDefault("P:" + row.Data)?.Value ?? "")) >= 15);

    private static string Written(object? value) => value switch
    {
        TimeSpan duration => Duration.Format(duration),
        bool flag => flag ? "true" : "false",
        long bytes when bytes % (1024 * 1024) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024 / 1024} MiB"),
        string text => text,
        Uri address => address.OriginalString,
        TimeZoneInfo zone => zone.Id,
        IEnumerable list => $"[{string.Join(", ", list.Cast<object>())}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static HashSet<Type> Classes(Type type, HashSet<Type> found)
    {
        while (type.IsGenericType)
        {
            type = type.GetGenericArguments()[^1];
        }

        if (SettingsValues.For(type) is null && type != typeof(Secret) && found.Add(type))
        {
            foreach (var key in SettingKey.Of(type))
            {
                Classes(key.Type, found);
            }
        }

        return found;
    }

    [GeneratedRegex(@"\bDefault (?<value>\[[^\]]*\]|.+?)(?=[.;,](?: |$))", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Default();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}
