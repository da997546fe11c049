using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Posts;

namespace IncidentBot.Storage;

/// <summary>Which incidents a list shows; what is null does not filter.</summary>
/// <param name="Status"><c>firing</c> or <c>resolved</c>; null for all. Firing includes stale ones.</param>
/// <param name="Text">Words that title, labels or lane must contain, in any case. Null for all.</param>
/// <param name="Skip">How many of the first ones are left out: the pages before this one.</param>
internal sealed record IncidentFilter(
    string? Status = null,
    string? Severity = null,
    string? Lane = null,
    string? Text = null,
    int Limit = 200,
    int Skip = 0);

/// <summary>What lists show of an incident.</summary>
/// <param name="Lasted">How long it fired before it ended, by Alertmanager's times; null while it fires.</param>
/// <param name="RunbookUrl">As the worst alert's author wrote it, perhaps a file of a repository: hostile text. Null for none.</param>
internal sealed record IncidentSummary(
    long Number,
    IncidentStatus Status,
    Severity Severity,
    string Lane,
    string Title,
    string Place,
    string Summary,
    LabelSet Labels,
    int Firing,
    int Resolved,
    int Flaps,
    DateTimeOffset OpenedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? ResolvedAt,
    TimeSpan? Lasted,
    DateTimeOffset? FiringSince,
    string? RunbookUrl,
    IReadOnlyList<Post> Posts)
{
    /// <summary>Who has taken it on; null while nobody has.</summary>
    public string? AcknowledgedBy { get; init; }

    public static IncidentSummary Of(Incident incident, string lane, IReadOnlyList<Post> posts) => new(
        incident.Number, incident.Status, incident.Severity, lane, Headline.Title(incident),
        string.Join(", ", Headline.Place(incident).Select(label => $"{label.Name}={label.Value}")), Headline.Summary(incident),
            incident.CommonLabels,
        incident.FiringCount, incident.ResolvedCount, incident.Flaps, incident.OpenedAt, incident.UpdatedAt, incident.ResolvedAt,
        TimeOf(incident.Status, incident.Ended, incident.OpenedAt, incident.ResolvedAt), incident.FiringSince, Headline.Runbook(incident),
            posts)
    {
        AcknowledgedBy = incident.Escalation.Acknowledged?.By,
    };

    /// <summary>How long an incident fired before it ended; null while it fires.</summary>
    public static TimeSpan? TimeOf(IncidentStatus status, FiringIntervals ended, DateTimeOffset openedAt, DateTimeOffset? resolvedAt)
    {
        var (from, to) = ended.Latest(null);
        return status != IncidentStatus.Resolved ? null
            : from > AlertReport.UnknownStart ? to - from
            : resolvedAt - openedAt;
    }
}

/// <summary>Everything about one incident.</summary>
internal sealed record IncidentDetail(IncidentSummary Summary, Incident Incident, IReadOnlyList<TimelineEntry> Timeline);

/// <summary>A post with what people recognise its incident by.</summary>
internal sealed record PostSummary(Post Post, string Title, string Place, IncidentStatus Status, Severity Severity, string Lane);

/// <summary>How many incidents burn and how many posts wait, now.</summary>
internal sealed record StoreCounts(
    long Firing, long Stale, long Waiting, long Refused, IReadOnlyList<(string Lane, string Severity, long Firing)> ByLane);
