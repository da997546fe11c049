using System.Globalization;

namespace IncidentBot.Channels;

/// <summary>What a line of a message is for; a channel chooses its markup by it.</summary>
internal enum LineRole
{
    Headline,
    Place,
    Status,
    Note,
    Summary,
    Description,
    Alert,
    More,
    Links,
    History,
}

/// <summary>How a piece of a line stands out. Code is for names that people copy.</summary>
internal enum RunStyle
{
    Plain,
    Bold,
    Code,
}

/// <summary>A piece of a line in one style: plain text, cleaned and cut but not escaped.</summary>
internal readonly record struct TextRun(string Text, RunStyle Style = RunStyle.Plain, Uri? Link = null);

/// <summary>One line of a message, in pieces.</summary>
/// <param name="StartsGroup">A little space is due above it.</param>
internal sealed record TextLine(LineRole Role, bool StartsGroup, IReadOnlyList<TextRun> Runs);

/// <summary>
/// What a message says and in which order, for all channels alike: how bad, who has it and what it is in a sentence, then the alert's
/// name and where, what about it, since when, then the alerts, then where to go. A channel only adds its markup.
/// </summary>
internal static class MessageLayout
{
    /// <summary>More alerts than this nobody reads on a phone; the page has all of them.</summary>
    public const int MostAlerts = 5;

    /// <summary>A storm and a digest are nothing but their list.</summary>
    private const int MostOfList = 9;

    /// <summary>A message of more lines is no longer read at a glance.</summary>
    private const int MostLines = 14;

    private const int GlanceLength = 500;
    private const int StateLength = 20;
    private const int WhoLength = 40;
    private const int HeadlineLength = 140;
    private const int TitleLength = 110;
    private const int PlaceLength = 200;
    private const int StatusLength = 200;
    private const int NoteLength = 160;
    private const int MostNotes = 3;
    private const int SummaryLength = 300;
    private const int DescriptionLength = 400;
    private const int DescriptionLines = 2;
    private const int AlertNameLength = 120;
    private const int AlertTextLength = 160;
    private const int AlertWhenLength = 60;
    private const int MostLinks = 6;
    private const int LinkNameLength = 40;
    private const int LinkLength = 2000;
    private const string Between = " · ";
    private const int HistoryLength = 300;
    private const int MostHistory = 30;

    /// <summary>
    /// Writes a message as fully as it fits: alerts go first, then the description, links, and all but what burns where and
    /// since when. That shortest form is taken without asking, so a channel's limit must hold 600 characters in its markup.
    /// </summary>
    public static T Fit<T>(Message message, Func<IReadOnlyList<TextLine>, T> write, Func<T, bool> fits)
    {
        var written = default(T)!;
        foreach (var detail in Steps(Math.Min(message.Number > 0 ? MostAlerts : MostOfList, message.Alerts.Count)))
        {
            var lines = Lines(message, detail);
            if (lines.Count > MostLines)
            {
                continue;
            }

            written = write(lines);
            if (fits(written))
            {
                break;
            }
        }

        return written;
    }

    /// <summary>Writes history as fully as it fits; of too much the latest lines stay.</summary>
    public static T Fit<T>(ThreadReply reply, Func<IReadOnlyList<TextLine>, T> write, Func<T, bool> fits)
    {
        var count = Math.Min(MostHistory, reply.Lines.Count);
        var written = write(History(reply, count));
        while (count > (reply.Headline.Length > 0 ? 0 : 1) && !fits(written))
        {
            count--;
            written = write(History(reply, count));
        }

        return written;
    }

    /// <summary>
    /// What a notification on a locked phone shows, at most 500 characters, in the order in which it is needed: sign, severity, who has
    /// it and the summary within the first 80, then the alert's name, what tells it from others, since when, and its number.
    /// </summary>
    public static string Glance(Message message)
    {
        var number = message.Number > 0 ? string.Create(CultureInfo.InvariantCulture, $"#{message.Number}") : "";
        string[] parts = [Headline(message), Where(message), PlainText.Line(message.Status, StatusLength), number];
        return PlainText.Line(string.Join(Between, parts.Where(part => part.Length > 0)), GlanceLength);
    }

    /// <summary>The lines as text without any markup; a link is its name and its address on a line of its own.</summary>
    public static string Plain(IReadOnlyList<TextLine> lines) =>
        string.Join('\n', lines.Select((line, index) => (line.StartsGroup && index > 0 ? "\n" : "")
            + string.Concat(line.Runs.Select(run => Plain(line.Role, run)))));

    private static string Plain(LineRole role, TextRun run) =>
        run.Link is { } link && role == LineRole.Links ? $"{run.Text}: {link.AbsoluteUri}"
            : role == LineRole.Links && string.Equals(run.Text, Between, StringComparison.Ordinal) ? "\n"
            : run.Text;

    /// <summary>How much of a message is written.</summary>
    private readonly record struct Detail(int Alerts, int Links, bool Description = false, bool Summary = true);

    private static IEnumerable<Detail> Steps(int alerts)
    {
        for (var shown = alerts; shown >= 0; shown--)
        {
            yield return new Detail(shown, MostLinks, Description: true);
        }

        yield return new Detail(0, MostLinks);
        yield return new Detail(0, 1);
        yield return new Detail(0, 0);
        yield return new Detail(0, 0, Summary: false);
    }

