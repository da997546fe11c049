using System.Text.Json.Serialization;

namespace IncidentBot.Runbooks.Lint;

/// <summary>Something that is wrong with the runbooks or the rules that name them.</summary>
/// <param name="Kind">In a few words with hyphens: <c>dead-link</c>.</param>
/// <param name="Line">From 1; 0 when it is about the whole file.</param>
/// <param name="Message">In a sentence.</param>
internal sealed record Finding(string Kind, string File, int Line, string Message);

/// <summary>All that a look at runbooks and rules found.</summary>
/// <param name="Findings">In the order of files and lines.</param>
/// <param name="Elsewhere">Alerts whose runbook is on another site, which is not looked at.</param>
internal sealed record LintReport(int Runbooks, int RuleFiles, int Alerts, IReadOnlyList<Finding> Findings,
    IReadOnlyList<Finding> Elsewhere);

/// <summary>How the report is written for programs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(LintReport))]
internal sealed partial class LintJson : JsonSerializerContext;
