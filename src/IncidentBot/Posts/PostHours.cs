using IncidentBot.Lanes;
using IncidentBot.Rooms;

namespace IncidentBot.Posts;

/// <summary>What the quiet hours of a lane mean for one of its posts.</summary>
internal static class PostHours
{
    /// <summary>
    /// Whether a post must make no sound now because of the hour. The rooms of a step of escalation are told at any hour.
    /// </summary>
    public static bool IsSilent(this Lane lane, Post post, DateTimeOffset now) => post.Step == 0
        && lane.QuietHours.Any(hours => hours.End(now) is not null);

    /// <summary>
    /// Until when a post has to wait; null when it need not. Edits do not wait, for they make no sound. What was begun is
    /// finished, because somebody may have seen it; and who is called because nobody acknowledged is called at once.
    /// </summary>
    public static DateTimeOffset? HoldsUntil(this Lane lane, Post post, DateTimeOffset now) =>
        lane.QuietHours.Count > 0 && post.Step == 0 && post.Next is { } next and not SendKinds.Edit && post.Progress.Intent?.Kind != next
            ? QuietHours.HeldUntil(lane.QuietHours, now)
            : null;

    /// <summary>Whether an announcement was held up until there was nothing to announce any more.</summary>
    public static bool WasHeldToTheEnd(this Lane lane, Post post, DateTimeOffset now) =>
        post is { Over: true, Trouble.Refused: false, Next: SendKinds.Create }
            && (lane.HoldsUntil(post, now) ?? lane.HoldsUntil(post, post.Progress.WantedSince)) is not null;
}
