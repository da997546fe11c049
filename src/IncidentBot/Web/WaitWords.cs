using IncidentBot.Delivery;
using IncidentBot.Posts;
using IncidentBot.Words;

namespace IncidentBot.Web;

/// <summary>Why a post waits, and until when, in a sentence.</summary>
internal static class WaitWords
{
    /// <param name="wait">Null when nothing is known.</param>
    public static Sentence? Of(PostWait? wait, Post post, DateTimeOffset now) => wait switch
    {
        null => null,
        { Reason: WaitReason.Sending } => $"Being sent now",
        { Reason: WaitReason.QuietHours, Until: { } end } => $"Quiet hours of lane {new Foreign(post.Lane)} hold it until {end}",
        { Reason: WaitReason.Refused, Until: { } asked } => $"The room is asked again by itself {In(asked, now)}",
        { Reason: WaitReason.Storm } => $"Storm: the room's summary stands for it until it is calm",
        { Reason: WaitReason.Failed, Until: { } again } => $"Tried again {In(again, now)}",
        { Reason: WaitReason.Closed, Until: { } open } => $"The vendor wants to be left alone: on {In(open, now)}",
        { Reason: WaitReason.Outage, Until: { } rested } =>
            $"Outage: several failed in this room, which is asked again {In(rested, now)}",
        { Reason: WaitReason.Pace, Pace: { } pace, Until: { } turn } =>
            $"Pace: the vendor allows {pace.Count} in {pace.Per}, {wait.Before} before it; its turn {In(turn, now)}",
        _ => $"{wait.Before} before it",
    };

    private static Sentence In(DateTimeOffset moment, DateTimeOffset now) =>
        moment - now < TimeSpan.FromSeconds(1) ? (Sentence)$"at once" : (Sentence)$"in {moment - now}, at {moment}";
}
