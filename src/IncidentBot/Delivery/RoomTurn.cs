using IncidentBot.Rooms;

namespace IncidentBot.Delivery;

/// <summary>A post whose next request may be sent now.</summary>
/// <param name="Queued">What it was in the queue, and is again when its turn is put off.</param>
internal readonly record struct RoomTurn(Room Room, QueuedPost Queued)
{
    public long Post => Queued.Id;

    public SendKinds Kind => Queued.Kind;
}

/// <summary>What has to be written down for the summary of a room's storm.</summary>
internal readonly record struct StormWork(Room Room, StormStep Step);
