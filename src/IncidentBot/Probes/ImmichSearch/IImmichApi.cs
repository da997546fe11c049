using System.Text.Json;
using System.Text.Json.Serialization;
using IncidentBot.Outgoing;
using Refit;

namespace IncidentBot.Probes.ImmichSearch;

/// <summary>The request of Immich's API that is used. https://api.immich.app/endpoints/search/searchSmart</summary>
internal interface IImmichApi
{
    [Post("/{**path}")]
    Task<ApiResponse<SearchAnswer>> SearchAsync(string path, [Header("x-api-key")] string key, [Body] SearchQuestion question,
        [Property(BoundedAnswers.MaxBytes)] int maxBytes, CancellationToken cancellationToken);
}

/// <summary>What is searched for.</summary>
internal sealed record SearchQuestion(string Query, int Size);

/// <summary>What was found, or why nothing was.</summary>
/// <param name="Message">Of an error: a text, or a list of them.</param>
internal sealed record SearchAnswer(FoundAssets? Assets, JsonElement Message);

/// <summary>The photos that were found.</summary>
internal sealed record FoundAssets(List<JsonElement>? Items);

/// <summary>How Immich's API is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SearchQuestion))]
[JsonSerializable(typeof(SearchAnswer))]
internal sealed partial class ImmichJson : JsonSerializerContext;
