using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace IncidentBot.Incidents;

/// <summary>
/// What one label must be, as Alertmanager's matchers have it: a value, <c>!=</c> and what it is not, <c>=~</c> or <c>!~</c> and
/// a regular expression for the whole value. A label that is absent equals the empty value. Of a severity every spelling is the same
/// word: it is compared by its one name, and an expression is tried on the name too, in any case.
/// </summary>
internal sealed class Matcher : IEquatable<Matcher>
{
    /// <summary>As in RE2 no expression takes more than a time that grows with the text: label values are hostile.</summary>
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private const RegexOptions AnyCase = Options | RegexOptions.IgnoreCase;

    private const int LongestExpression = 1000;

    private readonly bool _equal;
    private readonly string _value;
    private readonly Lazy<Regex>? _expression;
    private readonly SeverityWords? _words;

    private Matcher(string label, bool equal, string value, Lazy<Regex>? expression, SeverityWords? words)
    {
        (Label, _equal, Text, _expression, _words) = (label, equal, value, expression, words);
        _value = expression is null ? NameOf(value) : value;
    }

    public string Label { get; }

    /// <summary>The value that the label must have; null when it may have several.</summary>
    public string? OnlyValue => _equal && _expression is null ? Text : null;

    /// <summary>The value or the expression as it was written.</summary>
    public string Text { get; }

    /// <exception cref="FormatException">The text has something wrong with it; the message says what.</exception>
    public static Matcher Parse(string label, string text, SeverityWords? words = null) =>
        TryParse(label, text, out var problem, words) ?? throw new FormatException(problem);

    /// <summary>Null with what is wrong when this is no matcher.</summary>
    public static Matcher? TryParse(string label, string text, out string problem, SeverityWords? words = null)
    {
        problem = "";
        words = string.Equals(label, Severity.LabelName, StringComparison.Ordinal) ? words ?? SeverityWords.Usual : null;
        var (operation, value) = Split(text);
        if (operation is "=" or "!=")
        {
            return new Matcher(label, operation is "=", value, null, words);
        }

        problem = Expression(value, words is not null, out var expression);
        return problem.Length > 0 ? null : new Matcher(label, operation is "=~", value, expression, words);
    }

    /// <summary>Those of labels and the texts that say what they must be.</summary>
    /// <exception cref="FormatException">A text has something wrong with it; the message says what.</exception>
    public static List<Matcher> ParseAll(IReadOnlyDictionary<string, string> texts, SeverityWords? words = null) =>
        [.. texts.Select(pair => Parse(pair.Key, pair.Value, words))];

    /// <param name="value">Null when the label is absent.</param>
    public bool Matches(string? value)
    {
        var found = value ?? "";
        return (_expression is null ? string.Equals(NameOf(found), _value, StringComparison.Ordinal)
            : _expression.Value.IsMatch(found) || (_words is not null && _expression.Value.IsMatch(NameOf(found)))) == _equal;
    }

    /// <summary>Whether everything that the other takes is certain to be taken by this. False says nothing.</summary>
    public bool Covers(Matcher other) => string.Equals(Label, other.Label, StringComparison.Ordinal)
        && (other.OnlyValue is { } only ? Matches(only)
            : _equal == other._equal && _expression is null == other._expression is null
                && string.Equals(_value, other._value, StringComparison.Ordinal));

    /// <summary>Whether each takes exactly what the other does not, as far as their texts show.</summary>
    public bool IsOppositeOf(Matcher other) => string.Equals(Label, other.Label, StringComparison.Ordinal) && _equal != other._equal
        && _expression is null == other._expression is null && string.Equals(_value, other._value, StringComparison.Ordinal);

    public bool Equals(Matcher? other) => other is not null && string.Equals(Label, other.Label, StringComparison.Ordinal)
        && _equal == other._equal
        && _expression is null == other._expression is null && string.Equals(_value, other._value, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as Matcher);

    public override int GetHashCode() => HashCode.Combine(Label, _value, _equal);

    private static (string Operation, string Value) Split(string text)
    {
        foreach (var operation in new[] { "=~", "!~", "!=", "=" })
        {
            if (text.StartsWith(operation, StringComparison.Ordinal))
            {
                return (operation, text[operation.Length..].TrimStart(' '));
            }
        }

        return ("=", text);
    }

    /// <summary>The one name of a severity; an absent one has none. Of every other label the value itself.</summary>
    private string NameOf(string value) => _words is null || value.Length == 0 ? value : _words.Name(value).Name;

    private static string Expression(string text, bool anyCase, out Lazy<Regex>? expression)
    {
        expression = null;
        if (text.Length > LongestExpression)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"the regular expression has {text.Length} characters, at most {LongestExpression} are taken");
        }

        if (text.Contains("[:", StringComparison.Ordinal) && text.Contains(":]", StringComparison.Ordinal))
        {
            return "classes such as [:alpha:] are not known in regular expressions here; write [A-Za-z]";
        }

        try
        {
            // By itself first, so that a stray parenthesis cannot meet the one of the anchors. One that is ready weighs some 300 KB, and
            // most are never asked, because another label differs: they are made ready when they are.
            _ = new Regex(text, Options);
            Regex Ready() => anyCase ? new Regex($@"\A(?:{text})\z", AnyCase) : new Regex($@"\A(?:{text})\z", Options);
            _ = Ready();
            expression = new Lazy<Regex>(Ready, LazyThreadSafetyMode.PublicationOnly);
            return "";
        }
        catch (RegexParseException failure)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"not a regular expression: {Words(failure.Error)} at character {failure.Offset}");
        }
        catch (NotSupportedException)
        {
            return "the regular expression looks around or back, or is too large; as in Alertmanager that is not possible";
        }
    }

    /// <summary><c>InsufficientClosingParentheses</c> as people say it.</summary>
    private static string Words(RegexParseError error)
    {
        var words = new StringBuilder();
        foreach (var letter in error.ToString())
        {
            words.Append(char.IsUpper(letter) && words.Length > 0 ? " " : "").Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }
}
