using IncidentBot.Incidents;
using IncidentBot.Posts;

namespace IncidentBot.Web;

/// <summary>How a state looks: the class chooses colour and sign, the word says the same to those who see neither.</summary>
internal readonly record struct Look(string Class, string Word)
{
    public static readonly Look Resolved = new("resolved", "resolved");
    public static readonly Look Stale = new("stale", "stale");

    /// <summary>It fires, and nobody is told.</summary>
    public static readonly Look Quiet = new("none", "quiet");

    /// <summary>Somebody is on it.</summary>
    public static readonly Look Taken = new("info", "taken");

    public static Look Of(IncidentStatus status, Severity severity) => status switch
    {
        IncidentStatus.Resolved => Resolved,
        IncidentStatus.Stale => Stale,
        IncidentStatus.Firing => Of(severity),
    };

    public static Look Of(Severity severity) => new(ClassOf(severity.Level), Headline.Cut(severity.Word, 24));

    public static Look Of(Alert alert) => alert.Firing ? Of(alert.Severity) : Resolved;

    public static Look Of(PostState state) => state switch
    {
        PostState.Refused => new Look("critical", "refused"),
        PostState.Waiting => new Look("warning", "waiting"),
        _ => new Look("resolved", "shown"),
    };

    /// <summary>The sign before a line of history.</summary>
    public static string OfLine(ChangeKind kind) => kind switch
    {
        ChangeKind.Opened or ChangeKind.Joined or ChangeKind.Reopened => "begins",
        ChangeKind.SeverityRaised or ChangeKind.LaneRaised or ChangeKind.Escalated or ChangeKind.Reminded => "worse",
        ChangeKind.Resolved or ChangeKind.AlertResolved or ChangeKind.ResolvedUnseen => "ends",
        _ => "notes",
    };

    private static string ClassOf(SeverityLevel level) => level switch
    {
        SeverityLevel.Critical => "critical",
        SeverityLevel.High or SeverityLevel.Warning => "warning",
        SeverityLevel.Info => "info",
        _ => "none",
    };
}
