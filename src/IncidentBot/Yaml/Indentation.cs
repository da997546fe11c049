namespace IncidentBot.Yaml;

/// <summary>
/// Finds the line whose indentation is wrong in a text that a parser of YAML has refused. Parsers say what they were doing when they gave
/// up, which is seldom what a person did, and often a line too late.
/// </summary>
/// <param name="line">Counted from 1.</param>
/// <param name="problem">What is wrong with it.</param>
internal sealed class Indentation(int line, string problem)
{
    public int Line => line;

    public string Problem => problem;

    /// <summary>The first line that is wrong, up to the one behind that at which the parser gave up; null when there is none.</summary>
    public static Indentation? Find(string text, int gaveUp)
    {
        var lines = text.Split('\n');
        var isJson = text.TrimStart().StartsWith('{') || text.TrimStart().StartsWith('[');
        var blocks = new Blocks();
        for (var i = 0; i < lines.Length && i <= gaveUp; i++)
        {
            var content = lines[i].TrimStart(' ', '\t').TrimEnd();
            if (content.Length == 0 || content[0] == '#' || content is "---" || content[0] == '%')
            {
                continue;
            }

            var space = lines[i][..^lines[i].TrimStart(' ', '\t').Length];
            if (space.Contains('\t', StringComparison.Ordinal) && !isJson)
            {
                return new Indentation(i + 1, "a tab in the indentation, where only spaces may be");
            }

            if (blocks.Take(content, space.Length, i + 1) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    /// <summary>The blocks that are open, from the outermost to the innermost, as far as lines and their beginnings tell.</summary>
    private sealed class Blocks
    {
        private readonly Stack<(int Column, bool IsList)> _open = new();

        /// <summary>Lines that are deeper than this are text; null when there is no such text.</summary>
        private int? _text;
        private int _brackets;
        private bool _opens = true;
        private int _firstLine;

        /// <summary>Takes the next line; returns what is wrong with its beginning.</summary>
        public Indentation? Take(string content, int column, int line)
        {
            if (_brackets > 0 || column > _text)
            {
                _brackets = Math.Max(0, _brackets + (_text is null ? Brackets(content) : 0));
                return null;
            }

            _text = null;
            _firstLine = _firstLine == 0 ? line : _firstLine;
            var isItem = content is "-" || content.StartsWith("- ", StringComparison.Ordinal);
            if (Wrong(column, isItem) is { } problem)
            {
                var first = _open.Count > 0 && _open.Last().Column > column;
                return first
                    ? new Indentation(_firstLine,
                        $"the first key begins in column {_open.Last().Column + 1}, and line {line} in column {column + 1}")
                    : new Indentation(line, problem);
            }

            Open(content, column, isItem);
            return null;
        }

        private string? Wrong(int column, bool isItem)
        {
            var columns = string.Join(" or ", _open.Select(block => block.Column + 1).Distinct());
            while (_open.Count > 1 && _open.Peek().Column > column)
            {
                _opens = false;
                _open.Pop();
            }

            if (!_open.TryPeek(out var around))
            {
                return null;
            }

            if (around.Column == column && around.IsList && !isItem)
            {
                // A list may begin in the column of its key, and ends with the next key.
                var list = _open.Pop();
                if (_open.TryPeek(out var outer) && outer == (column, false))
                {
                    return null;
                }

                _open.Push(list);
                return "a key where the next - of a list belongs";
            }

            return around.Column == column && isItem && !around.IsList && !_opens ? "an item of a list among keys"
                : around.Column == column || (around.Column < column && _opens) ? null
                : $"this begins in column {column + 1}, and what is above it in column {columns}";
        }

        private void Open(string content, int column, bool isItem)
        {
            if (!_open.TryPeek(out var around) || around.Column < column || (isItem && !around.IsList))
            {
                _open.Push((column, isItem));
            }

            var rest = content;
            while (rest.StartsWith("- ", StringComparison.Ordinal))
            {
                var inner = rest[1..].TrimStart(' ');
                column += rest.Length - inner.Length;
                rest = inner;
                if (rest.StartsWith("- ", StringComparison.Ordinal) || rest.Contains(": ", StringComparison.Ordinal) || rest.EndsWith(':'))
                {
                    _open.Push((column, rest.StartsWith("- ", StringComparison.Ordinal)));
                }
            }

            _opens = rest.EndsWith(':') || rest is "-" || rest.Contains(": &", StringComparison.Ordinal) || IsCommentBehindColon(rest);
            _text = rest.EndsWith('|') || rest.EndsWith('>') || rest.EndsWith("|-", StringComparison.Ordinal)
                || rest.EndsWith(">-", StringComparison.Ordinal)
                ? column : null;
            _brackets = Math.Max(0, Brackets(rest));
        }

        private static bool IsCommentBehindColon(string content) =>
            content.IndexOf('#', StringComparison.Ordinal) is > 0 and var comment && content[..comment].TrimEnd().EndsWith(':');

        /// <summary>How many brackets are open behind the line, beyond those that are closed; brackets in quotes do not count.</summary>
        private static int Brackets(string content)
        {
            var (depth, quote) = (0, '\0');
            foreach (var character in content)
            {
                if (quote != '\0')
                {
                    quote = character == quote ? '\0' : quote;
                }
                else if (character is '"' or '\'')
                {
                    quote = character;
                }
                else if (character == '#')
                {
                    break;
                }
                else
                {
                    depth += character is '{' or '[' ? 1 : character is '}' or ']' ? -1 : 0;
                }
            }

            return depth;
        }
    }
}
