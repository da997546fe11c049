using System.Collections;
using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <summary>What became of a configuration: either options, or all that is wrong with it.</summary>
/// <param name="Name">The file as people named it.</param>
/// <param name="Found">False when there is no file and the defaults are taken.</param>
/// <param name="Options">Null when there are complaints.</param>
/// <param name="Complaints">In the order of the file.</param>
/// <param name="NeedsRestart">Changed keys that keep their running value until the program is started again.</param>
internal sealed record LoadResult(
    string Name, bool Found, BotOptions? Options, IReadOnlyList<Complaint> Complaints, IReadOnlyList<string> NeedsRestart)
{
    /// <summary>All that is wrong, a line for each.</summary>
    public string Problem => string.Join('\n', Complaints);
}

/// <summary>Reads <c>incidentbot.yml</c>, puts the environment over it, and checks the whole at once.</summary>
internal static class SettingsFile
{
    public const string DefaultName = "incidentbot.yml";

    /// <summary>The variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "", StringComparer.Ordinal);

    /// <param name="sections">What the file may hold.</param>
    /// <param name="path">Null for <see cref="DefaultName"/>, which may be absent; a file that is named must exist.</param>
    /// <param name="environment">Variables; those that begin with <c>INCIDENTBOT_</c> override the file.</param>
    /// <param name="running">On a reload: the options that are in force.</param>
    /// <param name="readSecrets">False leaves files of secrets alone.</param>
    /// <param name="part">Cuts what was read to the part that is asked for; null for all of it.</param>
    /// <param name="text">Is read in place of the file; null reads the file.</param>
    public static LoadResult Load(
        IReadOnlyList<SettingsSection> sections, string? path, IReadOnlyDictionary<string, string> environment, BotOptions? running,
            bool readSecrets, Func<YamlNode, YamlNode>? part = null, byte[]? text = null)
    {
        var name = path ?? DefaultName;
        var complaints = new List<Complaint>();
        var bytes = text ?? ReadBytes(name, mustExist: path is not null, complaints);
        var root = bytes is null ? new MapNode(new Origin(name), []) : YamlReader.Read(bytes, name, complaints);
        if (root is null || complaints.Exists(complaint => complaint.Path.Length == 0 && bytes is null))
        {
            return new LoadResult(name, bytes is not null, null, complaints, []);
        }

        IReadOnlyList<SettingKey> keys = [.. sections.Select(section => section.Key)];
        root = new EnvironmentOverrides(keys, complaints).Apply(root, environment);
        root = part is null ? root : part(root);
        var places = new SettingsBinder(new Origin(name), complaints, readSecrets);
        var options = places.Bind(root, keys);
        var requirements = new Requirements(places);
        Check(sections, options, requirements);
        List<string> needsRestart = [];
        if (running is not null && complaints.Count == 0)
        {
            // What stays as it is must still go with what is new.
            needsRestart = [.. sections.SelectMany(section => section.Keep(options, running))];
            Check(sections, options, requirements);
        }

        (options.SecretFiles, options.Text) = (places.SecretFiles, bytes);
        options.NotYetActive = NotYetActive.Among(places.Configured, sections.SelectMany(section => section.NotYetActive(options)));
        if (complaints.Count == 0)
        {
            if (bytes is not null && !places.Configured.Any())
            {
                places.Warn($"{name}: the file holds nothing, so all that follows are defaults; deploy/incidentbot.minimal.yml is one to begin with");
            }

            Warn(sections, options, requirements);
            options.Warnings = places.Warnings;
        }

        var sorted = complaints.OrderBy(complaint => complaint.Origin.Line).ToList();
        return new LoadResult(name, bytes is not null, sorted.Count == 0 ? options : null, sorted, needsRestart);
    }

    private static void Check(IReadOnlyList<SettingsSection> sections, BotOptions options, Requirements requirements)
    {
        foreach (var section in sections)
        {
            section.Check(options, requirements);
        }
    }

    private static void Warn(IReadOnlyList<SettingsSection> sections, BotOptions options, Requirements requirements)
    {
        foreach (var section in sections)
        {
            section.Warn(options, requirements);
        }
    }

    /// <summary>Null when there is no file; then with a complaint if there should be one.</summary>
    private static byte[]? ReadBytes(string name, bool mustExist, List<Complaint> complaints)
    {
        var problem = "";
        try
        {
            if (Directory.Exists(name))
            {
                problem = "this is a folder";
            }
            else
            {
                using var file = File.OpenRead(name);
                var bytes = new byte[YamlReader.LargestFile + 1];
                return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
            }
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = mustExist ? $"there is no such file as {Path.GetFullPath(name)}" : "";
        }
        catch (UnauthorizedAccessException)
        {
            problem = "this user may not read the file";
        }
        catch (Exception broken) when (broken is IOException or ArgumentException or NotSupportedException)
        {
            problem = "the file cannot be read";
        }

        if (problem.Length > 0)
        {
            complaints.Add(new Complaint(new Origin(name), "", problem, "the path of a readable configuration file"));
        }

        return null;
    }
}
