using System.Diagnostics.CodeAnalysis;
using IncidentBot.Settings;

namespace IncidentBot.Rooms;

/// <summary>
/// Somebody in one kind of chat, or a group of people there, written <c>kind:id</c>: <c>slack:U024BE7LH</c>, <c>matrix:@me:example.org</c>.
/// </summary>
internal readonly record struct Person(string Kind, string Id) : ISettingText
{
    public static string Allowed => "kind:id, such as slack:U024BE7LH";

    public static object? FromText(string text) => TryParse(text, out var person) ? person.Value : null;

    public static bool TryParse(string? text, [NotNullWhen(true)] out Person? person)
    {
        person = Room.TryParse(text, out var place) ? new Person(place.Value.Kind, place.Value.Id) : null;
        return person is not null;
    }

    public static Person Parse(string text) =>
        TryParse(text, out var person) ? person.Value : throw new FormatException($"\"{text}\" is not a person; expected kind:id");

    public override string ToString() => $"{Kind}:{Id}";
}
