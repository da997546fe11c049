using IncidentBot.Rooms;

namespace IncidentBot.Posts;

/// <summary>A request that a vendor was sent, or its answer to one that it wants to be left alone.</summary>
/// <param name="At">When it was about to be sent.</param>
/// <param name="ClosedUntil">It was an answer: until then nothing of the kind is to be sent. Null for a request.</param>
internal sealed record PastRequest(Room Room, SendKinds Kind, bool Urgent, DateTimeOffset At, DateTimeOffset? ClosedUntil)
{
    /// <summary>No budget of a vendor looks back further.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);
}
