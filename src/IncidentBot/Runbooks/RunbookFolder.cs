using IncidentBot.Runbooks.Rendering;

namespace IncidentBot.Runbooks;

/// <summary>A file of a root as it lies there now.</summary>
/// <param name="Name">Below the root, with slashes: <c>media/plex.md</c>.</param>
/// <param name="Real">Where it really lies.</param>
/// <param name="Stamp">Differs when the content may differ.</param>
internal readonly record struct RunbookFile(string Root, string Name, string Real, (DateTime Written, long Length) Stamp)
{
    /// <summary>The path of the page or the picture.</summary>
    public string Path => IsPage ? RunbookPath.OfFile(Name[..Name.LastIndexOf('.')]) : Name;

    /// <summary>As people know it.</summary>
    public string Shown => $"{Root.TrimEnd('/')}/{Name}";

    public bool IsPage => Name.EndsWith(".md", StringComparison.OrdinalIgnoreCase) || Name.EndsWith(".markdown", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Lists the pages and pictures of a root, following links that stay in it and nothing that is hidden.</summary>
internal static class RunbookFolder
{
    public const string Services = "services.yml";
    private const int MostFiles = 20_000;
    private const int Deepest = 12;

    private static readonly string[] Endings = [".md", ".markdown", .. RunbookPicture.Types.Keys];

    /// <summary>In the order of their names. A root that is not there has none, and says so.</summary>
    public static List<RunbookFile> List(string root, List<string> complaints)
    {
        var found = new List<RunbookFile>();
        if (RealPath.Of(root) is not { } real || !Directory.Exists(real))
        {
            complaints.Add($"{root}: there is no such folder");
            return found;
        }

        try
        {
            Walk(new Walking(root, real, found), real, "", 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            complaints.Add($"{root}: {failure.Message}");
        }

        if (found.Count >= MostFiles)
        {
            complaints.Add($"{root}: there are more than {MostFiles} files; the rest is left out");
        }

        return found;
    }

    private static void Walk(Walking walking, string folder, string name, int depth)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (entry.Name.StartsWith('.') || walking.Found.Count >= MostFiles)
            {
                continue;
            }

            var inner = name.Length == 0 ? entry.Name : $"{name}/{entry.Name}";
            var real = entry.LinkTarget is null ? entry.FullName : RealPath.Of(entry.FullName);
            if (real is null || !RealPath.IsWithin(real, walking.Real))
            {
                continue;
            }

            if (Directory.Exists(real))
            {
                // A link to a folder above would never end.
                if (depth < Deepest && !RealPath.IsWithin(folder + Path.DirectorySeparatorChar, real))
                {
                    Walk(walking, real, inner, depth + 1);
                }
            }
            else if (IsWanted(inner) && new FileInfo(real) is { Exists: true } file)
            {
                walking.Found.Add(new RunbookFile(walking.Root, inner, real, (file.LastWriteTimeUtc, file.Length)));
            }
        }
    }

    private static bool IsWanted(string name) =>
        Array.Exists(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) || name is Services;

    private sealed record Walking(string Root, string Real, List<RunbookFile> Found);
}
