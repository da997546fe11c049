using System.Text.Json.Serialization;
using IncidentBot.Outgoing;
using Refit;

namespace IncidentBot.Sources;

/// <summary>
/// The requests of Alertmanager's API v2 by which silences are made, ended, listed and tried (the same from 0.25 to 0.34).
/// </summary>
internal interface ISilencesApi
{
    [Post("/api/v2/silences")]
    Task<ApiResponse<SilenceIdAnswer>> MakeAsync([Body] SilenceBody silence, CancellationToken cancellationToken);

    [Get("/api/v2/silences")]
    Task<ApiResponse<List<ListedSilenceAnswer?>>> ListAsync(
        [Property(BoundedAnswers.MaxBytes)] int maxBytes, CancellationToken cancellationToken);

    [Delete("/api/v2/silence/{id}")]
    Task<ApiResponse<string>> ExpireAsync(string id, CancellationToken cancellationToken);

    /// <summary>Alerts that all of the matchers match, by Alertmanager's own reading of them.</summary>
    [Get("/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true")]
    Task<ApiResponse<List<GroupedAlertAnswer?>>> AlertsAsync(
        [Query(CollectionFormat.Multi)] string[] filter, [Property(BoundedAnswers.MaxBytes)] int maxBytes,
        CancellationToken cancellationToken);
}

/// <summary>A silence as Alertmanager takes it.</summary>
/// <param name="Id">The silence that is changed; null for a new one.</param>
internal sealed record SilenceBody(
    IReadOnlyList<MatcherBody> Matchers, string StartsAt, string EndsAt, string CreatedBy, string Comment, string? Id);

/// <summary>One matcher; all four keys are needed.</summary>
internal sealed record MatcherBody(string? Name, string? Value, bool IsRegex, bool? IsEqual);

/// <summary>The answer to a silence that was taken.</summary>
internal sealed record SilenceIdAnswer([property: JsonPropertyName("silenceID")] string? SilenceId);

/// <summary>One silence in the list. Anything may be missing; <c>isEqual</c> that is missing is true.</summary>
internal sealed record ListedSilenceAnswer(
    string? Id, IReadOnlyList<MatcherBody?>? Matchers, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, string? CreatedBy, string? Comment,
    SilenceStateAnswer? Status);

/// <summary><c>active</c>, <c>pending</c> or <c>expired</c>.</summary>
internal sealed record SilenceStateAnswer(string? State);

/// <summary>How this part of Alertmanager's API is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SilenceBody))]
[JsonSerializable(typeof(SilenceIdAnswer))]
[JsonSerializable(typeof(List<ListedSilenceAnswer?>))]
[JsonSerializable(typeof(List<GroupedAlertAnswer?>))]
[JsonSerializable(typeof(string))]
internal sealed partial class SilencesJson : JsonSerializerContext;
