using Xunit;

namespace IncidentBot.Support;

/// <summary>
/// Compares with a file beside the tests. With <c>UPDATE_GOLDEN=1</c> in the environment the file is written
/// instead; without it a file that is absent or different is a failure.
/// </summary>
internal static class Golden
{
    public static void Check(string actual, params ReadOnlySpan<string> path)
    {
        var file = Repository.PathOf(["tests", "IncidentBot.Tests", .. path]);
        actual = actual.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
            return;
        }

        Assert.True(File.Exists(file), $"{file} is absent; UPDATE_GOLDEN=1 writes it");
        Assert.Equal(File.ReadAllText(file), actual);
    }
}
