using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <summary>A file that a secret was read from.</summary>
/// <param name="Key">The key that names it, such as <c>alertmanagers[0].webhook_token_file</c>.</param>
/// <param name="Written">The path as it stands in the configuration.</param>
/// <param name="Path">The path to read.</param>
/// <param name="Secret">What it held.</param>
internal sealed record SecretSource(string Key, string Written, string Path, Secret Secret);

/// <summary>Reads the secrets of a configuration, and remembers which files they came from.</summary>
/// <param name="readFiles">False leaves files alone: they may be on another machine.</param>
internal sealed class SecretBinder(RelativePaths paths, bool readFiles)
{
    private readonly List<SecretSource> _files = [];

    /// <summary>The files that secrets were read from.</summary>
    public IReadOnlyList<SecretSource> Files => _files;

    /// <summary>The secret, or what is wrong and what is allowed instead.</summary>
    public (Secret? Secret, string? Problem, string Allowed) Read(SettingKey key, ScalarNode scalar, string path)
    {
        if (!key.IsSecretFile)
        {
            var (direct, wrong) = SecretFile.Check(scalar.Value);
            return (direct, wrong is null ? null : $"the secret {wrong}", "a secret on one line");
        }

        if (!readFiles)
        {
            return (Secret.Unread, null, "");
        }

        var place = paths.Place(path, scalar.Value, scalar.Origin);
        var (secret, problem) = SecretFile.Read(scalar.Value, place);
        if (secret is not null)
        {
            _files.Add(new SecretSource(path, scalar.Value, place, secret));
        }

        return (secret, problem, SecretFile.Allowed);
    }
}
