using Markdig.Extensions.Tables;
using Markdig.Extensions.TaskLists;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Renderers.Html.Inlines;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace IncidentBot.Runbooks.Rendering;

/// <summary>Writes those parts of a page for which Markdown's usual HTML is not enough: each is one small renderer.</summary>
internal static class PageRenderers
{
    public static void Use(HtmlRenderer renderer, PageRendering page)
    {
        renderer.ObjectRenderers.ReplaceOrAdd<HeadingRenderer>(new Headings(page));
        renderer.ObjectRenderers.ReplaceOrAdd<CodeBlockRenderer>(new CodeBlocks(page));
        renderer.ObjectRenderers.ReplaceOrAdd<CodeInlineRenderer>(new CodeWords(page));
        renderer.ObjectRenderers.ReplaceOrAdd<LinkInlineRenderer>(new Links(page));
        renderer.ObjectRenderers.ReplaceOrAdd<AutolinkInlineRenderer>(new Addresses(page));
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlEntityInlineRenderer>(new Entities());
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlTaskListRenderer>(new Tasks());
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlTableRenderer>(new Tables());
        renderer.ObjectRenderers.Insert(0, new Gaps(page));
    }

    /// <summary>The words of a heading or a link, without markup.</summary>
    public static string Words(ContainerInline? inlines)
    {
        if (inlines is null)
        {
            return "";
        }

        var words = new System.Text.StringBuilder();
        foreach (var inline in inlines.Descendants())
        {
            words.Append(inline switch
            {
                LiteralInline literal => literal.Content.ToString(),
                CodeInline code => code.Content,
                HtmlEntityInline entity => entity.Transcoded.ToString(),
                PlaceholderInline placeholder => placeholder.Placeholder.Written,
                AutolinkInline address => address.Url,
                LineBreakInline => " ",
                _ => "",
            });
        }

        return RunbookTemplate.Without(words.ToString().Trim());
    }

    private static void OpenLink(HtmlRenderer renderer, string address)
    {
        renderer.Write("<a href=\"").Write(HtmlText.Escape(address)).Write('"');
        if (address[0] is not ('/' or '#'))
        {
            renderer.Write(" rel=\"noopener noreferrer\" target=\"_blank\"");
        }

        renderer.Write('>');
    }

    private sealed class Gaps(PageRendering page) : HtmlObjectRenderer<PlaceholderInline>
    {
        protected override void Write(HtmlRenderer renderer, PlaceholderInline inline) => renderer.Write(page.Gap(inline.Placeholder));
    }

    /// <summary>A character by its number may be any, also one of our own marks.</summary>
    private sealed class Entities : HtmlObjectRenderer<HtmlEntityInline>
    {
        protected override void Write(HtmlRenderer renderer, HtmlEntityInline entity) =>
            renderer.Write(HtmlText.Escape(RunbookTemplate.Without(entity.Transcoded.ToString())));
    }

    private sealed class Headings(PageRendering page) : HtmlObjectRenderer<HeadingBlock>
    {
        protected override void Write(HtmlRenderer renderer, HeadingBlock heading)
        {
            var (id, collapsed) = page.IdsOf(heading);
            if (heading == page.Title)
            {
                WriteAnchor(renderer, id);
                return;
            }

            // The page has one heading of the first level, its title.
            var level = Math.Clamp(heading.Level, 2, 6);
            renderer.EnsureLine();
            renderer.Write($"<h{level} id=\"").Write(RunbookTemplate.IdMark).Write(HtmlText.Escape(id)).Write("\">");
            if (collapsed is not null)
            {
                WriteAnchor(renderer, collapsed);
            }

            renderer.WriteLeafInline(heading);
            renderer.Write("<a class=\"anchor\" href=\"#").Write(RunbookTemplate.IdMark).Write(HtmlText.Escape(Uri.EscapeDataString(id)))
                .Write("\" aria-label=\"Link to this heading\"></a>");
            renderer.Write($"</h{level}>").EnsureLine();
        }

        private static void WriteAnchor(HtmlRenderer renderer, string id) =>
            renderer.Write("<a id=\"").Write(RunbookTemplate.IdMark).Write(HtmlText.Escape(id)).Write("\"></a>");
    }

