using System.Globalization;
using IncidentBot.Runbooks.Rendering;

namespace IncidentBot.Runbooks.Filling;

/// <summary>
/// Walks through shell code once and notes what surrounds each mark. It knows quotes, comments, substitutions and
/// here-documents; whatever else it meets it calls strict.
/// </summary>
internal sealed partial class ShellScan
{
    private static readonly HashSet<string> CommandComesNext = new(StringComparer.Ordinal)
    {
        "$", "%", "#", ">", "sudo", "doas", "exec", "nohup", "time", "env", "command", "builtin", "nice", "do", "then", "else", "elif",
            "if", "while", "until", "!", "{",
    };

    private readonly string _text;
    private readonly Dictionary<int, Place> _places = [];
    private readonly Stack<State> _states = new([State.Command]);
    private readonly Stack<int> _quotes = new();
    private readonly Queue<(string Word, bool Indented)> _hereDocuments = new();
    private int _at;
    private int _wordBegin;
    private int _wordLength;
    private int _words;

    private ShellScan(string text) => _text = text;

    private enum State
    {
        Command,
        Group,
        Double,
        Single,
        Dollar,
        Backtick,
        Odd,
        Comment,
    }

    public static Dictionary<int, Place> Of(string text)
    {
        if (!text.Contains(RunbookTemplate.GapBegin, StringComparison.Ordinal))
        {
            return [];
        }

        var scan = new ShellScan(text);
        while (scan._at < text.Length)
        {
            scan.Step();
        }

        return scan._places;
    }

    private char Next => _at + 1 < _text.Length ? _text[_at + 1] : '\0';

    private void Step()
    {
        var character = _text[_at];
        if (character == RunbookTemplate.GapBegin)
        {
            Note();
            return;
        }

        switch (_states.Peek())
        {
            case State.Single:
                End(character == '\'');
                break;
            case State.Dollar:
                Skip(character == '\\');
                End(character == '\'');
                break;
            case State.Comment:
                if (character == '\n')
                {
                    _states.Pop();
                    NewLine();
                }

                break;
            case State.Odd:
                Skip(character == '\\');
                End(character == '}');
                break;
            case State.Backtick:
                Skip(character == '\\');
                End(character == '`');
                break;
            case State.Double:
                Skip(character == '\\');
                End(character == '"');
                Substitution(character);
                break;
            default:
                InCommand(character);
                break;
        }

        _at++;
    }

    private void InCommand(char character)
    {
        switch (character)
        {
            case '\\' when Next == '\n':
                // Neither is there for a shell.
                _wordBegin = _wordLength == 0 ? _at + 2 : _wordBegin;
                _at++;
                break;
            case '\\':
                _wordLength++;
                Skip(escape: true);
                break;
            case '\'':
                Quote(State.Single);
                break;
            case '"':
                Quote(State.Double);
                break;
            case '$' when Next == '\'':
                _states.Push(State.Dollar);
                _at++;
                break;
            case '#' when _wordLength == 0 && (_at == 0 || char.IsWhiteSpace(_text[_at - 1]) || _text[_at - 1] is ';' or '&' or '|' or '('):
                _states.Push(State.Comment);
                break;
            case '<' when Next == '<' && _at + 2 < _text.Length && _text[_at + 2] != '<':
                HereDocument();
                break;
            case '\n':
                NewLine();
                break;
            case ' ' or '\t' or '\r':
                EndWord();
                break;
            case ';' or '|' or '&':
                NewCommand();
                break;
            case '(':
                _states.Push(State.Group);
                NewCommand();
                break;
            case ')' when _states.Peek() == State.Group:
                _states.Pop();
                _wordLength = 1;
                _wordBegin = _at + 1;
                _words = Math.Max(_words, 1);
                break;
            case '<' or '>':
                // What follows is a file, whatever stands before.
                EndWord();
                _words = Math.Max(_words, 1);
                break;
            default:
                _wordLength++;
                Substitution(character);
                break;
        }
    }

    private void Substitution(char character)
    {
        if (character == '`')
        {
            if (_states.Peek() != State.Backtick)
            {
                _states.Push(State.Backtick);
            }
        }
        else if (character == '$' && Next == '(')
        {
            _at++;
            _states.Push(_at + 1 < _text.Length && _text[_at + 1] == '(' ? State.Odd : State.Group);
            NewCommand();
        }
        else if (character == '$' && Next == '{')
        {
            _at++;
            _states.Push(State.Odd);
        }
    }

    private void Quote(State state)
    {
        _states.Push(state);
        _quotes.Push(_at);
    }

    private void EndWord()
    {
        if (_wordLength > 0 && !IsAssignment())
        {
            var word = _text[_wordBegin.._at].Trim();
            _words += CommandComesNext.Contains(word) && _words == 0 ? 0 : 1;
        }

        _wordLength = 0;
        _wordBegin = _at + 1;
    }

    private void NewCommand()
    {
        _wordLength = 0;
        _words = 0;
        _wordBegin = _at + 1;
    }

    private void NewLine()
    {
        NewCommand();
        while (_hereDocuments.TryDequeue(out var document))
        {
            Skip(document.Word, document.Indented);
        }
    }

    private void HereDocument()
    {
        var at = _at + 2;
        var indented = at < _text.Length && _text[at] == '-';
        at += indented ? 1 : 0;
        while (at < _text.Length && _text[at] is ' ' or '\t')
        {
            at++;
        }

        var begin = at;
        while (at < _text.Length && !char.IsWhiteSpace(_text[at]) && _text[at] is not (';' or '|' or '&' or ')' or '<' or '>'))
        {
            at++;
        }

        var word = _text[begin..at].Replace("'", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal)
            .Replace("\\", "", StringComparison.Ordinal);
        if (word.Length > 0)
        {
            _hereDocuments.Enqueue((word, indented));
        }

        _at = at - 1;
        _wordLength = 1;
    }

    /// <summary>Notes what stands in a here-document, and moves to the end of its last line.</summary>
    private void Skip(string delimiter, bool indented)
    {
        _at++;
        while (_at < _text.Length)
        {
            var end = _text.IndexOf('\n', _at) is >= 0 and var found ? found : _text.Length;
            var line = _text[_at..end];
            if ((indented ? line.TrimStart('\t') : line).TrimEnd('\r').Equals(delimiter, StringComparison.Ordinal))
            {
                _at = end;
                NewCommand();
                return;
            }

            while (_at < end && _text.IndexOf(RunbookTemplate.GapBegin, _at, end - _at) is >= 0 and var gap)
            {
                var gapEnd = _text.IndexOf(RunbookTemplate.GapEnd, gap);
                _places[int.Parse(_text.AsSpan(gap + 1, gapEnd - gap - 1), NumberStyles.None, CultureInfo.InvariantCulture)] =
                    new Place(PlaceKind.Strict, BeginsWord: true, Delimiter: delimiter);
                _at = gapEnd + 1;
            }

            _at = end + 1;
        }

        _at = _text.Length;
    }

    private void Skip(bool escape) => _at += escape && Next != RunbookTemplate.GapBegin ? 1 : 0;

    private void End(bool ends)
    {
        if (ends)
        {
            if (_states.Pop() is State.Single or State.Double)
            {
                _quotes.Pop();
            }
        }
        else
        {
            _wordLength++;
        }
    }
}
