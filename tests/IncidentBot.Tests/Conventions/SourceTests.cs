using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using IncidentBot.Alerts;
using IncidentBot.Support;

namespace IncidentBot.Conventions;

/// <summary>What everybody agrees on and no compiler checks.</summary>
public sealed class SourceTests
{
    private static readonly string[] Unfinished = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"];

    [Fact]
    public void Using_directives_are_in_order()
    {
        var found = Repository.Files("src", ".cs").Concat(Repository.Files("tests", ".cs")).Select(file => (File: file, Names: UsingsOf(file)))
            .Where(found => !found.Names.SequenceEqual(found.Names.Order(Comparer<string>.Create(ByName))))
            .Select(found => $"{found.File} has its using directives in another order than: {string.Join(", ", found.Names.Order(Comparer<string>.Create(ByName)))}");
        Report.None(found);

        static int ByName(string one, string other) => one.StartsWith("System", StringComparison.Ordinal) == other.StartsWith("System", StringComparison.Ordinal)
            ? string.CompareOrdinal(one.Replace('.', ' '), other.Replace('.', ' ')) : one.StartsWith("System", StringComparison.Ordinal) ? -1 : 1;
    }

    /// <summary>The names of plain using directives: aliases and static ones come after them.</summary>
    private static List<string> UsingsOf(string file) => [.. File.ReadLines(Repository.PathOf(file)).TakeWhile(line => !line.StartsWith("namespace", StringComparison.Ordinal))
        .Where(line => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=') && !line.StartsWith("using static", StringComparison.Ordinal))
        .Select(line => line["using ".Length..].TrimEnd(';'))];

    [Fact]
    public void Nothing_is_left_unfinished_in_a_comment()
    {
        var found = Repository.Files("src", ".cs", ".razor", ".css", ".js").Concat(Repository.Files("tests", ".cs"))
            .SelectMany(file => File.ReadLines(Repository.PathOf(file)).Select((line, index) => (file, line, index)))
            .Where(at => Unfinished.Any(word => at.line.Split(' ', '/', ':', '(', '-').Contains(word, StringComparer.Ordinal)))
            .Select(at => $"{at.file}:{at.index + 1} is unfinished: {at.line.Trim()}");
        Report.None(found);
    }

    [Fact]
    public void Every_type_says_in_a_summary_what_it_is()
    {
        var assembly = typeof(Notification).Assembly;
        var summaries = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .Where(member => !string.IsNullOrWhiteSpace(member.Element("summary")?.Value))
            .Select(member => (string?)member.Attribute("name")).ToHashSet();
        var silent = assembly.GetTypes().Where(IsWrittenByHand)
            .Where(type => !summaries.Contains("T:" + type.FullName!.Replace('+', '.')))
            .Select(type => $"{type.FullName} has no <summary>");
        Report.None(silent);
    }

    [Fact]
    public void Every_file_has_the_namespace_of_its_folder()
    {
        var elsewhere = Repository.Files("src/IncidentBot", ".cs")
            .Select(file => (File: file, Folder: Path.GetDirectoryName(file["src/".Length..])!.Replace('/', '.').Replace('\\', '.')))
            .Where(found => found.Folder != "IncidentBot")
            .Where(found => !File.ReadLines(Repository.PathOf(found.File)).Contains($"namespace {found.Folder};"))
            .Select(found => $"{found.File} does not say: namespace {found.Folder};");
        Report.None(elsewhere);
    }

    [Fact]
    public void Alerts_and_incidents_know_no_clock_and_no_outside_world()
    {
        string[] impure = ["TimeProvider", "HttpClient", "File.", "Directory.", "Task", "ILogger", "Random", "Environment.", "SqliteConnection"];
        var found = Repository.Files("src/IncidentBot/Alerts", ".cs").Concat(Repository.Files("src/IncidentBot/Incidents", ".cs"))
            .SelectMany(file => File.ReadLines(Repository.PathOf(file)).Select((line, index) => (file, line, index)))
            .Where(at => !at.line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            .SelectMany(at => impure.Where(word => at.line.Split(' ', '(', '<', '>', ',', '?').Any(part => part == word
                    || (word.EndsWith('.') && part.StartsWith(word, StringComparison.Ordinal))))
                .Select(word => $"{at.file}:{at.index + 1} uses {word}: hand the value in"));
        Report.None(found);
    }

    [Fact]
    public void The_name_of_every_test_is_a_sentence()
    {
        var unclear = typeof(SourceTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttributes<FactAttribute>().Any() && !method.Name.Contains('_'))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name} is not a sentence with underscores");
        Report.None(unclear);
    }

    /// <summary>
    /// Razor makes a public class of each page, and generators and the compiler make types of their own, whose names no programmer could
    /// write; none can be documented there.
    /// </summary>
    private static bool IsWrittenByHand(Type type) =>
        type.Namespace?.StartsWith("IncidentBot", StringComparison.Ordinal) == true
        && !type.IsNestedPrivate
        && !type.Name.StartsWith('<')
        && !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        && !type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), inherit: false)
        && type.Name != "_Imports"
        && !typeof(Microsoft.AspNetCore.Components.IComponent).IsAssignableFrom(type)
        && (type.DeclaringType is null || IsWrittenByHand(type.DeclaringType));
}
