using System.Buffers;
using System.Text;

namespace IncidentBot.Channels.Telegram;

/// <summary>One text in both forms: with markup, and without for when Telegram cannot read the markup.</summary>
internal sealed record TelegramBody(string Html, string Plain);

/// <summary>
/// Writes Telegram's HTML. What is too long is left out before the markup is made, so a tag or an escape is never cut.
/// https://core.telegram.org/bots/api#html-style
/// </summary>
internal static class TelegramText
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <param name="mention">Who is called; null in an edit.</param>
    public static TelegramBody Write(Message message, Mention? mention)
    {
        var called = Called(mention);
        return new TelegramBody(
            MessageLayout.Fit(message, lines => Html(lines, called), html => TextLength(html) <= TelegramLimits.TextLength),
            MessageLayout.Fit(message, lines => Plain(lines) + PlainCalls(called), text => text.Length <= TelegramLimits.TextLength));
    }

    public static TelegramBody Write(ThreadReply reply)
    {
        var called = Called(reply.Mention);
        return new TelegramBody(
            MessageLayout.Fit(reply, lines => Html(lines, called), html => TextLength(html) <= TelegramLimits.TextLength),
            MessageLayout.Fit(reply, lines => Plain(lines) + PlainCalls(called), text => text.Length <= TelegramLimits.TextLength));
    }

    public static TelegramBody Write(ChatAnswer answer) => new(
        AnswerLayout.Fit(answer, lines => Html(lines, []), html => TextLength(html) <= TelegramLimits.TextLength),
        AnswerLayout.Fit(answer, Plain, text => text.Length <= TelegramLimits.TextLength));

    private static string Html(IReadOnlyList<TextLine> lines, IReadOnlyList<string> called)
    {
        var html = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
        {
            html.Append(i == 0 ? "" : lines[i].StartsGroup ? "\n\n" : "\n");
            WriteLine(html, lines[i]);
        }

        // Last, because a push begins with what burns.
        foreach (var (index, id) in called.Index())
        {
            html.Append(index == 0 ? '\n' : ' ').Append(id[0] == '@' ? id : $"<a href=\"tg://user?id={id}\">@{id}</a>");
        }

        return html.ToString();
    }

    private static void WriteLine(StringBuilder html, TextLine line)
    {
        foreach (var run in line.Runs)
        {
            var text = Markup.EscapeHtml(Inert(run.Text));
            _ = run switch
            {
                { Link: { } link } => html.Append("<a href=\"").Append(Markup.EscapeHtml(link.AbsoluteUri)).Append("\">").Append(text)
                    .Append("</a>"),
                { Style: RunStyle.Code } => html.Append("<code>").Append(Markup.EscapeHtml(run.Text)).Append("</code>"),
                _ when run.Style == RunStyle.Bold
                    || line.Role is LineRole.Place or LineRole.Summary => html.Append("<b>").Append(text).Append("</b>"),
                _ => html.Append(text),
            };
        }
    }

    private static string Plain(IReadOnlyList<TextLine> lines) => Inert(MessageLayout.Plain(lines), addresses: true);

    private static string PlainCalls(IReadOnlyList<string> called) =>
        string.Concat(called.Where(id => id[0] == '@').Select((id, index) => (index == 0 ? "\n" : " ") + id));

    /// <summary>
    /// Telegram calls everybody whose <c>@name</c> stands in a text, and a label must not; an invisible joiner after the sign
    /// prevents it. In code it does not do so, and there what people copy must stay as it is.
    /// </summary>
    private static string Inert(string text, bool addresses = false)
    {
        if (!text.Contains('@', StringComparison.Ordinal))
        {
            return text;
        }

        var inert = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            inert.Append(text[i]);
            if (text[i] == '@' && (i == 0 || !(char.IsLetterOrDigit(text[i - 1]) || (addresses && text[i - 1] == '/'))))
            {
                inert.Append('\u2060');
            }
        }

        return inert.ToString();
    }

    /// <summary>The UTF-16 units that are left when tags are taken out and escapes are read.</summary>
    private static int TextLength(string html)
    {
        var length = 0;
        for (var i = 0; i < html.Length; i++, length++)
        {
            if (html[i] == '<')
            {
                i = html.IndexOf('>', i);
                length--;
            }
            else if (html[i] == '&')
            {
                i = html.IndexOf(';', i);
            }
        }

        return length;
    }

    /// <summary>Numbers of people, or public names; anything else is not an id of this channel.</summary>
    private static List<string> Called(Mention? mention) =>
        mention is null ? [] : [.. mention.Ids.Where(id => id.Length is > 1 and < 40
            && (id[0] == '@' ? id.AsSpan(1).IndexOfAnyExcept(NameCharacters) < 0 : id.All(char.IsAsciiDigit)))];
}
