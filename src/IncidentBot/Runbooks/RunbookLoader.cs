using System.Collections.Frozen;
using IncidentBot.Graph;
using IncidentBot.Yaml;

namespace IncidentBot.Runbooks;

/// <summary>
/// Reads all roots into a set, and again only what changed since. A page that cannot be read becomes a page that says why; one
/// that could be read before stays as it was.
/// </summary>
/// <param name="folder">What a folder holds; the disk's own answer when it is null.</param>
internal sealed class RunbookLoader(Func<string, IEnumerable<FileSystemInfo>>? folder = null)
{
    private const string CannotBeOpened = "the file cannot be opened now: does this program have the right to read it?";

    private Dictionary<string, (RunbookFile File, Runbook Page)> _known = new(StringComparer.Ordinal);
    private List<RunbookFile> _files = [];
    private List<string> _problems = [];
    private RunbookSet _set = RunbookSet.Empty;
    private volatile bool _unread;

    /// <summary>The same object as before when nothing changed. Not to be called by two at once.</summary>
    public RunbookSet Load(IEnumerable<string> roots)
    {
        var problems = new List<string>();
        var files = roots.SelectMany(root => RunbookFolder.List(root, _files, problems, folder)).ToList();
        var isSame = files.SequenceEqual(_files) && problems.SequenceEqual(_problems, StringComparer.Ordinal);
        if (isSame && !_unread)
        {
            return _set;
        }

        _unread = false;
        var pages = Pages(files.Where(file => file.IsPage).ToList());
        if (isSame && pages.TrueForAll(pair => ReferenceEquals(pair.Page, _known[pair.File.Shown].Page)))
        {
            return _set;
        }

        var known = new Dictionary<string, (RunbookFile, Runbook)>(StringComparer.Ordinal);
        foreach (var (file, page) in pages)
        {
            known[file.Shown] = (file, page);
        }

        var complaints = new List<string>(problems);
        var services = Services(files.Where(file => file.Name is RunbookFolder.Services), complaints);
        var paths = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var kept = pages.Where(pair => paths.Add(pair.Page.Path)).Select(pair => pair.Page).ToList();
        complaints.AddRange(pages.Where(pair => !kept.Contains(pair.Page))
            .Select(pair => $"{pair.File.Shown}: another page has the path {pair.Page.Path}"));
        _set = new RunbookSet(kept, Pictures(files), complaints, services);
        (_files, _problems, _known) = (files, problems, known);
        return _set;
    }

    private List<(RunbookFile File, Runbook Page)> Pages(List<RunbookFile> files)
    {
        var pages = new Runbook[files.Count];
        Parallel.For(0, files.Count, index => pages[index] = Page(files[index]));
        return [.. files.Zip(pages)];
    }

    private Runbook Page(RunbookFile file)
    {
        var known = _known.TryGetValue(file.Shown, out var before);
        if (known && before.File == file && !string.Equals(before.Page.Problem, CannotBeOpened, StringComparison.Ordinal))
        {
            return before.Page;
        }

        if (file.Stamp.Length > RunbookReader.LargestFile)
        {
            return RunbookReader.Broken("", file.Path, file.Shown, "the file is larger than 1 MiB", file.Folder);
        }

        if (Read(file.Real) is { } bytes)
        {
            return RunbookReader.Read(bytes, file.Path, file.Shown, file.Folder);
        }

        // It is tried again by the next look.
        _unread = true;
        return !known ? RunbookReader.Broken("", file.Path, file.Shown, CannotBeOpened, file.Folder)
            : string.Equals(before.Page.Problem, CannotBeOpened, StringComparison.Ordinal) ? before.Page
            : before.Page with { Problem = CannotBeOpened };
    }

    private ServiceList Services(IEnumerable<RunbookFile> files, List<string> complaints)
    {
        var (services, watches) = (new Dictionary<string, Service>(StringComparer.OrdinalIgnoreCase), new List<Watches>());
        foreach (var file in files)
        {
            var problems = new List<Complaint>();
            if (Read(file.Real, ServicesFile.Largest) is not { } bytes)
            {
                complaints.Add($"{file.Shown}: {CannotBeOpened}");
                _unread = true;
                continue;
            }

            var list = ServicesFile.Read(bytes, file.Shown, problems);
            complaints.AddRange(problems.Select(problem => problem.ToString()));
            foreach (var service in list.Services)
            {
                if (services.TryAdd(service.Name, service))
                {
                    watches.AddRange(list.Watches.Where(watch => string.Equals(watch.Service, service.Name, StringComparison.Ordinal)));
                }
                else
                {
                    complaints.Add($"{file.Shown}: another list has the service {service.Name}");
                }
            }
        }

        return new ServiceList([.. services.Values], watches);
    }

    private static FrozenDictionary<string, RunbookPicture> Pictures(List<RunbookFile> files) => files
        .Where(file => RunbookPicture.Types.ContainsKey(Path.GetExtension(file.Name)))
        .DistinctBy(file => file.Name, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(file => file.Name, file => new RunbookPicture(file.Real, RunbookPicture.Types[Path.GetExtension(file.Name)]),
            StringComparer.OrdinalIgnoreCase);

    private static byte[]? Read(string file, int largest = RunbookReader.LargestFile)
    {
        try
        {
            using var stream = RealPath.Open(file);
            // One byte more than it should have shows whether it is still growing.
            var bytes = new byte[Math.Min(stream.Length, largest) + 1];
            return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
