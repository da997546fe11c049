using IncidentBot.Incidents;
using IncidentBot.Rooms;

namespace IncidentBot.Posts;

/// <summary>
/// One message that stands for many incidents in a room while a storm lasts. Its post is like that of an incident: it knows
/// which version is shown and which incidents its thread has named.
/// </summary>
/// <param name="Number">Of its post, the number of a <see cref="PostSubject.OfStorm"/>.</param>
/// <param name="Phase">Calm when it has ended.</param>
internal sealed record Summary(long Number, Room Room, StormPhase Phase, DateTimeOffset BeganAt, DateTimeOffset? EndedAt);

/// <summary>The incidents of one alert name and severity in a summary.</summary>
/// <param name="Title">The alert's name: hostile text.</param>
/// <param name="Open">How many of them fire or are stale.</param>
/// <param name="Resolved">How many are over.</param>
internal sealed record SummaryCount(string Title, Severity Severity, int Open, int Resolved);

/// <summary>One incident of a summary, as its thread names it.</summary>
/// <param name="Post">The post that shows it, or will; grows with time.</param>
internal sealed record SummaryMember(long Post, long Incident, string Title, string Place, Severity Severity)
{
    /// <summary>So many characters of title and place are told.</summary>
    public const int NameLength = 90;

    /// <summary>So many characters of the severity are told.</summary>
    public const int SeverityLength = 20;

    /// <summary>How many characters of a reply it takes at the most.</summary>
    public int Length => Math.Min(Title.Length + Place.Length + 1, NameLength) + Math.Min(Severity.Word.Length, SeverityLength) + 10;
}
