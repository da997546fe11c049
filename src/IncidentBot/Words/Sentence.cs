using System.Runtime.CompilerServices;
using System.Text;

namespace IncidentBot.Words;

/// <summary>
/// A sentence with its moments and its words from outside kept apart, so that it is worded once: a message writes it as plain text, a
/// page shows moments in the reader's own time and words from outside set apart. Made by <c>$"Acknowledged by {name} at {moment}"</c>.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Sentence
{
    private readonly List<Part> _parts;

    public Sentence(int literalLength, int formattedCount)
    {
        _ = literalLength;
        _parts = new List<Part>((formattedCount * 2) + 1);
    }

    public IReadOnlyList<Part> Parts => _parts;

    public void AppendLiteral(string text) => _parts.Add(new Part.Own(text));

    public void AppendFormatted(int count) => _parts.Add(new Part.Own(Counts.Number(count)));

    public void AppendFormatted(TimeSpan length) => _parts.Add(new Part.Own(Incidents.Headline.Length(length)));

    public void AppendFormatted(DateTimeOffset moment) => _parts.Add(new Part.Moment(moment));

    public void AppendFormatted(Foreign words) => _parts.Add(new Part.FromOutside(words.Text));

    public void AppendFormatted(Sentence sentence) => _parts.AddRange(sentence._parts);

    /// <summary>All of it in plain text, which is hostile where words from outside are in it.</summary>
    /// <param name="clock">Writes a moment.</param>
    public string Plain(Func<DateTimeOffset, string> clock)
    {
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            text.Append(part switch
            {
                Part.Own own => own.Text,
                Part.FromOutside words => words.Text,
                Part.Moment moment => clock(moment.At),
                _ => throw new InvalidOperationException($"{part.GetType().Name} cannot be written"),
            });
        }

        return text.ToString();
    }

    /// <summary>One piece of a sentence.</summary>
    internal abstract record Part
    {
        private Part()
        {
        }

        /// <summary>Our own words.</summary>
        public sealed record Own(string Text) : Part;

        /// <summary>Words of a label, an annotation or a person: hostile.</summary>
        public sealed record FromOutside(string Text) : Part;

        /// <summary>A point in time.</summary>
        public sealed record Moment(DateTimeOffset At) : Part;
    }
}

/// <summary>Marks words from outside within a <see cref="Sentence"/>.</summary>
internal readonly record struct Foreign(string Text);
