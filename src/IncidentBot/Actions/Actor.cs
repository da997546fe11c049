using IncidentBot.Channels;

namespace IncidentBot.Actions;

/// <summary>
/// Somebody who may act, and the name that history tells. Whoever makes one has found out that they may: the web's guard by a token, a
/// cookie, a proxy's word or the machine itself, a signed link, or the desk of the chats.
/// </summary>
/// <param name="Place">Where they act: <c>page</c>, <c>api</c>, <c>link</c>, or a room of a chat.</param>
/// <param name="Id">What that place knows them by: <c>slack:U024BE7LH</c>; empty where it knows nobody apart.</param>
/// <param name="Name">Under which they act: one line of hostile text. Never empty.</param>
internal sealed record Actor(string Place, string Id, string Name)
{
    /// <summary>The longest name that is kept.</summary>
    public const int NameLength = 80;

    /// <summary>A form of our own pages; nothing proves the name.</summary>
    /// <param name="name">As they gave it; may be empty.</param>
    public static Actor OnPage(string? name) => new("page", "", NameOr(name, "somebody on the web page"));

    /// <summary>A program; nothing proves the name.</summary>
    /// <inheritdoc cref="OnPage"/>
    public static Actor OfApi(string? name) => new("api", "", NameOr(name, "the API"));

    /// <summary>A name in one line and not too long; empty when there is none.</summary>
    public static string Clean(string? name) => PlainText.Line(name ?? "", NameLength);

    private static string NameOr(string? name, string unnamed) => Clean(name) is { Length: > 0 } clean ? clean : unnamed;
}
