using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using IncidentBot.Runbooks.Rendering;

namespace IncidentBot.Runbooks.Filling;

/// <content>What surrounds a mark, by what the walk has met until there.</content>
internal sealed partial class ShellScan
{
    /// <summary>How far back of a mark is looked; what is longer is not trusted.</summary>
    private const int FarthestBack = 400;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>What JSON, queries and the like are made of.</summary>
    private static readonly SearchValues<char> Structure = SearchValues.Create("\"'`{[(<");

    /// <summary>Notes the place of the mark that begins here, and moves behind it.</summary>
    private void Note()
    {
        var end = _text.IndexOf(RunbookTemplate.GapEnd, _at);
        var index = int.Parse(_text.AsSpan(_at + 1, end - _at - 1), NumberStyles.None, CultureInfo.InvariantCulture);
        var begins = BeginsWord();
        _places[index] = _states.Peek() switch
        {
            // A backslash would take the meaning from the quote with which the value begins, a dollar sign would give it another.
            _ when Before() is '\\' or '$' => new Place(PlaceKind.Strict, begins),
            State.Command or State.Group or State.Double or State.Single when InBraces() => new Place(PlaceKind.Command, begins),
            State.Command or State.Group when _words == 0 && !IsAssignment() => new Place(PlaceKind.Command, begins),
            State.Command or State.Group => new Place(PlaceKind.Bare, begins),
            State.Double or State.Single when _words == 0 && !IsAssignment() => new Place(PlaceKind.Command, begins),
            State.Double or State.Single when IsStructured() => new Place(PlaceKind.Strict, begins, Spaces: true),
            State.Double => new Place(PlaceKind.DoubleQuoted, begins),
            State.Single => new Place(PlaceKind.SingleQuoted, begins),
            _ => new Place(PlaceKind.Strict, begins),
        };
        _wordLength++;
        _at = end + 1;
    }

    /// <summary>
    /// Whether nothing that is certain to be there stands before the mark in its word, or in the value of its variable: a
    /// leading hyphen would begin an option, there or where the variable is used.
    /// </summary>
    private bool BeginsWord() => _wordLength == 0 || _text[_at - 1] is ' ' or '\t' or '\n' || _at - _wordBegin > FarthestBack
        || (_wordBegin <= _at && Nothing().IsMatch(_text.AsSpan(_wordBegin, _at - _wordBegin)));

    /// <summary>The character before the mark, as a shell sees it: a backslash at the end of a line goes with the line's end.</summary>
    private char Before()
    {
        var at = _at - 1;
        while (at > 0 && _text[at] == '\n' && _text[at - 1] == '\\')
        {
            at -= 2;
        }

        return at < 0 ? '\0' : _text[at];
    }

    /// <summary>
    /// Whether the quoted text around the mark is read by a program as JSON, a query or the like, which a quote of the value would end.
    /// </summary>
    private bool IsStructured() => !_quotes.TryPeek(out var begin) || _at - begin > FarthestBack
        || _text.AsSpan(begin + 1, _at - begin - 1).ContainsAny(Structure);

    /// <summary>Whether the word around the mark may be taken apart into several, of which the value would begin one.</summary>
    private bool InBraces()
    {
        var end = _states.Peek() is State.Double or State.Single && _quotes.TryPeek(out var quote) ? quote : _at;
        if (end - _wordBegin > FarthestBack)
        {
            return true;
        }

        for (var at = _wordBegin; at < end; at++)
        {
            if (_text[at] == '{' && (at == 0 || _text[at - 1] != '$'))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Before the command there may be variables of its own: <c>NODE={{ … }} kubectl …</c>.</summary>
    private bool IsAssignment() => _wordBegin < _at && _text.AsSpan(_wordBegin, Math.Min(_at - _wordBegin, FarthestBack)) is var word
        && word.IndexOf('=') is > 0 and var sign && !word[..sign].ContainsAnyExcept(NameCharacters);

    /// <summary>The name of a variable, quotes, and other variables, which may be empty.</summary>
    [GeneratedRegex(@"^([A-Za-z_][A-Za-z0-9_]*=)?([""'`]|\\\n|\$[A-Za-z0-9_]+|\$\{[^{}]*\}|\$[@*#?!$-])*$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Nothing();
}
