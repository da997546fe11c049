using System.Diagnostics.CodeAnalysis;
using IncidentBot.Settings;

namespace IncidentBot.Rooms;

/// <summary>
/// One place in one kind of chat, written <c>kind:id</c>: <c>slack:C024BE91L</c>, <c>telegram:-100123</c>, <c>matrix:!abc:example.org</c>.
/// </summary>
internal readonly record struct Room(string Kind, string Id) : ISettingText
{
    /// <summary>The web page, which shows every incident without being told to.</summary>
    public static readonly Room Inbox = new("inbox", "web");

    public static string Allowed => "kind:id, such as slack:C024BE91L";

    public static object? FromText(string text) => TryParse(text, out var room) ? room.Value : null;

    public static bool TryParse(string? text, [NotNullWhen(true)] out Room? room)
    {
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        room = colon > 0 && colon < text!.Length - 1 ? new Room(text[..colon], text[(colon + 1)..]) : null;
        return room is not null;
    }

    public static Room Parse(string text) =>
        TryParse(text, out var room) ? room.Value : throw new FormatException($"\"{text}\" is not a room; expected kind:id");

    public override string ToString() => $"{Kind}:{Id}";
}
