using IncidentBot.Alerts;
using IncidentBot.Channels;
using IncidentBot.Settings;

namespace IncidentBot.Lanes;

/// <summary>A rule for how urgently an incident is shown, and where.</summary>
/// <param name="Rank">0 is the most urgent: the order in the configuration.</param>
/// <param name="Match">What an alert's labels must be; empty matches every alert.</param>
/// <param name="Rooms">Where its incidents are shown, beside the web page.</param>
/// <param name="Everyone">The first announcement calls everyone in the room.</param>
/// <param name="Mention">Who else is called, by room kind and id.</param>
/// <param name="Quiet">Without sound, where the channel knows that.</param>
internal sealed record Lane(
    string Name,
    int Rank,
    IReadOnlyList<Matcher> Match,
    IReadOnlyList<Room> Rooms,
    bool Everyone,
    IReadOnlyList<Room> Mention,
    bool Quiet)
{
    /// <summary>What is not in any lane comes after all of them and is shown on the web page only.</summary>
    public static readonly Lane None = new("none", int.MaxValue, [], [], false, [], false);

    /// <summary>The lanes after it are tried as well.</summary>
    public bool Continue { get; init; }

    /// <summary>When its posts make no sound, or wait.</summary>
    public IReadOnlyList<QuietHours> QuietHours { get; init; } = [];

    /// <summary>One summary per this time instead of a message for each incident; null for messages.</summary>
    public TimeSpan? Digest { get; init; }

    public bool Takes(LabelSet labels)
    {
        foreach (var matcher in Match)
        {
            if (!matcher.Matches(labels[matcher.Label]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether what is sent now must make no sound and call nobody.</summary>
    public bool IsSilent(DateTimeOffset now) => Quiet || QuietHours.Any(hours => hours.End(now) is not null);

    /// <summary>
    /// Until when a post has to wait; null when it need not. Edits do not wait, for they make no sound. What was begun is
    /// finished, because somebody may have seen it.
    /// </summary>
    public DateTimeOffset? HoldsUntil(Post post, DateTimeOffset now) =>
        QuietHours.Count > 0 && post.Next is { } next and not SendKinds.Edit && post.Intent?.Kind != next
            ? Lanes.QuietHours.HeldUntil(QuietHours, now)
            : null;

    /// <summary>Whether an announcement was held up until there was nothing to announce any more.</summary>
    public bool WasHeldToTheEnd(Post post, DateTimeOffset now) =>
        post is { Over: true, Refused: false, Next: SendKinds.Create } && (HoldsUntil(post, now) ?? HoldsUntil(post, post.WantedSince)) is not null;
}
