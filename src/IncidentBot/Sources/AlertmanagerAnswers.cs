using System.Text.Json.Serialization;

namespace IncidentBot.Sources;

/// <summary>One group in the answer of <c>GET /api/v2/alerts/groups</c>. Anything may be missing.</summary>
internal sealed record GroupAnswer(Dictionary<string, string?>? Labels, NameAnswer? Receiver, List<GroupedAlertAnswer?>? Alerts);

/// <summary>One alert in a group. Times are in milliseconds, and an alert that ended is not listed.</summary>
internal sealed record GroupedAlertAnswer(
    Dictionary<string, string?>? Labels,
    Dictionary<string, string?>? Annotations,
    string? Fingerprint,
    DateTimeOffset? StartsAt,
    DateTimeOffset? UpdatedAt,
    string? GeneratorURL,
    AlertStatusAnswer? Status);

/// <summary>Why an alert is kept quiet. <c>mutedBy</c> is there since Alertmanager 0.28.</summary>
internal sealed record AlertStatusAnswer(string? State, List<string?>? SilencedBy, List<string?>? InhibitedBy, List<string?>? MutedBy);

/// <summary>Something that has a name.</summary>
internal sealed record NameAnswer(string? Name);

/// <summary>The answer of <c>GET /api/v2/status</c>, of which the moment of the start and the text of the configuration are read.</summary>
internal sealed record StatusAnswer(DateTimeOffset? Uptime, ConfigAnswer? Config);

/// <summary>The configuration that an Alertmanager runs with.</summary>
internal sealed record ConfigAnswer(string? Original);

/// <summary>One silence in the answer of <c>GET /api/v2/silences</c>.</summary>
internal sealed record SilenceAnswer(string? Id, string? CreatedBy, string? Comment, DateTimeOffset? EndsAt);

/// <summary>How Alertmanager's API is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(List<GroupAnswer?>))]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(List<SilenceAnswer?>))]
internal sealed partial class AlertmanagerJson : JsonSerializerContext;
