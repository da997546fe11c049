using IncidentBot.Rooms;

namespace IncidentBot.Chat;

/// <summary>Somebody who says something, as far as the configuration knows them.</summary>
/// <param name="Person">By the vendor's word.</param>
/// <param name="Name">Under which they act, in every chat the same: never empty, one line, hostile where nobody configured it.</param>
/// <param name="IsListed">The configuration names them, so that a private chat with them is answered.</param>
/// <param name="IsOperator">They may act, where no command says otherwise.</param>
/// <param name="Zone">Their time zone; null when nobody knows it.</param>
internal sealed record Speaker(Person Person, string Name, bool IsListed, bool IsOperator, TimeZoneInfo? Zone);
