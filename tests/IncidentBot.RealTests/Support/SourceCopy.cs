namespace IncidentBot.Support;

/// <summary>The repository as a fresh clone has it, as far as building and running the program goes: no output of earlier builds, no data.</summary>
internal sealed class SourceCopy : IDisposable
{
    private static readonly string[] Outputs = ["bin", "obj", "data"];

    private readonly TemporaryFolder _folder = new();

    public SourceCopy()
    {
        foreach (var name in Copied().Append("runbooks").Append("README.md").Distinct(StringComparer.Ordinal))
        {
            Copy(Repository.PathOf(name), System.IO.Path.Combine(_folder.Path, name));
        }
    }

    public string Path => _folder.Path;

    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>Runs a program in it to its end; fails with what it printed when it fails.</summary>
    public async Task<ServerProcess> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var process = ServerProcess.Start(program, arguments, Path);
        return await process.WaitAsync(cancellationToken) == 0
            ? process
            : throw new InvalidOperationException($"{program} ended with code {process.ExitCode}; it printed:\n{process.LogTail}");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>What the image is built from is what building needs.</summary>
    private static IEnumerable<string> Copied() => File.ReadLines(Repository.PathOf("Dockerfile"))
        .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
        .SelectMany(line => line.Split(' ')[1..^1]).Select(name => name.TrimEnd('/'));

    private static void Copy(string from, string to)
    {
        if (File.Exists(from))
        {
            File.Copy(from, to);
            return;
        }

        Directory.CreateDirectory(to);
        foreach (var entry in Directory.EnumerateFileSystemEntries(from).Where(entry => !Outputs.Contains(System.IO.Path.GetFileName(entry))))
        {
            Copy(entry, System.IO.Path.Combine(to, System.IO.Path.GetFileName(entry)));
        }
    }
}
