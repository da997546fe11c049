using System.Globalization;
using IncidentBot.Channels;

namespace IncidentBot.Chat;

/// <summary>
/// What somebody said, in words: a command's word and what follows. A quotation within a word keeps its spaces (<c>node="a b"</c>);
/// quotes
/// that a phone has made round are straight again. Pure, and nothing that is said makes it throw.
/// </summary>
internal sealed class Phrase
{
    /// <summary>More is not read.</summary>
    public const int Longest = 2000;

    private readonly string _text;
    private readonly List<(string Word, int At)> _words;

    private Phrase(string text, List<(string Word, int At)> words, int skipped)
    {
        (_text, _words) = (text, words);
        Words = [.. words.Skip(skipped).Select(word => word.Word)];
        Command = skipped > 0 ? words[0].Word : "";
        IsUrged = Command.Length > 1 && Command.EndsWith('!');
        Command = Command.Trim('!', '/', '.', ',', ':').ToLowerInvariant();
        if (Command.Length == 0 && skipped > 0)
        {
            Command = words[0].Word;
        }

        _skipped = skipped;
    }

    private readonly int _skipped;

    /// <summary>The first word in small letters: <c>ack</c>; empty when nothing was said.</summary>
    public string Command { get; }

    /// <summary>What follows, word for word.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>An exclamation mark behind the command or an incident's number: <c>a 4!</c>.</summary>
    public bool IsUrged { get; private init; }

    /// <param name="text">Hostile; of any length.</param>
    public static Phrase Of(string text)
    {
        var plain = Plain(text);
        var words = Split(plain);
        var phrase = new Phrase(plain, words, Math.Min(1, words.Count));
        return phrase.Words is [var first, ..] && first.Length > 1 && first.EndsWith('!') && Number(first) is not null
            ? new Phrase(plain, words, 1) { IsUrged = true } : phrase;
    }

    /// <summary>What follows from a word on, as it was said; empty when nothing does.</summary>
    /// <param name="from">The first of <see cref="Words"/> that belongs to it.</param>
    public string Rest(int from) => from < Words.Count ? _text[_words[from + _skipped].At..].Trim() : "";

    /// <summary>An incident's number: <c>12</c>, <c>#12</c>, <c>12!</c>; null when it is none.</summary>
    public static long? Number(string? word)
    {
        var digits = word?.TrimStart('#').TrimEnd('!', ',', '.', ':');
        return digits is { Length: > 0 and <= 12 } && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0 ? number : null;
    }

    private static string Plain(string text) => PlainText.Line(text.Length > Longest ? text[..Longest] : text, Longest)
        .Replace('\u201C', '"').Replace('\u201D', '"').Replace('\u201E', '"').Replace('\u00AB', '"').Replace('\u00BB', '"');

    private static List<(string Word, int At)> Split(string text)
    {
        var words = new List<(string, int)>();
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == ' ')
            {
                i++;
                continue;
            }

            var end = End(text, i);
            words.Add((text[i..end], i));
            i = end;
        }

        return words;
    }

    private static int End(string text, int start)
    {
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] == ' ')
            {
                return i;
            }

            // A quotation that never ends is none.
            if (text[i] == '"' && Close(text, i) is { } close)
            {
                i = close;
            }
        }

        return text.Length;
    }

    private static int? Close(string text, int open)
    {
        for (var i = open + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i;
            }
        }

        return null;
    }

    public override string ToString() => _text;
}
