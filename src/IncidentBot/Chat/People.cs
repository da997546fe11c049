using IncidentBot.Channels;
using IncidentBot.Rooms;

namespace IncidentBot.Chat;

/// <summary>Who people are and what they may, by one configuration. Pure.</summary>
internal sealed class People
{
    /// <summary>The longest name that a chat may give somebody.</summary>
    private const int NameLength = 40;

    private readonly PeopleOptions _options;
    private readonly Dictionary<Person, KnownPersonOptions> _known = [];
    private readonly HashSet<Person> _operators;
    private readonly HashSet<Person> _listed;
    private readonly HashSet<string> _taken;

    public People(PeopleOptions options)
    {
        _options = options;
        foreach (var known in options.Known)
        {
            foreach (var id in known.Ids)
            {
                _known[id] = known;
            }
        }

        _operators = Linked(options.Operators);
        _listed = [.. _operators, .. _known.Keys, .. options.Groups.Values.Concat(options.Allow.Values).SelectMany(Members)];
        _taken = options.Known.Select(known => Lookalikes.Shape(known.Name)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The words of <c>people.allow</c>.</summary>
    public IEnumerable<string> AllowedWords => _options.Allow.Keys;

    /// <param name="shown">What the chat calls them; proves nothing.</param>
    public Speaker Of(Person person, string shown)
    {
        var known = _known.GetValueOrDefault(person);
        return new Speaker(person, known?.Name ?? Name(person, shown), _listed.Contains(person), _operators.Contains(person),
            known?.TimeZone);
    }

    /// <summary>Whether somebody may use a command that acts.</summary>
    /// <param name="word">The command's word.</param>
    public bool May(Speaker who, string word) => _options.Allow.TryGetValue(word, out var allowed)
        ? allowed.SelectMany(member => _options.Groups.TryGetValue(member, out var group) ? Members(group) : Members([member]))
            .Contains(who.Person)
        : who.IsOperator;

    /// <summary>Nobody gets the name of somebody who is known, nor one that looks like it.</summary>
    private string Name(Person person, string shown) =>
        PlainText.Line(shown, NameLength) is { Length: > 0 } name && Lookalikes.Shape(name) is { Length: > 0 } shape
            && !_taken.Contains(shape)
            ? name : person.ToString();

    private IEnumerable<Person> Members(IEnumerable<string> members) => members.SelectMany(member =>
        Person.TryParse(member, out var person) ? Linked([person.Value])
            : _options.Known.Where(known => string.Equals(known.Name, member, StringComparison.OrdinalIgnoreCase)).SelectMany(known =>
                known.Ids));

    /// <summary>With all that the same people are called in other chats.</summary>
    private HashSet<Person> Linked(IEnumerable<Person> people) =>
        [.. people.SelectMany(person => _known.TryGetValue(person, out var known) ? known.Ids.Append(person) : [person])];
}
