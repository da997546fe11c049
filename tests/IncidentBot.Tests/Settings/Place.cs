namespace IncidentBot.Settings;

/// <summary>Files of the repository, and a folder for one test that is deleted after it.</summary>
internal sealed class Place : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-settings-");

    public static string Repository { get; } = Climb();

    public static Dictionary<string, string> NoVariables { get; } = [];

    public string Folder => _folder.FullName;

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Loads a text as the configuration file; complaints show its name without the folder.</summary>
    public (LoadResult Result, string[] Complaints) Load(string text, Dictionary<string, string>? environment = null)
    {
        var result = SettingsCatalog.Load(Write("incidentbot.yml", text), environment ?? NoVariables);
        return (result, [.. result.Complaints.Select(complaint => complaint.ToString().Replace(Folder + "/", "", StringComparison.Ordinal))]);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Climb()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "IncidentBot.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("IncidentBot.sln is in no folder above the tests");
        }

        return folder.FullName;
    }
}
