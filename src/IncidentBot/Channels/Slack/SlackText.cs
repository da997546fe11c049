using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IncidentBot.Channels.Slack;

/// <summary>One message as Slack takes it.</summary>
/// <param name="Text">What a notification shows; escaped.</param>
/// <param name="Blocks">The message itself, as a JSON array.</param>
/// <param name="Plain">The whole message as text, escaped, for when Slack does not take the blocks.</param>
internal sealed record SlackBody(string Text, byte[] Blocks, string Plain);

/// <summary>
/// Writes Block Kit. Everything hostile goes into rich text elements, which Slack does not parse: a label can neither mention,
/// link nor format, and is copied from the message as it is. (<c>mrkdwn</c> has no escape for <c>*_~`</c>, only invisible
/// characters between, which would end up in what people paste into their shell.) The state is a sign and a word: attachments,
/// which alone have a colour bar, are folded away on phones.
/// </summary>
internal static class SlackText
{
    /// <summary>An escaped letter would count as six against Slack's limits.</summary>
    private static readonly JsonWriterOptions LiteralLetters = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    /// <param name="mention">Who is called; null in an edit.</param>
    public static SlackBody Write(Message message, Mention? mention)
    {
        var calls = Calls(mention);
        var blocks = MessageLayout.Fit(message, lines => Blocks(lines, mention, message.Buttons), Fits);
        var plain = MessageLayout.Fit(message, lines => Markup.Escape(MessageLayout.Plain(lines)) + calls, text =>
            text.Length <= SlackLimits.TextLength);
        return new SlackBody(Markup.Escape(MessageLayout.Glance(message)) + calls, blocks, plain);
    }

    public static SlackBody Write(ChatAnswer answer)
    {
        var blocks = AnswerLayout.Fit(answer, lines => Blocks(lines, mention: null, answer.Buttons), Fits);
        var plain = AnswerLayout.Fit(answer, lines => Markup.Escape(MessageLayout.Plain(lines)), text =>
            text.Length <= SlackLimits.TextLength);
        return new SlackBody(plain, blocks, plain);
    }

    public static SlackBody Write(ThreadReply reply)
    {
        var calls = Calls(reply.Mention);
        var blocks = MessageLayout.Fit(reply, lines => Blocks(lines, reply.Mention, []), Fits);
        var plain = MessageLayout.Fit(reply, lines => Markup.Escape(MessageLayout.Plain(lines)) + calls, text =>
            text.Length <= SlackLimits.TextLength);
        return new SlackBody(plain, blocks, plain);
    }

    /// <summary>Whether a reply calls somebody.</summary>
    public static bool Calls(ThreadReply reply) => IsUseful(reply.Mention);

    private static bool Fits(byte[] blocks) => Encoding.UTF8.GetCharCount(blocks) <= SlackLimits.BlocksLength;

    private static byte[] Blocks(IReadOnlyList<TextLine> lines, Mention? mention, IReadOnlyList<Button> buttons)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, LiteralLetters))
        {
            json.WriteStartArray();
            var rest = lines;
            if (lines[0].Role == LineRole.Headline)
            {
                WriteHeader(json, lines[0]);
                rest = [.. lines.Skip(1)];
            }

            var open = false;
            for (var i = 0; i < rest.Count; i++)
            {
                if (open && rest[i].StartsGroup)
                {
                    EndRichText(json);
                    open = false;
                }

                if (open)
                {
                    WriteText(json, "\n", RunStyle.Plain);
                }
                else
                {
                    open = true;
                    StartRichText(json);
                }

                WriteRuns(json, rest[i]);
            }

            if (IsUseful(mention))
            {
                if (open)
                {
                    WriteText(json, "\n", RunStyle.Plain);
                }
                else
                {
                    open = true;
                    StartRichText(json);
                }

                WriteMentions(json, mention!);
            }

            if (open)
            {
                EndRichText(json);
            }

            SlackButtons.Write(json, buttons);
            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteHeader(Utf8JsonWriter json, TextLine line)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "header"u8);
        json.WriteStartObject("text"u8);
        json.WriteString("type"u8, "plain_text"u8);
        json.WriteString("text"u8, PlainText.Line(string.Concat(line.Runs.Select(run => run.Text)), SlackLimits.HeaderLength));
        json.WriteBoolean("emoji"u8, false);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void StartRichText(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "rich_text"u8);
        json.WriteStartArray("elements"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "rich_text_section"u8);
        json.WriteStartArray("elements"u8);
    }

    private static void EndRichText(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRuns(Utf8JsonWriter json, TextLine line)
    {
        foreach (var run in line.Runs)
        {
            if (run.Link is null)
            {
                WriteText(json, run.Text, line.Role is LineRole.Place or LineRole.Summary ? RunStyle.Bold : run.Style);
                continue;
            }

            json.WriteStartObject();
            json.WriteString("type"u8, "link"u8);
            json.WriteString("url"u8, run.Link.AbsoluteUri);
            json.WriteString("text"u8, run.Text);
            json.WriteEndObject();
        }
    }

    private static void WriteText(Utf8JsonWriter json, string text, RunStyle style)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        if (style != RunStyle.Plain)
        {
            json.WriteStartObject("style"u8);
            json.WriteBoolean(style == RunStyle.Bold ? "bold"u8 : "code"u8, true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteMentions(Utf8JsonWriter json, Mention mention)
    {
        if (mention.Everyone)
        {
            WriteMention(json, "broadcast", "range", "channel");
        }

        foreach (var id in mention.Ids.Where(IsId))
        {
            WriteText(json, " ", RunStyle.Plain);
            WriteMention(json, id[0] == 'S' ? "usergroup" : "user", id[0] == 'S' ? "usergroup_id" : "user_id", id);
        }
    }

    private static void WriteMention(Utf8JsonWriter json, string type, string name, string value)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteString(name, value);
        json.WriteEndObject();
    }

    /// <summary>The same calls in the markup of <c>text</c>, to stand last: a push begins with what burns.</summary>
    private static string Calls(Mention? mention)
    {
        if (!IsUseful(mention))
        {
            return "";
        }

        var ids = mention!.Ids.Where(IsId).Select(id => id[0] == 'S' ? $"<!subteam^{id}>" : $"<@{id}>");
        return " " + string.Join(' ', mention.Everyone ? ids.Prepend("<!channel>") : ids);
    }

    private static bool IsUseful(Mention? mention) => mention is not null && (mention.Everyone || mention.Ids.Any(IsId));

    private static bool IsId(string id) => id.Length is > 1 and < 30 && id[0] is 'U' or 'W' or 'S'
        && !id.AsSpan().ContainsAnyExcept(IdCharacters);
}
