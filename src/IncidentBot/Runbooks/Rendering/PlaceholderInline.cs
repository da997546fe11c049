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
}

/// <summary>Finds placeholders before anything else can make something of their characters.</summary>
internal sealed class PlaceholderParser : InlineParser, IMarkdownExtension
{
    public PlaceholderParser() => OpeningCharacters = ['{'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        if (slice.PeekChar() != '{' || Placeholder.At(slice.Text, slice.Start) is not { } found || slice.Start + found.Written.Length - 1 > slice.End)
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
