using IncidentBot.Rooms;

namespace IncidentBot.Delivery;

/// <summary>Tries refused posts again, because a person says that what the vendor complained of is mended.</summary>
internal interface ISendAgain
{
    /// <summary>Takes back the refusal of one post, or of all posts in a room, and wakes the loop. Returns how many there were.</summary>
    /// <exception cref="Storage.StoreUnavailableException">Nothing was changed.</exception>
    Task<int> SendAgainAsync(long? post, Room? room, CancellationToken cancellationToken);
}
