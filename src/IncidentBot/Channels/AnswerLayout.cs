namespace IncidentBot.Channels;

/// <summary>The lines of an answer, for all channels alike: cleaned and cut, as those of a message are.</summary>
internal static class AnswerLayout
{
    private const int MostLines = 40;
    private const int LineLength = 300;
    private const int LinkNameLength = 40;
    private const int MostLinks = 6;

    /// <summary>What a notice above a button takes. https://core.telegram.org/bots/api#answercallbackquery</summary>
    private const int NoticeLength = 180;

    /// <summary>Writes an answer as fully as it fits; of too much the first lines stay.</summary>
    public static T Fit<T>(ChatAnswer answer, Func<IReadOnlyList<TextLine>, T> write, Func<T, bool> fits)
    {
        var count = Math.Min(MostLines, answer.Lines.Count);
        var written = write(Lines(answer, count));
        while (count > 1 && !fits(written))
        {
            count--;
            written = write(Lines(answer, count));
        }

        return written;
    }

    /// <summary>The answer in a few words.</summary>
    public static string Notice(ChatAnswer answer) =>
        PlainText.Line(answer.Notice.Length > 0 ? answer.Notice : answer.Lines is [var first, ..] ? first : "", NoticeLength);

    private static List<TextLine> Lines(ChatAnswer answer, int count)
    {
        var lines = answer.Lines.Take(count)
            .Select(line => PlainText.Line(line, LineLength)).Select(line => new TextLine(LineRole.History, false,
                [new TextRun(line.Length > 0 ? line : "…")])).ToList();
        if (answer.Lines.Count > count)
        {
            lines.Add(new TextLine(LineRole.History, false, [new TextRun($"… {answer.Lines.Count - count} more lines")]));
        }

        foreach (var link in answer.Links.Where(link => link.Url.IsAbsoluteUri && link.Url.Scheme is "http" or "https").Take(MostLinks))
        {
            lines.Add(new TextLine(LineRole.Links, false, [new TextRun(PlainText.Line(link.Name, LinkNameLength), Link: link.Url)]));
        }

        return lines.Count > 0 ? lines : [new TextLine(LineRole.History, false, [new TextRun("…")])];
    }
}
