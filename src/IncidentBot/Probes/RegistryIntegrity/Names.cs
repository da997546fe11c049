using System.Text.RegularExpressions;

namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>
/// The names that may be asked for, and stand in a command that people copy. What a registry lists beside them is not believed.
/// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
/// </summary>
internal static partial class Names
{
    public static bool IsRepository(string name) => name.Length <= 255 && Repository().IsMatch(name);

    public static bool IsTag(string name) => Tag().IsMatch(name);

    [GeneratedRegex("^[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Repository();

    [GeneratedRegex("^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Tag();
}
