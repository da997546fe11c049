using System.Xml.Linq;
using IncidentBot.Support;

namespace IncidentBot.Conventions;

/// <summary>A dependency has to earn its place, in words that a reader finds.</summary>
public sealed class PackageTests
{
    private static readonly List<XElement> Versions =
        [.. XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion")];

    [Fact]
    public void Every_package_says_what_it_is_for_and_what_it_would_cost_to_write() =>
        Report.None(Versions.Where(version => version.PreviousNode is not XComment { Value: var words } || !words.Contains("To write:", StringComparison.Ordinal)
                && !words.Contains("Not used by itself:", StringComparison.Ordinal))
            .Select(version => $"Directory.Packages.props: {Name(version)} has no comment of its own with \"To write:\""));

    [Fact]
    public void No_package_is_there_for_nothing()
    {
        var used = Repository.Files("src", ".csproj").Concat(Repository.Files("tests", ".csproj")).Append("Directory.Build.props").SelectMany(References);
        Report.None(Versions.Select(Name).Except(used, StringComparer.Ordinal).Select(name => $"{name} is used by no project"));
    }

    [Fact]
    public void The_readme_names_every_package_of_the_program()
    {
        var readme = File.ReadAllText(Repository.PathOf("README.md"));
        Report.None(References("src/IncidentBot/IncidentBot.csproj").Where(name => !readme.Contains(name, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(Repository.PathOf(project)).Descendants("PackageReference").Select(Name);

    private static string Name(XElement element) => element.Attribute("Include")!.Value;
}
