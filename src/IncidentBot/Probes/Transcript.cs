using System.Globalization;
using System.Text;

namespace IncidentBot.Probes;

/// <summary>
/// The conversation of one run, line by line with the time since its beginning. Bounded; secrets are *** and control characters are
/// spaces, so that it can be shown and stored as it is. Several may write at once.
/// </summary>
internal sealed class Transcript
{
    private const int LongestLine = 1000;
    private const int MostCharacters = 48 * 1024;

    private readonly TimeProvider _clock;
    private readonly Action<string>? _aloud;
    private readonly long _began;
    private readonly Lock _lock = new();
    private readonly List<string> _secrets = [];
    private readonly List<string> _lines = [];
    private int _characters;
    private int _leftOut;

    /// <param name="clock">Tells how long each line took.</param>
    /// <param name="aloud">Is told of each line at once; null for nobody.</param>
    public Transcript(TimeProvider clock, Action<string>? aloud = null)
    {
        (_clock, _aloud, _began) = (clock, aloud, clock.GetTimestamp());
    }

    /// <summary>The step that the run is in.</summary>
    public string CurrentStep { get; private set; } = "beginning";

    /// <summary>All lines so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return _leftOut == 0 ? [.. _lines]
                    : [.. _lines, string.Create(CultureInfo.InvariantCulture, $"… and {_leftOut} more lines")];
            }
        }
    }

    /// <summary>From now on this is shown as ***. What is too short to be a secret is left as it is.</summary>
    public void Hide(string? secret)
    {
        if (secret is { Length: >= 3 })
        {
            lock (_lock)
            {
                _secrets.Add(secret);
                _secrets.Add(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)));
                _secrets.Add(Uri.EscapeDataString(secret));
                _secrets.Sort((one, other) => other.Length.CompareTo(one.Length));
            }
        }
    }

    /// <summary>Begins a step.</summary>
    public void Step(string words)
    {
        CurrentStep = Clean(words);
        Add("* ", words);
    }

    /// <summary>What we ask or send.</summary>
    public void Sent(string line) => Add("> ", line);

    /// <summary>What came back.</summary>
    public void Got(string line) => Add("< ", line);

    /// <summary>What we think of it.</summary>
    public void Note(string line) => Add("  ", line);

    /// <summary>A text from outside as it may be shown: on one line, without secrets, cut.</summary>
    public string Clean(string text)
    {
        lock (_lock)
        {
            foreach (var secret in _secrets)
            {
                text = text.Replace(secret, "***", StringComparison.Ordinal);
            }
        }

        // Half of a pair of surrogates cannot be stored.
        var cut = text.Length <= LongestLine ? text
            : text[..(char.IsHighSurrogate(text[LongestLine - 1]) ? LongestLine - 1 : LongestLine)] + "…";
        return string.Create(cut.Length, cut, static (shown, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                // Also the marks that turn the direction of what follows.
                var harms = char.IsControl(from[i])
                    || from[i] is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
                shown[i] = harms ? ' ' : from[i];
            }
        });
    }

    private void Add(string mark, string words)
    {
        var milliseconds = (long)_clock.GetElapsedTime(_began).TotalMilliseconds;
        var line = string.Create(CultureInfo.InvariantCulture, $"{milliseconds,6} ms {mark}{Clean(words)}");
        lock (_lock)
        {
            if (_characters + line.Length > MostCharacters)
            {
                _leftOut++;
            }
            else
            {
                _lines.Add(line);
                _characters += line.Length;
            }
        }

        _aloud?.Invoke(line);
    }
}
