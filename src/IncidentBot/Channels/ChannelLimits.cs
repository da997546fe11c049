using IncidentBot.Rooms;

namespace IncidentBot.Channels;

/// <summary>One budget of a vendor: at most <paramref name="Count"/> requests per <paramref name="Per"/>.</summary>
/// <param name="Kinds">The requests that draw from it.</param>
/// <param name="Count">How many may be sent at once and within the time.</param>
/// <param name="Per">The time in which the budget fills up again.</param>
/// <param name="WholeAccount">One budget for all rooms of the channel instead of one for each room.</param>
internal sealed record Budget(SendKinds Kinds, int Count, TimeSpan Per, bool WholeAccount = false);

/// <summary>What a vendor's documentation allows.</summary>
/// <param name="For">The budgets that apply to a room; every one must have room for a request.</param>
internal sealed record ChannelLimits(Func<Room, IReadOnlyList<Budget>> For);
