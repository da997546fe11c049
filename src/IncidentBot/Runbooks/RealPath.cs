namespace IncidentBot.Runbooks;

/// <summary>
/// Follows every symbolic link of a path. A checkout is often one that is exchanged as a whole, and a link within it must not
/// lead out of it.
/// </summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>Null when it does not exist, or its links run in a circle.</summary>
    public static string? Of(string path)
    {
        var rest = new Stack<string>(Path.GetFullPath(path).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
            .Reverse());
        var real = Path.GetPathRoot(Path.GetFullPath(path))!;
        for (var links = 0; rest.TryPop(out var part);)
        {
            if (part is ".")
            {
                continue;
            }

            var next = part is ".." ? Path.GetDirectoryName(real) ?? real : Path.Combine(real, part);
            var target = new FileInfo(next).LinkTarget;
            if (target is null)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                return null;
            }

            real = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : real;
            foreach (var piece in target.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                rest.Push(piece);
            }
        }

        return File.Exists(real) || Directory.Exists(real) ? real : null;
    }

    /// <summary>
    /// Opens a file by its real path, and makes sure that this still is what was opened: links may have been exchanged since.
    /// </summary>
    /// <exception cref="IOException">It is not there, or lies elsewhere now.</exception>
    public static FileStream Open(string real)
    {
        var stream = new FileStream(real, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            var opened = $"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}";
            var lies = File.Exists(opened) ? new FileInfo(opened).LinkTarget : Of(real);
            return string.Equals(lies, real, StringComparison.Ordinal) ? stream : throw new IOException("the file lies elsewhere now");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether a real path lies in a real folder.</summary>
    public static bool IsWithin(string path, string folder) =>
        path.StartsWith(folder.EndsWith(Path.DirectorySeparatorChar) ? folder
            : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
