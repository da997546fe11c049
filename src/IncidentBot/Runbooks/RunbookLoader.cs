using System.Collections.Frozen;

namespace IncidentBot.Runbooks;

/// <summary>Reads all roots into a set, and again only what changed since. A page that cannot be read becomes a page that says why.</summary>
internal sealed class RunbookLoader
{
    private Dictionary<string, (RunbookFile File, Runbook Page)> _known = new(StringComparer.Ordinal);
    private List<RunbookFile> _files = [];
    private List<string> _problems = [];
    private RunbookSet _set = RunbookSet.Empty;

    /// <summary>The same object as before when nothing changed. Not to be called by two at once.</summary>
    public RunbookSet Load(IEnumerable<string> roots)
    {
        var problems = new List<string>();
        var files = roots.SelectMany(root => RunbookFolder.List(root, problems)).ToList();
        if (files.SequenceEqual(_files) && problems.SequenceEqual(_problems, StringComparer.Ordinal))
        {
            return _set;
        }

        var pages = Pages(files.Where(file => file.IsPage).ToList());
        var known = new Dictionary<string, (RunbookFile, Runbook)>(StringComparer.Ordinal);
        foreach (var (file, page) in pages)
        {
            known[file.Shown] = (file, page);
        }

        var complaints = new List<string>(problems);
        var tiers = Tiers(files.Where(file => file.Name is RunbookFolder.Services), complaints);
        var paths = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var kept = pages.Where(pair => paths.Add(pair.Page.Path)).Select(pair => pair.Page).ToList();
        complaints.AddRange(pages.Where(pair => !kept.Contains(pair.Page)).Select(pair => $"{pair.File.Shown}: another page has the path {pair.Page.Path}"));
        _set = new RunbookSet(kept, Pictures(files), tiers, complaints);
        (_files, _problems, _known) = (files, problems, known);
        return _set;
    }

    private List<(RunbookFile File, Runbook Page)> Pages(List<RunbookFile> files) => files.Count < 50
        ? [.. files.Select(file => (file, Page(file)))]
        : [.. files.AsParallel().AsOrdered().Select(file => (file, Page(file)))];

    private Runbook Page(RunbookFile file)
    {
        if (_known.TryGetValue(file.Shown, out var before) && before.File == file)
        {
            return before.Page;
        }

        return file.Stamp.Length > RunbookReader.LargestFile
            ? RunbookReader.Broken("", file.Path, file.Shown, "the file is larger than 1 MiB")
            : Read(file.Real) is { } bytes ? RunbookReader.Read(bytes, file.Path, file.Shown)
            : RunbookReader.Broken("", file.Path, file.Shown, "the file cannot be opened: does this program have the right to read it?");
    }

    private static ServiceTiers Tiers(IEnumerable<RunbookFile> files, List<string> complaints)
    {
        var services = new Dictionary<string, ServiceEntry>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in files)
        {
            foreach (var service in Read(file.Real) is { } bytes ? ServiceTiers.Read(bytes, file.Shown, complaints) : [])
            {
                services.TryAdd(service.Name, service);
            }
        }

        return new ServiceTiers(services);
    }

    private static FrozenDictionary<string, RunbookPicture> Pictures(List<RunbookFile> files) => files
        .Where(file => RunbookPicture.Types.ContainsKey(Path.GetExtension(file.Name)))
        .DistinctBy(file => file.Name, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(file => file.Name, file => new RunbookPicture(file.Real, RunbookPicture.Types[Path.GetExtension(file.Name)]), StringComparer.OrdinalIgnoreCase);

    private static byte[]? Read(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // One byte more than it should have shows whether it is still growing.
            var bytes = new byte[Math.Min(stream.Length, RunbookReader.LargestFile) + 1];
            return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
