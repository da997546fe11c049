using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <summary>A relative path that was taken from the folder of the configuration file, and not from the current directory.</summary>
/// <param name="Key">Whose value it is.</param>
/// <param name="Written">As it stands in the file, or the default.</param>
/// <param name="Place">Where it leads.</param>
internal sealed record MovedPath(string Key, string Written, string Place);

/// <summary>
/// Where relative paths begin: in the folder of the configuration file; in the current directory when a variable of the environment says
/// them.
/// </summary>
/// <param name="seesFiles">False when what the paths lead to may be on another machine.</param>
internal sealed class RelativePaths(Origin file, bool seesFiles = true)
{
    private readonly List<MovedPath> _moved = [];

    public bool SeesFiles => seesFiles;

    /// <summary>The relative paths that were taken from the folder of the file.</summary>
    public IReadOnlyList<MovedPath> Moved => _moved;

    /// <summary>Where a path leads. What cannot be one stays as it is, for the rule that refuses it.</summary>
    /// <param name="key">Whose value it is.</param>
    /// <param name="origin">Where it was written.</param>
    public string Place(string key, string written, Origin origin)
    {
        if (written.Length == 0 || written.StartsWith(':') || written.StartsWith("file:", StringComparison.Ordinal)
            || !string.Equals(origin.Name, file.Name, StringComparison.Ordinal))
        {
            return written;
        }

        var place = Path.Combine(Path.GetDirectoryName(file.Name) ?? "", written);
        if (!string.Equals(place, written, StringComparison.Ordinal))
        {
            _moved.Add(new MovedPath(key, written, place));
        }

        return place;
    }

    /// <summary>The same for a value that is a path or a list of paths.</summary>
    public object Place(string key, object value, Origin origin) => value switch
    {
        string written => Place(key, written, origin),
        List<string> all => all.ConvertAll(written => Place(key, written, origin)),
        _ => value,
    };
}
