namespace IncidentBot.Probes;

/// <summary>The kinds of scheduled checks that this program knows, one line each.</summary>
internal static class ProbeCatalog
{
    public static IReadOnlyList<ProbeKind> Kinds { get; } =
    [
        // Whether mail that is sent arrives.
        new("email-roundtrip", typeof(ProbeOptions)),

        // Whether a container registry can serve all that its catalog promises.
        new("registry-integrity", typeof(ProbeOptions)),

        // Whether Immich's search index is in memory and quick.
        new("immich-search", typeof(ProbeOptions)),
    ];
}
