using System.Text;
using IncidentBot.Incidents;
using IncidentBot.Runbooks.Rendering;
using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;

namespace IncidentBot.Runbooks;

/// <summary>
/// Makes a page of a file. Whatever the bytes are, a page comes out: what cannot be understood is shown as it is written,
/// with what is wrong. HTML and scripts in it stay text.
/// </summary>
internal static class RunbookReader
{
    public const int LargestFile = 1024 * 1024;
    private const int LongestRaw = 100_000;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UsePipeTables()
        .UseTaskLists()
        .UseFootnotes()
        .UseAlertBlocks()
        .UseDefinitionLists()
        .UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough)
        .UseAutoLinks()
        .UsePreciseSourceLocation()
        .Use<PlaceholderParser>()
        .Build();

    /// <param name="path">Of the page: <c>media/plex</c>.</param>
    /// <param name="file">As people know it.</param>
    /// <param name="folder">In which it lies, below its root; null when that is the path's.</param>
    public static Runbook Read(byte[] bytes, string path, string file, string? folder = null)
    {
        if (bytes.Length > LargestFile)
        {
            return Broken("", path, file, "the file is larger than 1 MiB", folder);
        }

        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return Broken("", path, file, "the file is not text in UTF-8", folder);
        }

        return Read(text, path, file, folder);
    }

    /// <inheritdoc cref="Read(byte[], string, string, string?)"/>
    public static Runbook Read(string text, string path, string file, string? folder = null)
    {
        text = RunbookTemplate.Without(text).ReplaceLineEndings("\n");
        var (front, body) = FrontMatter.Split(text, file);
        if (IsTangled(body))
        {
            return Broken(body, path, file, "it has thousands of links in one line", folder) with { Front = front };
        }

        try
        {
            var document = Markdown.Parse(PlaceholderInline.Tight(body), Pipeline);
            return Render(document, front, path, file, folder ?? RunbookPath.Folder(path)) with
            {
                Front = front,
                Problem = front.Complaints.Count > 0 ? string.Join("; ", front.Complaints) : null
            };
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The parser gives up on what no person would write, such as lists in lists without end.
            return Broken(body, path, file, $"its Markdown cannot be read: {failure.Message}", folder) with { Front = front };
        }
    }

    /// <summary>For each link the parser may read the rest of its line, so a line of nothing else would take it minutes.</summary>
    private static bool IsTangled(string body)
    {
        const long Most = 300_000_000;
        var cost = 0L;
        foreach (var line in body.AsSpan().EnumerateLines())
        {
            cost += (long)line.Count("](") * line.Length;
        }

        return cost > Most;
    }

    /// <summary>A page that says what is wrong with its file, and shows it as it is.</summary>
    public static Runbook Broken(string body, string path, string file, string problem, string? folder = null) => new()
    {
        Path = path,
        File = file,
        Folder = folder ?? RunbookPath.Folder(path),
        Title = TitleOf(path),
        Template = new RunbookTemplate(body.Length == 0 ? ""
            : $"<pre tabindex=\"0\"><code>{HtmlText.Escape(Headline.Cut(body, LongestRaw))}</code></pre>", []),
        Text = Headline.Cut(body, LongestRaw),
        Problem = problem,
    };

    private static Runbook Render(MarkdownDocument document, FrontMatter front, string path, string file, string folder)
    {
        var first = document.OfType<HeadingBlock>().FirstOrDefault(heading => heading.Level == 1);
        var firstWords = PageRenderers.Words(first?.Inline);
        var title = front.Title ?? (firstWords.Length > 0 ? firstWords : TitleOf(path));
        var page = new PageRendering(path, folder)
        {
            Title = string.Equals(firstWords, title.Trim(), StringComparison.OrdinalIgnoreCase)
            ? first : null
        };
        page.TakeHeadings(document.Descendants<HeadingBlock>());
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        PageRenderers.Use(renderer, page);
        renderer.Render(document);
        return new Runbook
        {
            Path = path,
            File = file,
            Folder = folder,
            Title = title,
            Template = new RunbookTemplate(writer.ToString(), page.Placeholders),
            Headings = page.Headings,
            Links = page.Links,
            Text = Words(document),
            HasDiagrams = page.HasDiagrams,
        };
    }

    private static string TitleOf(string path)
    {
        var words = path[(path.LastIndexOf('/') + 1)..].Replace('-', ' ').Replace('_', ' ').Trim();
        return words.Length == 0 ? path : char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static string Words(MarkdownDocument document)
    {
        var words = new StringBuilder();
        foreach (var block in document.Descendants().OfType<LeafBlock>())
        {
            words.Append(block is CodeBlock ? block.Lines.ToString() : PageRenderers.Words(block.Inline)).Append('\n');
        }

        return words.ToString();
    }
}
