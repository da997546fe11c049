using System.Text.Json;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Alerts;

/// <summary>What three versions of Alertmanager really posted, read.</summary>
public sealed class RecordedPayloadTests
{
    public static TheoryData<string, string> All => Recorded.All();

    public static TheoryData<string> Versions => [.. Recorded.Versions];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Every_version_was_recorded_with_the_same_cases(string version)
    {
        Assert.Equal(10, Recorded.Cases(version).Count);
        Assert.Equal(Recorded.Cases("0.25"), Recorded.Cases(version));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_recorded_body_reads_into_what_it_says(string version, string name)
    {
        var read = Recorded.Read(version, name, ignoring: false);
        using var body = JsonDocument.Parse(Recorded.Body(version, name));
        var said = body.RootElement;

        Assert.Equal("home", read.Source);
        Assert.Equal(said.GetProperty("receiver").GetString()!.Replace("\\.", ".", StringComparison.Ordinal), read.Receiver);
        Assert.Equal(said.GetProperty("externalURL").GetString(), read.ExternalUrl);
        Assert.Equal(said.GetProperty("truncatedAlerts").GetInt64(), read.Truncated);
        Assert.Equal(Labels(said.GetProperty("groupLabels")), read.GroupLabels);
        Assert.Equal(said.GetProperty("alerts").GetArrayLength(), read.Alerts.Count);
        foreach (var (alert, report) in said.GetProperty("alerts").EnumerateArray().Zip(read.Alerts))
        {
            Assert.Equal(alert.GetProperty("fingerprint").GetString(), report.Fingerprint);
            Assert.Equal(alert.GetProperty("status").GetString(), report.Firing ? "firing" : "resolved");
            Assert.Equal(Labels(alert.GetProperty("labels")), report.Labels);
            Assert.Equal(Labels(alert.GetProperty("annotations")), report.Annotations);
            Assert.Equal(alert.GetProperty("startsAt").GetDateTimeOffset(), report.StartsAt);
            Assert.Equal(report.Firing ? null : alert.GetProperty("endsAt").GetDateTimeOffset(), report.EndsAt);
            Assert.Equal(alert.GetProperty("generatorURL").GetString(), report.GeneratorUrl);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_fingerprint_of_every_recorded_alert_is_the_one_that_is_computed_here(string version, string name)
    {
        foreach (var report in Recorded.Read(version, name, ignoring: false).Alerts)
        {
            Assert.Equal(report.Fingerprint, Fingerprint.Of(report.Labels));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void The_receivers_name_is_as_its_configuration_spells_it(string version)
    {
        Assert.Equal("incidentbot.home", Recorded.Read(version, "02-node-down-first").Receiver);
        Assert.Equal("watchdog", Recorded.Read(version, "01-watchdog").Receiver);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_truncated_group_says_how_many_alerts_were_left_out_and_lists_others_the_next_time(string version)
    {
        var first = Recorded.Read(version, "07-disk-truncated");
        var second = Recorded.Read(version, "08-disk-truncated-again");

        Assert.Equal((5, 5), (first.Alerts.Count, second.Alerts.Count));
        Assert.InRange(first.Truncated, 1, second.Truncated - 1);
        Assert.NotEqual(first.Alerts.Select(alert => alert.Fingerprint), second.Alerts.Select(alert => alert.Fingerprint));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void An_ignored_label_is_gone_and_the_fingerprint_is_that_of_the_other_labels(string version)
    {
        var whole = Assert.Single(Recorded.Read(version, "09-hostile-text", ignoring: false).Alerts);
        var without = Assert.Single(Recorded.Read(version, "09-hostile-text").Alerts);

        Assert.Equal("prometheus-k8s-0", whole.Labels["prometheus_replica"]);
        Assert.Equal(whole.Labels.Without(Recorded.Ignored), without.Labels);
        Assert.Equal(Fingerprint.Of(without.Labels), without.Fingerprint);
        Assert.NotEqual(whole.Fingerprint, without.Fingerprint);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Hostile_text_arrives_unchanged(string version)
    {
        var alert = Assert.Single(Recorded.Read(version, "09-hostile-text").Alerts);

        Assert.Equal(
            "MCP server <b>http://10.20.0.40:31084/health</b> is *down* & _out_ [x](y) `z` \\ — 🔥", alert.Annotations["summary"]);
        Assert.StartsWith(
            "First line.\nSecond line with \"quotes\" and <script>alert(1)</script>.", alert.Annotations["description"], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_resolved_alert_that_is_sent_again_ends_later_than_the_first_time(string version)
    {
        var first = Recorded.Read(version, "04-pods-one-resolved").Alerts.Single(alert => !alert.Firing);
        var again = Recorded.Read(version, "06-pods-all-resolved").Alerts.Single(alert => alert.Fingerprint == first.Fingerprint);

        Assert.Equal(first.StartsAt, again.StartsAt);
        Assert.True(again.EndsAt > first.EndsAt);
    }

    private static LabelSet Labels(JsonElement labels) =>
        LabelSet.From([.. labels.EnumerateObject().Select(label => new Label(label.Name, label.Value.GetString()!))]);
}
