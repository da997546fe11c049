using System.Text;

namespace IncidentBot.Channels.Matrix;

/// <summary>A text as every client can show it, and with the markup that most can.</summary>
internal sealed record MatrixBody(string Plain, string Html)
{
    public int Bytes => Encoding.UTF8.GetByteCount(Plain) + Encoding.UTF8.GetByteCount(Html);
}

/// <summary>
/// Writes a body and a formatted body, only with tags that the specification lists.
/// https://spec.matrix.org/latest/client-server-api/#mroommessage-msgtypes
/// </summary>
internal static class MatrixText
{
    /// <param name="hears">Whether reactions are heard, so that the message says which.</param>
    public static MatrixBody Write(Message message, bool hears = false) =>
        MessageLayout.Fit(message, lines => Write(hears ? [.. lines, .. Legend(message.Buttons)] : lines,
            StateSign.Color(message.State)), Fits);

    public static MatrixBody Write(ChatAnswer answer) => AnswerLayout.Fit(answer, lines => Write(lines, color: null), Fits);

    public static MatrixBody Write(ThreadReply reply) => MessageLayout.Fit(reply, lines => Write(lines, color: null), Fits);

    /// <summary>
    /// Which reactions do something: there are no buttons here, and reactions to choose from would use up what the bot may send.
    /// </summary>
    private static IEnumerable<TextLine> Legend(IReadOnlyList<Button> buttons)
    {
        var offered = buttons.Select(button => button.Press?.Action).ToHashSet();
        string[] reactions =
        [
            .. offered.Contains(ButtonAction.Acknowledge) ? ["👍 to take it"] : (string[])[],
            .. offered.Contains(ButtonAction.Silence) ? ["🔕 to silence it for an hour"] : (string[])[],
        ];
        return buttons.Count == 0 ? []
            : [new TextLine(LineRole.Note, true, [new TextRun(
                (reactions.Length > 0 ? $"React with {string.Join(" or ", reactions)}; more: " : "To act: ") + $"{MatrixReader.Prefix} help")])];
    }

    private static bool Fits(MatrixBody body) => body.Bytes <= MatrixLimits.TextBytes;

    private static MatrixBody Write(IReadOnlyList<TextLine> lines, string? color)
    {
        var html = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
        {
            html.Append(i == 0 ? "" : lines[i].StartsGroup ? "<br><br>" : "<br>");
            foreach (var run in lines[i].Runs)
            {
                WriteRun(html, lines[i].Role, run, color);
            }
        }

        return new MatrixBody(MessageLayout.Plain(lines), html.ToString());
    }

    private static void WriteRun(StringBuilder html, LineRole role, TextRun run, string? color)
    {
        var text = Markup.EscapeHtml(run.Text);
        if (run.Link is { } link)
        {
            html.Append("<a href=\"").Append(Markup.EscapeHtml(link.AbsoluteUri)).Append("\">").Append(text).Append("</a>");
        }
        else if (role == LineRole.Headline)
        {
            html.Append("<strong><span data-mx-color=\"").Append(color).Append("\">").Append(text).Append("</span></strong>");
        }
        else if (run.Style == RunStyle.Code)
        {
            html.Append("<code>").Append(text).Append("</code>");
        }
        else if (run.Style == RunStyle.Bold || role is LineRole.Place or LineRole.Summary)
        {
            html.Append("<strong>").Append(text).Append("</strong>");
        }
        else
        {
            html.Append(text);
        }
    }
}
