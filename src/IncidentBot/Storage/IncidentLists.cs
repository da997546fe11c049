using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Posts;

namespace IncidentBot.Storage;

/// <summary>Which incidents a list shows; what is null does not filter.</summary>
/// <param name="Status"><c>firing</c> or <c>resolved</c>; null for all. Firing includes stale ones.</param>
/// <param name="Text">Words that title, labels, summary or lane must contain, or must not (<see cref="FilterWord"/>). Null for all.</param>
/// <param name="Skip">How many of the first ones are left out: the pages before this one.</param>
internal sealed record IncidentFilter(
    string? Status = null,
    string? Severity = null,
    string? Lane = null,
    string? Text = null,
    int Limit = 200,
    int Skip = 0);

/// <summary>What lists show of an incident.</summary>
internal sealed record IncidentSummary
{
    public required long Number { get; init; }

    public required IncidentStatus Status { get; init; }

    public required Severity Severity { get; init; }

    public required string Lane { get; init; }

    /// <summary>The alert's name, or the names of several.</summary>
    public required string Title { get; init; }

    /// <summary>What tells it from its neighbours: <c>namespace=media, pod=plex-0</c>. May be empty.</summary>
    public required string Place { get; init; }

    /// <summary>One sentence from the annotations. May be empty.</summary>
    public required string Summary { get; init; }

    /// <summary>Those that all its alerts share.</summary>
    public required LabelSet Labels { get; init; }

    /// <summary>How many of its alerts fire.</summary>
    public required int Firing { get; init; }

    /// <summary>How many of its alerts are over.</summary>
    public required int Resolved { get; init; }

    public required int Flaps { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>How long it fired before it ended, by Alertmanager's times; null while it fires.</summary>
    public required TimeSpan? Lasted { get; init; }

    public required DateTimeOffset? FiringSince { get; init; }

    /// <summary>As the most urgent alert's author wrote it, perhaps a file of a repository: hostile text. Null for none.</summary>
    public required string? RunbookUrl { get; init; }

    public required IReadOnlyList<Post> Posts { get; init; }

    /// <summary>Who has taken it on; null while nobody has.</summary>
    public required string? AcknowledgedBy { get; init; }

    /// <summary>What of it is nobody's although somebody has taken on the rest: hostile text. Empty when nothing is.</summary>
    public string Untaken { get; init; } = "";

    /// <summary>Somebody has all of it.</summary>
    public bool IsTaken => AcknowledgedBy is not null && Untaken.Length == 0;

    /// <summary>Others were called, because nobody had taken it on.</summary>
    public required bool Escalated { get; init; }

    /// <summary>What explains it; null when nothing does.</summary>
    public required Inhibition? Inhibition { get; init; }

    /// <summary>Of all that keeps Alertmanager quiet about each of its alerts, what ends first; null when some alert is loud.</summary>
    public required Suppression? Suppression { get; init; }

    /// <summary>It fires, and nobody is told: it is silenced, inhibited or muted whole, or explained by another.</summary>
    public bool Quiet(DateTimeOffset now) =>
        Status == IncidentStatus.Firing && (Inhibition is { Holds: true } || (Suppression?.InForce(now) ?? false));

    /// <summary>Stands for an incident that cannot be read: people have to know that it is there.</summary>
    public static IncidentSummary Unreadable(long number) => new()
    {
        Number = number,
        Status = IncidentStatus.Stale,
        Severity = Severity.None,
        Lane = "",
        Title = "Cannot be read: see the log",
        Place = "",
        Summary = "",
        Labels = LabelSet.Empty,
        Firing = 0,
        Resolved = 0,
        Flaps = 0,
        OpenedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
        ResolvedAt = null,
        Lasted = null,
        FiringSince = null,
        RunbookUrl = null,
        Posts = [],
        AcknowledgedBy = null,
        Escalated = false,
        Inhibition = null,
        Suppression = null,
    };

    public static IncidentSummary Of(Incident incident, string lane, IReadOnlyList<Post> posts) => new()
    {
        Number = incident.Number,
        Status = incident.Status,
        Severity = incident.Severity,
        Lane = lane,
        Title = Headline.Title(incident),
        Place = Headline.PlaceText(incident),
        Summary = Headline.Summary(incident),
        Labels = incident.CommonLabels,
        Firing = incident.FiringCount,
        Resolved = incident.ResolvedCount,
        Flaps = incident.Flaps,
        OpenedAt = incident.OpenedAt,
        UpdatedAt = incident.UpdatedAt,
        ResolvedAt = incident.ResolvedAt,
        Lasted = TimeOf(incident.Status, incident.Ended, incident.OpenedAt, incident.ResolvedAt),
        FiringSince = incident.FiringSince,
        RunbookUrl = Headline.Runbook(incident),
        Posts = posts,
        AcknowledgedBy = incident.Escalation.Acknowledged?.By,
        Untaken = incident.Escalation.Untaken,
        Escalated = incident.Escalation.Escalated > 0,
        Inhibition = incident.Inhibition,
        Suppression = SuppressionOf(incident.Alerts.Values),
    };

    /// <summary>What keeps all alerts that fire quiet, that which ends first; null when some alert is loud.</summary>
    public static Suppression? SuppressionOf(IEnumerable<Alert> alerts)
    {
        Suppression? first = null;
        foreach (var alert in alerts.Where(alert => alert.Firing))
        {
            if (alert.Suppression is not { } quiet)
            {
                return null;
            }

            first = first is null || (quiet.Until ?? DateTimeOffset.MaxValue) < (first.Until ?? DateTimeOffset.MaxValue) ? quiet : first;
        }

        return first;
    }

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
