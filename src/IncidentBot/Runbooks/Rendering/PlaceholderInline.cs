using System.Text;
using IncidentBot.Runbooks.Filling;
using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Syntax.Inlines;

namespace IncidentBot.Runbooks.Rendering;

/// <summary>A placeholder in the text of a page.</summary>
internal sealed class PlaceholderInline(Placeholder placeholder) : LeafInline
{
    public Placeholder Placeholder { get; } = placeholder;

    /// <summary>The text with no spaces in those placeholders that stand in the address of a link, where Markdown allows none.</summary>
    public static string Tight(string text)
    {
        const string Begin = "](";
        if (!text.Contains("{{ $", StringComparison.Ordinal) || text.IndexOf(Begin, StringComparison.Ordinal) is not (>= 0 and var begin))
        {
            return text;
        }

        var tight = new StringBuilder(text.Length).Append(text.AsSpan(0, begin));
        for (var at = begin; at < text.Length;)
        {
            if (text[at] == '{' && Placeholder.At(text, at) is { } found)
            {
                tight.Append(found.Written.Replace(" ", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal));
                at += found.Written.Length;
            }
            else if (char.IsWhiteSpace(text[at]) || text[at] is ')' or '<')
            {
                // The address is over; the next one may be far.
                var next = text.IndexOf(Begin, at, StringComparison.Ordinal) is >= 0 and var more ? more : text.Length;
                tight.Append(text.AsSpan(at, next - at));
                at = next;
            }
            else
            {
                tight.Append(text[at++]);
            }
        }

        return tight.ToString();
    }
}

/// <summary>Finds placeholders before anything else can make something of their characters.</summary>
internal sealed class PlaceholderParser : InlineParser, IMarkdownExtension
{
    public PlaceholderParser() => OpeningCharacters = ['{'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        if (slice.PeekChar() != '{' || Placeholder.At(slice.Text, slice.Start) is not { } found
            || slice.Start + found.Written.Length - 1 > slice.End)
        {
            return false;
        }

        processor.Inline = new PlaceholderInline(found);
        slice.Start += found.Written.Length;
        return true;
    }

    public void Setup(MarkdownPipelineBuilder pipeline) => pipeline.InlineParsers.Insert(0, this);

    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
        // How it is shown is the page's own affair.
    }
}
