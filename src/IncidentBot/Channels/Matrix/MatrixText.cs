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
    public static MatrixBody Write(Message message) =>
        MessageLayout.Fit(message, lines => Write(lines, StateSign.Color(message.State)), Fits);

    public static MatrixBody Write(ThreadReply reply) => MessageLayout.Fit(reply, lines => Write(lines, color: null), Fits);

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
