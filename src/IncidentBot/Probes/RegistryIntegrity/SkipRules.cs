using System.IO.Enumeration;

namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>What of a registry is left alone. A pattern with a colon is about tags, one without about repositories.</summary>
internal sealed class SkipRules
{
    private readonly string[] _repositories;
    private readonly (string Repository, string Tag)[] _tags;

    public SkipRules(IReadOnlyCollection<string> patterns)
    {
        _repositories = [.. patterns.Where(pattern => !pattern.Contains(':', StringComparison.Ordinal))];
        _tags =
        [
            .. patterns.Where(pattern => pattern.Contains(':', StringComparison.Ordinal)).Select(pattern => pattern.Split(':', 2))
                .Select(parts => (parts[0].Length == 0 ? "*" : parts[0], parts[1])),
        ];
    }

    public bool Skips(string repository) => Array.Exists(_repositories, pattern => Fits(pattern, repository));

    public bool Skips(string repository, string tag) =>
        Array.Exists(_tags, pattern => Fits(pattern.Repository, repository) && Fits(pattern.Tag, tag));

    private static bool Fits(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
