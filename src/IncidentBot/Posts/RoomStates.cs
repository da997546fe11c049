using IncidentBot.Rooms;

namespace IncidentBot.Posts;

/// <summary>What is known of rooms as wholes when posts are planned.</summary>
internal interface IRoomStates
{
    /// <summary>The id under which a room goes on now, whatever the configuration calls it.</summary>
    Room Now(Room room);

    /// <summary>Why a room refuses everything; null when it does not, as far as is known.</summary>
    string? WhyRefused(Room room);

    /// <summary>The storm whose summary stands for what comes into a room now; 0 for none.</summary>
    long StormIn(Room room);
}
