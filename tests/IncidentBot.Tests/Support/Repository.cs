namespace IncidentBot.Support;

/// <summary>The checkout that the tests were built from, found by climbing to the solution.</summary>
internal static class Repository
{
    public static readonly string Root = Climb();

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>Source files below a folder, by their path relative to the root, without what builds leave there.</summary>
    public static IEnumerable<string> Files(string folder, params string[] extensions) =>
        Directory.EnumerateFiles(PathOf(folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => extensions.Contains(Path.GetExtension(path)) && !path.Contains("/bin/") && !path.Contains("/obj/"))
            .Order(StringComparer.Ordinal);

    private static string Climb()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "IncidentBot.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No IncidentBot.sln above {AppContext.BaseDirectory}.");
    }
}
