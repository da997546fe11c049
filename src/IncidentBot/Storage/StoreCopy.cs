namespace IncidentBot.Storage;

/// <summary>What a backup holds.</summary>
/// <param name="Bytes">Of the file.</param>
/// <param name="Schema">How many steps its tables have taken; a program that knows fewer does not read it.</param>
/// <param name="Open">Incidents that fire or are stale.</param>
/// <param name="Posts">Messages in rooms, shown or waiting.</param>
internal sealed record StoreCopy(long Bytes, long Schema, long Incidents, long Open, long Posts);
