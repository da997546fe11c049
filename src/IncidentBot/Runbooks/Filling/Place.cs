using System.Text;

namespace IncidentBot.Runbooks.Filling;

/// <summary>What surrounds a placeholder.</summary>
internal enum PlaceKind
{
    /// <summary>Words that are read.</summary>
    Text,

    /// <summary>The address of a link, behind its host.</summary>
    Address,

    /// <summary>A word of a command, outside of quotes.</summary>
    Bare,

    /// <summary>Between double quotes of a command.</summary>
    DoubleQuoted,

    /// <summary>Between single quotes of a command.</summary>
    SingleQuoted,

    /// <summary>Where no quoting is certain to hold: only harmless characters may stand here.</summary>
    Strict,

    /// <summary>Where even a harmless word would be run.</summary>
    Command,
}

/// <summary>
/// Where a value is to stand, and how it is written to be nothing but that value there. What cannot be written safely is not
/// written at all: a person who reads it can judge it, a shell cannot.
/// </summary>
/// <param name="BeginsWord">Nothing of the same word stands before it, so that a leading hyphen would make an option of it.</param>
/// <param name="Spaces">Harmless spaces may be in it although nothing can be quoted: it is between quotes already.</param>
/// <param name="Delimiter">The word that would end the here-document in which it stands.</param>
internal readonly record struct Place(PlaceKind Kind, bool BeginsWord = true, bool Spaces = false, string Delimiter = "")
{
    private const int Longest = 1000;

    public static readonly Place Text = new(PlaceKind.Text);
    public static readonly Place Address = new(PlaceKind.Address);

    /// <summary>Whether quotes of the text stand around it.</summary>
    public bool IsQuoted => Kind is PlaceKind.DoubleQuoted or PlaceKind.SingleQuoted;

    /// <summary>The value as it is to be written, or null when it must not stand here.</summary>
    public string? Write(string value)
    {
        if (value.Length is 0 or > Longest || !IsWhole(value))
        {
            return null;
        }

        if (Kind == PlaceKind.Address)
        {
            return Uri.EscapeDataString(value);
        }

        if (Kind == PlaceKind.Command || (BeginsWord && value[0] == '-') || Delimiter.Contains(value, StringComparison.Ordinal)
            || (Kind != PlaceKind.Text && Climbs(value)))
        {
            return null;
        }

        var plain = IsPlain(value, spaces: IsQuoted || Spaces);
        return Kind switch
        {
            _ when plain => value,
            PlaceKind.Bare => Quote(value),
            PlaceKind.DoubleQuoted => $"\"{Quote(value)}\"",
            PlaceKind.SingleQuoted => $"'{Quote(value)}'",
            _ => null,
        };
    }

    /// <summary>
    /// One word of any shell. Between single quotes nothing has a meaning; what cannot stand there, or what a terminal would
    /// act upon, is written as bytes in <c>$'…'</c>, which a shell that does not know that form takes as odd but harmless text.
    /// </summary>
    public static string Quote(string value)
    {
        if (value.All(character => character != '\'' && IsVisible(character)))
        {
            return $"'{value}'";
        }

        var quoted = new StringBuilder("$'");
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is '\\')
            {
                quoted.Append("\\\\");
            }
            else if (rune.Value is '\n')
            {
                quoted.Append("\\n");
            }
            else if (rune.Value is '\t')
            {
                quoted.Append("\\t");
            }
            else if (rune.Value is >= ' ' and <= '~' and not '\'')
            {
                quoted.Append((char)rune.Value);
            }
            else
            {
                foreach (var one in bytes[..rune.EncodeToUtf8(bytes)])
                {
                    // Octal, because it has a fixed length that a following digit cannot make longer.
                    quoted.Append('\\').Append((char)('0' + (one >> 6))).Append((char)('0' + ((one >> 3) & 7)))
                        .Append((char)('0' + (one & 7)));
                }
            }
        }

        return quoted.Append('\'').ToString();
    }

    /// <summary>Letters of other scripts may stand as they are; what is invisible or turns the direction of writing may not.</summary>
    private static bool IsVisible(char character) =>
        character is >= ' ' and <= '~' || (character > '\u00A0' && char.IsLetterOrDigit(character));

    /// <summary>Whether it would lead a path elsewhere than below what stands before it.</summary>
    private bool Climbs(string value) => value.Split('/').Contains("..", StringComparer.Ordinal)
        || (!BeginsWord && value.AsSpan().Trim("./").IsEmpty);

    /// <summary>Nothing in it has a meaning for a shell or a query language, wherever it stands.</summary>
    private static bool IsPlain(string value, bool spaces)
    {
        if (!char.IsAsciiLetterOrDigit(value[0]) && value[0] is not ('/' or '_' or '.' or '-') || value[^1] == ' ')
        {
            return false;
        }

        for (var i = 0; i < value.Length; i++)
        {
            var character = value[i];
            // Two hyphens begin a comment of SQL, a hyphen behind a space an option.
            var harmless = char.IsAsciiLetterOrDigit(character)
                || character is '.' or '_' or ':' or '/' or '@' or '%' or '+' or '=' or ',' or '-' || (spaces && character == ' ');
            if (!harmless || (character == '-' && i > 0 && value[i - 1] is ('-' or ' ')))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>No half of a surrogate pair and no byte zero, which no command line can hold.</summary>
    private static bool IsWhole(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(value[i]) || value[i] == '\0')
            {
                return false;
            }
        }

        return true;
    }
}
