using System.Reflection;
using System.Text.RegularExpressions;
using IncidentBot.Alerts;
using IncidentBot.Support;

namespace IncidentBot.Conventions;

/// <summary>
/// How long things may be, so that they are read in one sitting. The length of functions (60 lines) is counted by the analyzer MA0051, and
/// whoever catches everything is named with the reason in <c>.editorconfig</c>.
/// </summary>
public sealed partial class LimitTests
{
    private const int LongestFile = 300;
    private const int LongestLine = 140;
    private const int MostParameters = 7;

    /// <summary>Files that may be longer, each with its reason.</summary>
    private static readonly HashSet<string> LongFiles =
    [
        // All that can happen to one incident, which is understood only together.
    ];

    /// <summary>Files whose lines may be longer, each with its reason.</summary>
    private static readonly HashSet<string> WideFiles =
    [
        // Statements of SQL, a table's columns in one line.
        "src/IncidentBot/Storage/Sqlite/SqliteSchema.cs",
        "src/IncidentBot/Storage/Sqlite/SqliteTables.cs",
    ];

    [Fact]
    public void No_source_file_is_too_long_to_be_read_in_one_sitting() =>
        Report.None(Sources().Where(source => source.Lines.Length > LongestFile && !LongFiles.Contains(source.File))
            .Select(source => $"{source.File} has {source.Lines.Length} lines, at most {LongestFile} are allowed: give part of it a file and a name"));

    [Fact]
    public void No_line_is_too_long_to_be_seen_whole() =>
        Report.None(Sources().Where(source => source.File.EndsWith(".cs", StringComparison.Ordinal) && !WideFiles.Contains(source.File))
            .SelectMany(source => source.Lines.Select((line, index) => (source.File, Line: index + 1, Text: line)))
            .Where(line => line.Text.Length > LongestLine && Texts().Replace(line.Text, "\"…\"").Length > LongestLine)
            .Select(line => $"{line.File}:{line.Line} has {line.Text.Length} characters, at most {LongestLine} are allowed beside texts in quotes"));

    [Fact]
    public void No_constructor_takes_more_than_can_be_told_apart() =>
        Report.None(typeof(Notification).Assembly.GetTypes().Where(type => !IsValue(type))
            .SelectMany(type => type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
                .Select(constructor => (type, Count: constructor.GetParameters().Length)))
            .Where(found => found.Count > MostParameters)
            .Select(found => $"{found.type.FullName} is made of {found.Count} things, at most {MostParameters} are allowed"));

    [Fact]
    public void What_is_exempted_needs_it()
    {
        var tooLong = Sources().Where(source => source.Lines.Length > LongestFile).Select(source => source.File).ToHashSet(StringComparer.Ordinal);
        Report.None(LongFiles.Where(file => !tooLong.Contains(file)).Select(file => $"{file} is short enough by now: take it from the list"));
    }

    /// <summary>Records are values whose parts have names where they are made, and generated types are nobody's reading.</summary>
    private static bool IsValue(Type type) => type.GetMethod("<Clone>$") is not null || type.IsValueType || type.Name.Contains('<', StringComparison.Ordinal)
        || type.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute))
        || type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute));

    private static IEnumerable<(string File, string[] Lines)> Sources() =>
        Repository.Files("src", ".cs", ".razor").Select(file => (file, File.ReadAllLines(Repository.PathOf(file))));

    /// <summary>Texts are not broken: a message, an expression or a statement is read, and searched for, as a whole.</summary>
    [GeneratedRegex("\"(\\\\.|[^\"\\\\])*\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Texts();
}
