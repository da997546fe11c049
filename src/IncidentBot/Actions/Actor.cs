using IncidentBot.Channels;

namespace IncidentBot.Actions;

/// <summary>By which door somebody came.</summary>
internal enum ActorKind
{
    /// <summary>A form of our own pages.</summary>
    Page,

    /// <summary>The API.</summary>
    Api,
}

/// <summary>
/// Somebody who may act, and the name that history tells. Whoever makes one has found out that they may: the web's guard by a token,
/// a cookie or the machine itself.
/// </summary>
/// <param name="Kind">The door they came by.</param>
/// <param name="Id">What that door knows them by; empty where it knows nobody apart.</param>
/// <param name="Name">Under which they act: one line of hostile text that nothing proves. Never empty.</param>
internal sealed record Actor(ActorKind Kind, string Id, string Name)
{
    /// <summary>The longest name that is kept.</summary>
    public const int NameLength = 80;

    /// <param name="name">As they gave it; may be empty.</param>
    public static Actor OnPage(string? name) => new(ActorKind.Page, "", NameOr(name, "somebody on the web page"));

    /// <inheritdoc cref="OnPage"/>
    public static Actor OfApi(string? name) => new(ActorKind.Api, "", NameOr(name, "the API"));

    /// <summary>A name in one line and not too long; empty when there is none.</summary>
    public static string Clean(string? name) => PlainText.Line(name ?? "", NameLength);

    private static string NameOr(string? name, string unnamed) => Clean(name) is { Length: > 0 } clean ? clean : unnamed;
}