    /// <summary>What burns, first of all in the words that a person understands: <c>🛑 CRITICAL · E-mail does not arrive</c>.</summary>
    private static string Headline(Message message)
    {
        var who = PlainText.Line(message.Who, WhoLength);
        var begins = $"{StateSign.Of(message.State)} {PlainText.Line(message.StateWord, StateLength).ToUpperInvariant()}"
            + $"{(who.Length > 0 ? $", {who}" : "")}{Between}";
        var left = HeadlineLength - begins.Length;
        return begins + (IsLed(message) ? PlainText.Line(message.Summary, left)
            : PlainText.Line(message.Title, Math.Min(left, TitleLength)));
    }

    /// <summary>Whether the summary is the headline. What is over shows it as what it was, and no longer shouts it.</summary>
    private static bool IsLed(Message message) =>
        message.State != MessageState.Resolved && PlainText.Line(message.Summary, 2).Length > 0;

    /// <summary>The alert's name, unless it is the headline, and what distinguishes the group.</summary>
    private static string Where(Message message)
    {
        var title = IsLed(message) ? PlainText.Line(message.Title, TitleLength) : "";
        var place = PlainText.Line(message.Place, PlaceLength);
        return title.Length > 0 && place.Length > 0 ? $"{title}{Between}{place}" : title + place;
    }

    private static List<TextLine> Lines(Message message, Detail detail)
    {
        var headline = Headline(message);
        var lines = new List<TextLine> { new(LineRole.Headline, false, [new TextRun(headline, RunStyle.Bold)]) };
        Add(LineRole.Place, Where(message));
        var summary = detail.Summary ? PlainText.Line(message.Summary, SummaryLength) : "";
        if (message.State == MessageState.Resolved)
        {
            Add(LineRole.Description, summary.Length > 0 ? $"was: {summary}" : "");
        }
        else if (!headline.EndsWith(summary, StringComparison.Ordinal))
        {
            Add(LineRole.Summary, summary);
        }

        var most = message.Alerts.Count > 0 ? 1 : DescriptionLines;
        foreach (var line in detail.Description ? PlainText.Lines(message.Description, most, DescriptionLength) : [])
        {
            lines.Add(new TextLine(LineRole.Description, false, TextLinks.In(line)));
        }

        Add(LineRole.Status, PlainText.Line(message.Status, StatusLength));
        foreach (var note in message.Notes.Take(detail.Summary ? MostNotes : 0))
        {
            Add(LineRole.Note, PlainText.Line(note, NoteLength));
        }

        AddAlerts(lines, message, detail.Alerts);
        AddLinks(lines, message, detail.Links);
        return lines;

        void Add(LineRole role, string text)
        {
            if (text.Length > 0)
            {
                lines.Add(new TextLine(role, false, [new TextRun(text)]));
            }
        }
    }

    private static void AddAlerts(List<TextLine> lines, Message message, int shown)
    {
        for (var i = 0; i < shown; i++)
        {
            var alert = message.Alerts[i];
            var name = PlainText.Line(alert.Name, AlertNameLength);
            var text = PlainText.Line(alert.Text, AlertTextLength);
            var when = PlainText.Line(alert.When, AlertWhenLength);
            var runs = new List<TextRun> { new($"{StateSign.Of(alert.State)} ") };
            if (name.Length > 0)
            {
                runs.Add(new TextRun(name, RunStyle.Code));
            }

            var rest = (text.Length > 0 ? $": {text}" : "") + (when.Length > 0 ? $" · {when}" : "");
            if (rest.Length > 0)
            {
                runs.Add(new TextRun(rest));
            }

            lines.Add(new TextLine(LineRole.Alert, i == 0, runs));
        }

        var hidden = message.Alerts.Count - shown + message.MoreAlerts;
        if (hidden > 0)
        {
            var more = string.Create(CultureInfo.InvariantCulture, $"{hidden} more");
            lines.Add(new TextLine(LineRole.More, shown == 0, [new TextRun(more)]));
        }
    }

    private static void AddLinks(List<TextLine> lines, Message message, int most)
    {
        var runs = new List<TextRun>();
        if (message.Number > 0)
        {
            runs.Add(new TextRun(string.Create(CultureInfo.InvariantCulture, $"#{message.Number}")));
        }

        foreach (var link in message.Links.Where(IsUsable).Take(most))
        {
            if (runs.Count > 0)
            {
                runs.Add(new TextRun(Between));
            }

            runs.Add(new TextRun(PlainText.Line(link.Name, LinkNameLength), Link: link.Url));
        }

        if (runs.Count > 0)
        {
            lines.Add(new TextLine(LineRole.Links, true, runs));
        }
    }

    private static bool IsUsable(MessageLink link) =>
        link.Url.IsAbsoluteUri && link.Url.Scheme is "http" or "https" && link.Url.AbsoluteUri.Length <= LinkLength
        && PlainText.Line(link.Name, LinkNameLength).Length > 0;

    private static List<TextLine> History(ThreadReply reply, int count)
    {
        var lines = new List<TextLine>();
        if (PlainText.Line(reply.Headline, HistoryLength) is { Length: > 0 } headline)
        {
            lines.Add(new TextLine(LineRole.History, false, [new TextRun(headline, RunStyle.Bold)]));
        }

        var hidden = reply.Lines.Count - count;
        if (hidden > 0)
        {
            var earlier = string.Create(CultureInfo.InvariantCulture, $"… {hidden} earlier");
            lines.Add(new TextLine(LineRole.History, false, [new TextRun(earlier)]));
        }

        foreach (var line in reply.Lines.Skip(hidden))
        {
            var text = PlainText.Line(line, HistoryLength);
            lines.Add(new TextLine(LineRole.History, false, [new TextRun(text.Length > 0 ? text : "…")]));
        }

        return lines;
    }
}
