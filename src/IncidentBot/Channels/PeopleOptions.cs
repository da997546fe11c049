using IncidentBot.Rooms;

namespace IncidentBot.Channels;

/// <summary>Who may do what.</summary>
internal sealed class PeopleOptions
{
    /// <summary>Who may act from chat, as <c>slack:U…</c>, <c>telegram:123</c>, <c>matrix:@me:example.org</c>.</summary>
    public List<Person> Operators { get; set; } = [];
}