    private sealed class CodeBlocks(PageRendering page) : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock block)
        {
            var code = block.Lines.ToString().ReplaceLineEndings("\n");
            var language = (block as FencedCodeBlock)?.Info?.Trim('{', '}', '.', ' ') ?? "";
            language = new string(
                [.. language.TakeWhile(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '+' or '_' or '#')])
                .ToLowerInvariant();
            renderer.EnsureLine();
            if (language is "mermaid")
            {
                page.HasDiagrams = true;
                renderer.Write("<figure class=\"diagram\"><div class=\"drawing\" aria-hidden=\"true\"></div><details open><summary>Diagram as text</summary><pre tabindex=\"0\"><code>")
                    .Write(HtmlText.Escape(code)).WriteLine("</code></pre></details></figure>");
                return;
            }

            var session = language is "console" or "shell-session" or "shellsession" or "terminal"
                && code.Split('\n').Any(line => line.StartsWith("$ ", StringComparison.Ordinal));
            renderer.Write(session ? "<figure class=\"code session\">" : "<figure class=\"code\">").Write("<figcaption><span>")
                .Write(language.Length > 0 ? HtmlText.Escape(language) : "text")
                .Write("</span><button type=\"button\" class=\"copy\">Copy</button></figcaption><pre tabindex=\"0\"><code>")
                .Write(Highlighter.Html(CodeText.Marked(code, language, isBlock: true, page), language))
                    .WriteLine("</code></pre></figure>");
        }
    }

    private sealed class CodeWords(PageRendering page) : HtmlObjectRenderer<CodeInline>
    {
        protected override void Write(HtmlRenderer renderer, CodeInline code) =>
            renderer.Write("<code>").Write(HtmlText.Escape(CodeText.Marked(code.Content, "", isBlock: false, page))).Write("</code>");
    }

    private sealed class Links(PageRendering page) : HtmlObjectRenderer<LinkInline>
    {
        protected override void Write(HtmlRenderer renderer, LinkInline link)
        {
            var address = page.Address(link.GetDynamicUrl?.Invoke() ?? link.Url, link.Line + 1, link.IsImage);
            if (link.IsImage)
            {
                WriteImage(renderer, link, address);
            }
            else if (address is null || link.Descendants<LinkInline>().Any(inner => !inner.IsImage))
            {
                renderer.WriteChildren(link);
            }
            else
            {
                OpenLink(renderer, address);
                renderer.WriteChildren(link);
                renderer.Write("</a>");
            }
        }

        /// <summary>Pictures come from beside the page only; one from elsewhere is a link to it.</summary>
        private static void WriteImage(HtmlRenderer renderer, LinkInline link, string? address)
        {
            var words = Words(link);
            if (address?.StartsWith("/runbooks/", StringComparison.Ordinal) == true)
            {
                var source = address.Replace(RunbookTemplate.QueryMark.ToString(), "", StringComparison.Ordinal);
                renderer.Write("<img src=\"").Write(HtmlText.Escape(source)).Write("\" alt=\"").Write(HtmlText.Escape(words))
                    .Write("\" loading=\"lazy\" />");
            }
            else if (address is not null && link.Parent is not LinkInline)
            {
                OpenLink(renderer, address);
                renderer.Write("picture: ").Write(HtmlText.Escape(words.Length > 0 ? words : address)).Write("</a>");
            }
            else
            {
                renderer.Write(HtmlText.Escape(words));
            }
        }
    }

    private sealed class Addresses(PageRendering page) : HtmlObjectRenderer<AutolinkInline>
    {
        protected override void Write(HtmlRenderer renderer, AutolinkInline link)
        {
            var address = page.Address(link.IsEmail ? "mailto:" + link.Url : link.Url, link.Line + 1, isImage: false);
            if (address is not null)
            {
                OpenLink(renderer, address);
            }

            renderer.Write(HtmlText.Escape(link.Url)).Write(address is null ? "" : "</a>");
        }
    }

    /// <summary>Boxes that can be ticked while one works; they are remembered nowhere.</summary>
    private sealed class Tasks : HtmlObjectRenderer<TaskList>
    {
        protected override void Write(HtmlRenderer renderer, TaskList task) =>
            renderer.Write("<input type=\"checkbox\" class=\"task\" aria-label=\"Done\"").Write(task.Checked ? " checked=\"\"" : "")
                .Write(" />");
    }

    /// <summary>
    /// A wide table scrolls by itself, also by keyboard. Its columns are aligned by classes, because styles are forbidden.
    /// </summary>
    private sealed class Tables : HtmlTableRenderer
    {
        protected override void Write(HtmlRenderer renderer, Table table)
        {
            foreach (var row in table.OfType<TableRow>())
            {
                for (var i = 0; i < row.Count; i++)
                {
                    var cell = (TableCell)row[i];
                    var column = cell.ColumnIndex >= 0 && cell.ColumnIndex < table.ColumnDefinitions.Count ? cell.ColumnIndex : i;
                    if (column < table.ColumnDefinitions.Count && table.ColumnDefinitions[column].Alignment is { } alignment)
                    {
                        cell.GetAttributes().AddClass(
                            alignment switch
                            {
                                TableColumnAlign.Left => "to-left",
                                TableColumnAlign.Right => "to-right",
                                _ =>
                            "to-middle"
                            });
                    }
                }
            }

            table.ColumnDefinitions.ForEach(column => column.Alignment = null);
            renderer.EnsureLine();
            renderer.WriteLine("<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">");
            base.Write(renderer, table);
            renderer.WriteLine("</div>");
        }
    }
}
