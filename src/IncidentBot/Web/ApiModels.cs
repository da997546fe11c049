using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using IncidentBot.Web.Live;

namespace IncidentBot.Web;

/// <summary>The answer of <c>GET /api/v1/incidents</c>.</summary>
internal sealed record IncidentsAnswer(IReadOnlyList<IncidentAnswer> Incidents);

/// <summary>One incident in <c>/api/v1</c>. Every key is always there; what is absent is null.</summary>
internal record IncidentAnswer
{
    public required long Number { get; init; }

    /// <summary><c>firing</c>, <c>resolved</c> or <c>stale</c>.</summary>
    public required string Status { get; init; }

    public required string Severity { get; init; }

    public required string Lane { get; init; }

    public required string Title { get; init; }

    /// <summary>Those that all its alerts share.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>How many of its alerts fire.</summary>
    public required int Firing { get; init; }

    /// <summary>How many of its alerts are over.</summary>
    public required int Resolved { get; init; }

    /// <summary>How often it fired again after it had ended.</summary>
    public required int Flaps { get; init; }

    /// <summary>Null while nobody has it on.</summary>
    public required string? AcknowledgedBy { get; init; }

    public required DateTime OpenedAt { get; init; }

    public required DateTime UpdatedAt { get; init; }

    /// <summary>Null while it fires.</summary>
    public required DateTime? ResolvedAt { get; init; }

    /// <summary>The page here, filled in with the incident; else where the alert's author says. Null for none.</summary>
    public required string? RunbookUrl { get; init; }

    /// <summary>The incidents that explain it, by number; empty when none does.</summary>
    public required IReadOnlyList<long> CausedBy { get; init; }

    /// <summary>The same in words, and by which services: <c>#41 TraefikDown (immich → traefik)</c>. Null when none does.</summary>
    public required string? Cause { get; init; }

    /// <summary>It is not announced, because others explain it.</summary>
    public required bool Held { get; init; }

    public required IReadOnlyList<PostAnswer> Posts { get; init; }
}

/// <summary>The answer of <c>GET /api/v1/incidents/{number}</c>: the same and what it is made of.</summary>
[method: SetsRequiredMembers]
internal sealed record IncidentDetailAnswer(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Always)] IncidentAnswer Incident,
    IReadOnlyList<AlertAnswer> Alerts,
    IReadOnlyList<TimelineAnswer> Timeline)
    : IncidentAnswer(Incident);

/// <summary>What one room shows of an incident.</summary>
/// <param name="State"><c>waiting</c>, <c>shown</c> or <c>refused</c>.</param>
/// <param name="Message">The vendor's id of the message.</param>
internal sealed record PostAnswer(string Room, string State, string? Message, string? Reason);

/// <summary>One alert of an incident in its latest episode.</summary>
internal sealed record AlertAnswer(
    string Fingerprint,
    string Status,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyDictionary<string, string> Annotations,
    DateTime? StartsAt,
    DateTime? EndsAt,
    SuppressionAnswer? Suppression);

/// <summary>Why Alertmanager keeps quiet about an alert.</summary>
/// <param name="State"><c>silenced</c>, <c>inhibited</c> or <c>muted</c>.</param>
/// <param name="Until">When the silence ends; null when that is not known.</param>
internal sealed record SuppressionAnswer(string State, string By, string Comment, DateTime? Until);

/// <summary>One line of an incident's history.</summary>
/// <param name="Kind">Such as <c>opened</c>, <c>alert_resolved</c>.</param>
/// <param name="Count">How many alerts it is about; 0 when it is about the incident.</param>
internal sealed record TimelineAnswer(DateTime At, string Kind, string Detail, int Count);

/// <summary>The body of <c>POST</c> and <c>DELETE /api/v1/incidents/{number}/acknowledge</c>; both keys may be absent.</summary>
/// <param name="By">Who acts.</param>
/// <param name="Comment">What they say about it.</param>
internal sealed record ActionRequest(string? By = null, string? Comment = null);

/// <summary>The body of <c>POST /api/v1/incidents/{number}/silence</c>.</summary>
/// <param name="Length">Such as <c>2h</c>, <c>until 18:00</c>, <c>until tomorrow 9:00</c>, <c>until resolved</c>. Required.</param>
/// <param name="By">Who acts.</param>
/// <param name="Comment">What they say about it.</param>
internal sealed record SilenceRequest(string? Length = null, string? By = null, string? Comment = null);

/// <summary>A silence that was made.</summary>
/// <param name="Id">What Alertmanager calls it.</param>
/// <param name="Until">Null when it holds until the incident is resolved.</param>
internal sealed record SilenceAnswer(long Number, string? Id, string Source, DateTime? Until, string By, IReadOnlyList<string> Matchers);

/// <summary>The answer of <c>GET /api/v1/audit</c>.</summary>
internal sealed record AuditAnswer(IReadOnlyList<AuditLineAnswer> Audit);

/// <summary>Who did what where, and what became of it.</summary>
/// <param name="Name">The name that history tells.</param>
/// <param name="Person">By what they are known, such as <c>slack:U024BE7LH</c>; empty where nothing is known.</param>
/// <param name="Place">A room, <c>page</c>, <c>api</c> or <c>link</c>.</param>
internal sealed record AuditLineAnswer(
    long Id, DateTime At, string Name, string Person, string Place, string Action, long? Incident, string What, string Result);

/// <summary>The answer of <c>GET /api/v1/runbooks/resolve</c>.</summary>
/// <param name="Runbook">The path of the page here: <c>infrastructure/node-down</c>.</param>
/// <param name="Url">Where people read it.</param>
/// <param name="Source"><c>graph</c>, <c>annotation</c>, <c>front-matter</c> or <c>none</c>.</param>
internal sealed record ResolutionAnswer(string? Runbook, string? Url, string Source);

/// <summary>What went wrong, as <c>application/problem+json</c> has it.</summary>
internal sealed record ProblemAnswer(string Type, string Title, int Status, string Detail);

/// <summary>How <c>/api/v1</c> is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(IncidentsAnswer))]
[JsonSerializable(typeof(IncidentDetailAnswer))]
[JsonSerializable(typeof(ActionRequest))]
[JsonSerializable(typeof(SilenceRequest))]
[JsonSerializable(typeof(SilenceAnswer))]
[JsonSerializable(typeof(AuditAnswer))]
[JsonSerializable(typeof(ResolutionAnswer))]
[JsonSerializable(typeof(ProbesAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
[JsonSerializable(typeof(LiveNews))]
[JsonSerializable(typeof(string))]
internal sealed partial class ApiJson : JsonSerializerContext;
