using Xunit;

namespace IncidentBot.Settings;

/// <summary>
/// One bad configuration for each rule under <c>bad/</c>, with the exact complaints beside it. Variables of the environment stand
/// in its first lines as <c># env: NAME=value</c>. UPDATE_GOLDEN=1 writes the complaints anew.
/// </summary>
public sealed class BadConfigurationTests : IDisposable
{
    private static readonly string Folder = Path.Combine(Place.Repository, "tests", "IncidentBot.Tests", "Settings", "bad");

    private readonly Place _place = new();

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder, "*.yml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_bad_configuration_is_refused_with_these_words(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder, name + ".yml"));
        var environment = text.Split('\n').Where(line => line.StartsWith("# env: ", StringComparison.Ordinal))
            .Select(line => line["# env: ".Length..].Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

        var (result, complaints) = _place.Load(text, environment);

        var actual = string.Concat(complaints.Select(complaint => complaint + "\n"));
        var golden = Path.Combine(Folder, name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(golden, actual);
        }

        Assert.Null(result.Options);
        Assert.NotEmpty(complaints);
        Assert.Equal(File.ReadAllText(golden), actual);
        Assert.DoesNotContain("hidden", actual, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_file_of_expected_words_has_its_configuration() =>
        Assert.Equal(Files.Select(row => (string)row.Data), Directory.GetFiles(Folder, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));

    public void Dispose() => _place.Dispose();
}
