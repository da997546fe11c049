using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Readme;

/// <summary>Alertmanager's own tool reads every configuration of Alertmanager that people are shown.</summary>
public sealed class AlertmanagerSampleTests
{
    [Fact]
    public async Task Amtool_accepts_the_samples_of_the_readme_and_of_deploy()
    {
        var whole = await File.ReadAllTextAsync(Repository.PathOf("deploy", "alertmanager", "alertmanager.yml"), TestContext.Current.CancellationToken);
        string[] samples = [.. Fences.Of("README.md", "yaml alertmanager"), whole];
        Assert.True(samples.Length > 1);
        foreach (var sample in samples)
        {
            var (code, printed) = await CheckAsync(sample);
            Assert.True(code == 0, printed);
        }
    }

    [Fact]
    public async Task Amtool_refuses_a_receiver_that_is_not_there() =>
        Assert.NotEqual(0, (await CheckAsync("route: { receiver: nobody }")).Code);

    private static async Task<(int Code, string Printed)> CheckAsync(string sample)
    {
        using var folder = new TemporaryFolder();
        await using var amtool = ServerProcess.Start(Requirements.Amtool, ["check-config", folder.Write("alertmanager.yml", sample)], folder.Path);
        return (await amtool.WaitAsync(TestContext.Current.CancellationToken), amtool.LogTail);
    }
}
