using IncidentBot.Channels;

namespace IncidentBot.Lanes;

/// <summary>Tries again what a vendor refused, because a person says that it will work now.</summary>
internal interface ISendAgain
{
    /// <summary>One post, or every refused post of a room. Returns how many are tried again.</summary>
    Task<int> SendAgainAsync(long? post, Room? room, CancellationToken cancellationToken);
}
