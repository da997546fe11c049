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

    /// <summary>In which it lies, below the root; empty for the root itself.</summary>
    public string Folder => RunbookPath.Folder(Name);

    public bool IsPage => Name.EndsWith(".md", StringComparison.OrdinalIgnoreCase)
        || Name.EndsWith(".markdown", StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Lists the pages and pictures of a root, following links that stay in it and nothing that is hidden. What cannot be read now
/// is taken to be as it was before: a disk that hesitates deletes no runbooks.
/// </summary>
internal sealed class RunbookFolder
{
    public const string Services = "services.yml";
    private const int MostFiles = 20_000;
    private const int MostEntries = 200_000;
    private const int Deepest = 12;

    /// <summary>By how many ways one folder is listed: links between folders would otherwise multiply.</summary>
    private const int MostWays = 3;

    private static readonly string[] Endings = [".md", ".markdown", .. RunbookPicture.Types.Keys];

    private readonly string _root;
    private readonly string _real;
    private readonly IReadOnlyList<RunbookFile> _before;
    private readonly Func<string, IEnumerable<FileSystemInfo>> _read;
    private readonly List<string> _complaints;
    private readonly List<RunbookFile> _found = [];
    private readonly Queue<(string Folder, string Name, int Depth)> _links = new();
    private readonly Dictionary<string, int> _ways = new(StringComparer.Ordinal);
    private int _entries;

    private RunbookFolder(string root, string real, IReadOnlyList<RunbookFile> before, Func<string, IEnumerable<FileSystemInfo>> read,
        List<string> complaints) => (_root, _real, _before, _read, _complaints) = (root, real, before, read, complaints);

    /// <summary>In the order of their names. A root that cannot be read keeps what it had, and says so.</summary>
    /// <param name="before">The files of this root and others when they were last listed.</param>
    /// <param name="read">What a folder holds; the disk's own answer when it is null.</param>
    public static List<RunbookFile> List(
        string root, IReadOnlyList<RunbookFile> before, List<string> complaints, Func<string, IEnumerable<FileSystemInfo>>? read = null)
    {
        string? real;
        try
        {
            real = RealPath.Of(root);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var kept = Of(root, before);
            complaints.Add($"{root}: {failure.Message}{Kept(kept.Count)}");
            return kept;
        }

        if (real is null || !Directory.Exists(real))
        {
            var kept = Of(root, before);
            complaints.Add($"{root}: there is no such folder{Kept(kept.Count)}");
            return kept;
        }

        var folder = new RunbookFolder(root, real, before, read ?? (path => new DirectoryInfo(path).EnumerateFileSystemInfos()),
            complaints);
        folder.Walk(real, "", 0);
        while (folder._links.TryDequeue(out var link))
        {
            folder.Walk(link.Folder, link.Name, link.Depth);
        }

        if (folder._found.Count >= MostFiles || folder._entries >= MostEntries)
        {
            complaints.Add($"{root}: there are more than {MostFiles} runbooks or {MostEntries} files; the rest is left out");
        }

        return [.. folder._found.DistinctBy(file => file.Name, StringComparer.Ordinal).OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    private void Walk(string folder, string name, int depth)
    {
        var ways = _ways.GetValueOrDefault(folder);
        if (ways >= MostWays || depth > Deepest)
        {
            return;
        }

        _ways[folder] = ways + 1;
        try
        {
            foreach (var entry in _read(folder).OrderBy(entry => entry.Name, StringComparer.Ordinal))
            {
                if (_found.Count >= MostFiles || ++_entries >= MostEntries)
                {
                    return;
                }

                Take(entry, folder, name.Length == 0 ? entry.Name : $"{name}/{entry.Name}", depth);
            }
        }
        catch (DirectoryNotFoundException) when (depth > 0)
        {
            // It was deleted since its own folder was listed.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var kept = Of(_root, _before).FindAll(file => name.Length == 0 || file.Name.StartsWith(name + "/", StringComparison.Ordinal));
            _found.AddRange(kept);
            _complaints.Add($"{_root}{(name.Length == 0 ? "" : "/" + name)}: {failure.Message}{Kept(kept.Count)}");
        }
    }

    private void Take(FileSystemInfo entry, string folder, string name, int depth)
    {
        if (entry.Name.StartsWith('.'))
        {
            return;
        }

        if (!entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            // Twice a second each file comes by here: what the listing has said already is not asked again.
            if (entry is DirectoryInfo)
            {
                Walk(entry.FullName, name, depth + 1);
            }
            else if (IsWanted(name) && entry is FileInfo { Exists: true } own)
            {
                _found.Add(new RunbookFile(_root, name, own.FullName, (own.LastWriteTimeUtc, own.Length)));
            }

            return;
        }

        var real = RealPath.Of(entry.FullName);
        if (real is null || !RealPath.IsWithin(real, _real) || IsHidden(real[_real.Length..]))
        {
            return;
        }

        if (!Directory.Exists(real))
        {
            if (IsWanted(name) && new FileInfo(real) is { Exists: true } file)
            {
                _found.Add(new RunbookFile(_root, name, real, (file.LastWriteTimeUtc, file.Length)));
            }
        }
        else if (!RealPath.IsWithin(folder + Path.DirectorySeparatorChar, real))
        {
            // Links come last, so that a folder has its own name first. A link to a folder above would never end.
            _links.Enqueue((real, name, depth + 1));
        }
    }

    /// <summary>
    /// What a name that begins with a dot hides stays hidden behind a link, except where Kubernetes keeps the files of a mounted map.
    /// </summary>
    private static bool IsHidden(string path) => path.Split(Path.DirectorySeparatorChar)
        .Any(part => part.StartsWith('.') && part is not "..data"
            && !(part.StartsWith("..", StringComparison.Ordinal) && part.Length > 6 && part[2..6].All(char.IsAsciiDigit)));

    private static bool IsWanted(string name) =>
        Array.Exists(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) || name is Services;

    private static List<RunbookFile> Of(string root, IEnumerable<RunbookFile> files) =>
        [.. files.Where(file => string.Equals(file.Root, root, StringComparison.Ordinal))];

    private static string Kept(int count) => count == 0 ? "" : FormattableString.Invariant($"; {count} files that were read before stay");
}
