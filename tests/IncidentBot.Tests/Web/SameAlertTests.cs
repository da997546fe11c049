using System.Text.RegularExpressions;
using IncidentBot.Delivery;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

/// <summary>What a message, the page and the runbook behind its link say is one alert, whichever came first and whatever its name.</summary>
public sealed partial class SameAlertTests : IDisposable
{
    private static readonly DateTimeOffset Now = StoreStub.Start;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-same-alert");

    public SameAlertTests() => File.WriteAllText(Path.Combine(_folder.FullName, "node-down.md"), """
        ---
        title: Node down
        alerts: [NodeDown]
        ---

        `{{ $labels.instance }}` does not answer.
        """);

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("a", "b")]
    [InlineData("b", "a")]
    [InlineData("c", "b", "a")]
    public async Task A_message_its_page_and_its_runbook_name_the_same_alert_first(params string[] nodes)
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now), runbooks: _folder.FullName);
        var incident = new IncidentBuilder(7, Now.AddMinutes(-30)).Fires(default, Labels("gone", "critical")).Fires(TimeSpan.FromMinutes(1), Labels("mild", "warning"));
        for (var i = 0; i < nodes.Length; i++)
        {
            incident.Fires(TimeSpan.FromMinutes(2 + i), Labels(nodes[i], "critical"), Scenes.Labels(("summary", $"{nodes[i]} is down")));
        }

        incident.Ends(TimeSpan.FromMinutes(9), Labels("gone", "critical"));
        host.Put(incident);
        var message = new MessageWriter(new Uri("http://bot.test/"), TimeZoneInfo.Utc).Write(incident.Build().Incident, null, Now);
        var page = await host.GetAsync("/incidents/7");
        var runbook = await host.GetAsync("/runbooks/node-down?incident=7");

        Assert.Contains($"NodeDown: {nodes[0]}, ", message.Summary, StringComparison.Ordinal);
        Assert.Equal($"{nodes[0]} is down", message.Alerts[0].Text);
        Assert.Equal($"instance={nodes[0]}", Assert.Single(message.Alerts[0].Name.Split(' '), word => word.StartsWith("instance", StringComparison.Ordinal)));
        Assert.Contains($"instance</bdi>=<bdi>{nodes[0]}<", page[page.IndexOf("<tbody", StringComparison.Ordinal)..page.IndexOf("</tr>", page.IndexOf("<tbody", StringComparison.Ordinal), StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Equal(nodes[0], Filled().Match(page).Groups["value"].Value);
        Assert.Equal(nodes[0], Filled().Match(runbook).Groups["value"].Value);
    }

    private static Alerts.LabelSet Labels(string node, string severity) => Scenes.Labels(("alertname", "NodeDown"), ("severity", severity), ("instance", node));

    [GeneratedRegex("<code><mark class=\"filled\"[^>]*>(?<value>[^<]*)</mark>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Filled();
}
