using IncidentBot.Rooms;

namespace IncidentBot.Lanes;

/// <summary>One step of telling others because nobody acknowledges.</summary>
/// <param name="After">How long the incident has called by then.</param>
/// <param name="Rooms">Where it is shown from then on, beside the lane's rooms.</param>
/// <param name="Everyone">Everyone is called, in all rooms that show it.</param>
/// <param name="Mention">Who else is called, by room kind and id.</param>
internal sealed record EscalationStep(TimeSpan After, IReadOnlyList<Room> Rooms, bool Everyone, IReadOnlyList<Person> Mention);
