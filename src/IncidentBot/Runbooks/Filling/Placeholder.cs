using System.Text.RegularExpressions;
using IncidentBot.Incidents;
using IncidentBot.Runbooks.Rendering;

namespace IncidentBot.Runbooks.Filling;

/// <summary>What a placeholder stands for.</summary>
internal enum PlaceholderKind
{
    Label,
    Annotation,
    Value,
}

/// <summary>A gap in a page that an alert's own value belongs in: <c>{{ $labels.instance }}</c>.</summary>
/// <param name="Written">As it stands in the page.</param>
/// <param name="Place">What surrounds it, and so how a value must be written to be harmless there.</param>
internal sealed partial record Placeholder(PlaceholderKind Kind, string Name, string Written, Place Place)
{
    private const int LongestInText = 2000;

    /// <summary>The text with each placeholder replaced, in their order.</summary>
    public static string Replace(string text, Func<Placeholder, string> replacement) =>
        text.Contains("{{", StringComparison.Ordinal) ? Pattern().Replace(text, match => replacement(Of(match))) : text;

    /// <summary>The placeholder that begins here; null when none does.</summary>
    public static Placeholder? At(string text, int index) =>
        PatternHere().Match(text, index) is { Success: true } match ? Of(match) : null;

    /// <summary>What the page shows: the value, marked as filled in, or the placeholder itself.</summary>
    public string Html(AlertValues? values)
    {
        if (values is null)
        {
            return Unfilled($"{Meaning} is filled in when you come from an incident");
        }

        return Fill(values) switch
        {
            { Text: { } text } when Place.Kind == PlaceKind.Address => HtmlText.Escape(text),
            { Text: { } text } =>
                $"<mark class=\"filled\" title=\"{HtmlText.Escape(Meaning)} of this alert, filled in\">{HtmlText.Escape(RunbookTemplate.Without(text))}</mark>",
            { Complaint: var complaint } => Unfilled(complaint),
        };
    }

    /// <summary>The value as it may stand here, or why it may not.</summary>
    public Filled Fill(AlertValues values)
    {
        var value = values.Find(this);
        if (value is null)
        {
            return new Filled(null, Kind == PlaceholderKind.Value ? "this alert has no annotation \"value\""
                : $"this alert has no {Meaning}");
        }

        return Place.Kind == PlaceKind.Text
            ? new Filled(Headline.Cut(value, LongestInText), "")
            : Place.Write(value) is { } written ? new Filled(written, "")
                : new Filled(null, $"{Meaning} of this alert holds characters that are not safe here: type it by hand");
    }

    /// <summary>In words: <c>label instance</c>.</summary>
    public string Meaning => Kind switch
    {
        PlaceholderKind.Label => $"label {Name}",
        PlaceholderKind.Annotation => $"annotation {Name}",
        _ => "value",
    };

    private string Unfilled(string why) => Place.Kind == PlaceKind.Address
        ? HtmlText.Escape(Uri.EscapeDataString(Written))
        : $"<span class=\"placeholder\" title=\"{HtmlText.Escape(why)}\">{HtmlText.Escape(Written)}</span>";

    private static Placeholder Of(Match match)
    {
        var kind = match.Groups["value"].Success ? PlaceholderKind.Value
            : match.Groups["set"].ValueSpan is "labels" ? PlaceholderKind.Label
            : PlaceholderKind.Annotation;
        return new Placeholder(kind, match.Groups["name"].Value, match.Value, Place.Text);
    }

    private const string Shape =
        @"\{\{-?[ \t]{0,4}(\$(?<set>labels|annotations)\.(?<name>[A-Za-z_][A-Za-z0-9_]{0,199})|\$(?<value>value))[ \t]{0,4}-?\}\}";

    [GeneratedRegex(Shape, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\G" + Shape, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PatternHere();
}

/// <summary>A value that may stand where its placeholder was, or null and why not.</summary>
internal readonly record struct Filled(string? Text, string Complaint);
