using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace IncidentBot.Yaml;

/// <summary>
/// Reads YAML (and so JSON) into nodes that know their lines. It bounds size and depth, also of what aliases repeat, reports
/// each key that stands twice, and never throws, whatever the bytes are.
/// </summary>
internal sealed class YamlReader
{
    public const int LargestFile = 1024 * 1024;
    private const int DeepestNode = 32;
    private const int UsualNodes = 20_000;

    private readonly string _text;
    private readonly Parser _parser;
    private readonly string _name;
    private readonly List<Complaint> _complaints;
    private readonly Dictionary<AnchorName, YamlNode> _anchors = [];
    private readonly int _mostNodes;
    private int _nodes;

    private YamlReader(string text, string name, List<Complaint> complaints, int mostNodes)
    {
        _mostNodes = mostNodes;
        _text = text;
        _parser = new Parser(new StringReader(text));
        _name = name;
        _complaints = complaints;
    }

    /// <summary>Returns the document, an empty map for an empty file, or null when it cannot be read at all.</summary>
    /// <param name="largest">In bytes.</param>
    /// <param name="mostNodes">With those that aliases repeat.</param>
    public static YamlNode? Read(
        byte[] bytes, string name, List<Complaint> complaints, int largest = LargestFile, int mostNodes = UsualNodes)
    {
        if (bytes.Length > largest)
        {
            var most = FormattableString.Invariant($"{largest / 1024 / 1024} MiB");
            complaints.Add(new Complaint(new Origin(name), "", $"the file is larger than {most}", $"at most {most}"));
            return null;
        }

        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            complaints.Add(new Complaint(new Origin(name), "", "the file is not text in UTF-8", "YAML or JSON in UTF-8"));
            return null;
        }

        var reader = new YamlReader(text, name, complaints, mostNodes);
        try
        {
            return reader.ReadDocument();
        }
        catch (UnreadableException problem)
        {
            complaints.Add(problem.Complaint);
        }
        catch (YamlException problem)
        {
            complaints.Add(reader.Syntax(problem));
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException or FormatException or OverflowException
            or IndexOutOfRangeException or KeyNotFoundException or NullReferenceException)
        {
            // The parser meets bytes that its author did not think of; for the reader of the file that is a syntax error too.
            complaints.Add(reader.Misplaced(int.MaxValue - 1) ?? new Complaint(new Origin(name), "", "not valid YAML"));
        }

        return null;
    }

    private YamlNode ReadDocument()
    {
        _parser.MoveNext();
        _parser.MoveNext();
        if (_parser.Current is StreamEnd or null)
        {
            return new MapNode(new Origin(_name, 1), []);
        }

        _parser.MoveNext();
        var root = ReadNode(depth: 0);
        _parser.MoveNext();
        if (_parser.Current is DocumentStart second)
        {
            throw Unreadable(second, "a second document begins here", "one YAML document");
        }

        return root;
    }

    /// <summary>Reads the node that the parser is at, and moves behind it.</summary>
    private YamlNode ReadNode(int depth)
    {
        var begin = _parser.Current ?? throw new UnreadableException(new Complaint(new Origin(_name), "", "the file ends too early"));
        if (depth > DeepestNode)
        {
            throw Unreadable(begin, "nested too deeply", $"at most {DeepestNode} levels");
        }

        var node = begin switch
        {
            Scalar scalar => new ScalarNode(At(scalar), scalar.Value,
                scalar.Style == ScalarStyle.Plain)
            { LastLine = (int)scalar.End.Line },
            SequenceStart => ReadList(begin, depth),
            MappingStart => ReadMap(begin, depth),
            AnchorAlias alias => _anchors.TryGetValue(alias.Value, out var anchored)
                ? anchored
                : throw Unreadable(begin, "an alias (*) to an anchor (&) that is not defined above it"),
            _ => throw Unreadable(begin, "no value where one is expected"),
        };
        _parser.MoveNext();
        _nodes += begin is AnchorAlias ? node.Size : 1;
        if (_nodes > _mostNodes)
        {
            throw Unreadable(begin, "too many values, counting what aliases repeat", FormattableString.Invariant($"at most {_mostNodes}"));
        }

        if (begin is NodeEvent { Tag.IsEmpty: false } tagged && !tagged.Tag.IsNonSpecific)
        {
            _complaints.Add(new Complaint(At(begin), "", "a YAML tag (!) changes the type of a value", "values without tags"));
        }

        if (begin is NodeEvent { Anchor.IsEmpty: false } named)
        {
            _anchors[named.Anchor] = node;
        }

        return node;
    }

    private ListNode ReadList(ParsingEvent begin, int depth)
    {
        var items = new List<YamlNode>();
        _parser.MoveNext();
        while (_parser.Current is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }

        return new ListNode(At(begin), items);
    }

    private MapNode ReadMap(ParsingEvent begin, int depth)
    {
        var entries = new List<MapEntry>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        _parser.MoveNext();
        while (_parser.Current is not MappingEnd)
        {
            var key = _parser.Current!;
            var node = ReadNode(depth + 1);
            if (node is not ScalarNode name)
            {
                throw Unreadable(key, $"{node.Kind} where a key is expected", "a word");
            }

            var value = ReadNode(depth + 1);
            if (seen.TryAdd(name.Value, (int)key.Start.Line))
            {
                entries.Add(new MapEntry(name.Value, At(key), value));
            }
            else
            {
                _complaints.Add(new Complaint(
                    At(key), "", $"the key {Complaint.Key(name.Value)} stands twice, first on line {seen[name.Value]}", "each key once"));
            }
        }

        return new MapNode(At(begin), entries);
    }

    private Origin At(ParsingEvent place) => new(_name, (int)place.Start.Line);

    private UnreadableException Unreadable(ParsingEvent place, string problem, string allowed = "") =>
        new(new Complaint(At(place), "", problem, allowed));

    /// <summary>The line whose indentation is wrong, up to the one at which the parser gave up; null when it is something else.</summary>
    private Complaint? Misplaced(int gaveUp) => Indentation.Find(_text, gaveUp) is { } found
        ? new Complaint(
            new Origin(_name, found.Line), "", $"the indentation is wrong: {found.Problem}",
                "spaces, as many as before the other keys of the same section")
        : null;

    private Complaint Syntax(YamlException problem)
    {
        if (Misplaced((int)problem.Start.Line) is { } misplaced)
        {
            return misplaced;
        }

        if (problem.Message.Contains("quoted scalar, found wrong indentation", StringComparison.Ordinal))
        {
            return new Complaint(new Origin(_name, (int)problem.Start.Line), "", "not valid YAML: a quote that begins here is not closed");
        }

        // Other texts of the parser quote what it found, and that may be a secret.
        var reason = problem.Message.StartsWith("While ", StringComparison.Ordinal)
            && !problem.Message.Contains('\n', StringComparison.Ordinal)
            ? $": {char.ToLowerInvariant(problem.Message[0])}{problem.Message[1..].TrimEnd('.')}"
            : "";
        return new Complaint(new Origin(_name, (int)problem.Start.Line), "", $"not valid YAML{reason}");
    }

    /// <summary>Ends the reading: what follows cannot be understood.</summary>
    private sealed class UnreadableException(Complaint complaint) : Exception(complaint.Problem)
    {
        public Complaint Complaint { get; } = complaint;
    }
}
