using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Alerts;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>Two Prometheus of a pair send the same alert, and a route that groups by all labels tells of each copy by itself.</summary>
public sealed class AlertCopiesTests
{
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal) { "prometheus_replica" };

    private readonly IncidentBook _book = new();

    private Alert Only => Assert.Single(Assert.Single(_book.Incidents).Alerts.Values);

    [Fact]
    public void The_end_of_one_copy_does_not_end_what_the_other_still_fires()
    {
        Tell(0, ("a", 0, null));
        Tell(0.3, ("b", 0.25, null));
        Assert.DoesNotContain(Tell(5, ("a", 0, 5)), change => change.Kind != ChangeKind.Updated);
        Assert.Equal((IncidentStatus.Firing, At(0)), (_book[1].Status, _book[1].FiringSince));

        Assert.Equal([ChangeKind.Resolved], Tell(9, ("b", 0.25, 8.5)).Select(change => change.Kind));
        Assert.Equal((At(8.5), 0), (Only.EndsAt, _book[1].Flaps));
    }

    [Fact]
    public void A_copy_that_joins_or_is_repeated_changes_nothing_that_is_shown()
    {
        Tell(0, ("a", 0, null));
        var version = _book[1].Version;
        Assert.Empty(Tell(0.3, ("b", 0.25, null)));
        var incident = _book[1];
        Assert.Empty(Tell(0.6, ("a", 0, null)));
        Assert.Empty(Tell(0.7, ("b", 0.25, null)));

        Assert.Same(incident, _book[1]);
        Assert.Equal((version, 2), (incident.Version, Only.Copies.Count));
    }

    [Fact]
    public void Copies_that_come_in_one_group_and_end_one_after_the_other_are_one_alert()
    {
        Tell(0, ("a", 0, null), ("b", 0.25, null));
        Assert.DoesNotContain(Tell(5, ("a", 0, 5), ("b", 0.25, null)), change => change.Kind != ChangeKind.Updated);
        Assert.Equal([ChangeKind.Resolved], Tell(6, ("b", 0.25, 6)).Select(change => change.Kind));
    }

    [Fact]
    public void A_copy_that_comes_back_with_its_old_start_burns_again()
    {
        Tell(0, ("a", 0, null));
        Tell(0, ("b", 0, null));
        Tell(5, ("a", 0, 5));
        Tell(5, ("b", 0, 5));
        Assert.Equal(IncidentStatus.Resolved, _book[1].Status);

        Assert.Equal([ChangeKind.Reopened], Tell(5.2, ("b", 0, null)).Select(change => change.Kind));
        Assert.Empty(Tell(5.3, ("a", 0, 5)));
        Assert.Equal(IncidentStatus.Firing, _book[1].Status);
    }

    [Fact]
    public void What_is_said_of_the_alert_as_a_whole_ends_all_copies()
    {
        Tell(0, ("a", 0, null));
        Tell(0, ("b", 0, null));
        var whole = new AlertReport(Only.Fingerprint, Only.Labels, Only.Annotations, Only.StartsAt, At(7), "");
        _book.Receive(Group(whole), At(7));

        Assert.Equal((IncidentStatus.Resolved, 0), (_book[1].Status, Only.Copies.Count));
        Assert.NotEmpty(Tell(20, ("b", 19, null)));
        Assert.Equal(IncidentStatus.Firing, _book[1].Status);
    }

    [Fact]
    public void A_hostile_number_of_copies_is_not_remembered()
    {
        Tell(0, [.. Enumerable.Range(0, 500).Select(copy => ($"copy-{copy}", 0.0, (double?)null))]);
        Assert.Equal(AlertCopies.Most, Only.Copies.Count);
    }

    [Fact]
    public void The_alert_fires_for_exactly_as_long_as_any_copy_does()
    {
        var steps = from copy in Gen.Elements("a", "b", "c")
                    from gap in Gen.Elements(0.01, 0.5, 3)
                    select (copy, gap);

        Prop.ForAll(steps.NonEmptyListOf().ToArbitrary(), story =>
        {
            var (book, now, starts) = (new IncidentBook(), 0.0, new Dictionary<string, double?>(StringComparer.Ordinal));
            foreach (var (copy, gap) in story)
            {
                // Each copy comes and goes by itself; its own group tells of it in order.
                now += gap;
                var since = starts.GetValueOrDefault(copy);
                starts[copy] = since is null ? now : null;
                book.Receive(Said((copy, since ?? now, since is null ? null : now)), At(now));
                var fires = starts.Values.Any(start => start is not null);
                if (Assert.Single(book.Incidents).Status != (fires ? IncidentStatus.Firing : IncidentStatus.Resolved))
                {
                    return false;
                }
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(1000).WithEndSize(30));
    }

    private IReadOnlyList<Change> Tell(double now, params (string Replica, double Since, double? End)[] copies) => _book.Receive(Said(copies), At(now));

    /// <summary>As Alertmanager posts it, and read as webhooks are.</summary>
    private static Notification Said(params (string Replica, double Since, double? End)[] copies)
    {
        var alerts = copies.Select(copy => $$"""
            {"status":"{{(copy.End is null ? "firing" : "resolved")}}","labels":{"alertname":"NodeDown","instance":"n1","prometheus_replica":"{{copy.Replica}}"},
             "annotations":{"summary":"{{copy.Replica}}"},"startsAt":"{{At(copy.Since):O}}","endsAt":"{{(copy.End is { } end ? At(end).ToString("O") : "0001-01-01T00:00:00Z")}}",
             "fingerprint":"{{copy.Replica}}"}
            """);
        var body = $$"""{"receiver":"bot","groupLabels":{"alertname":"NodeDown","instance":"n1","prometheus_replica":"{{copies[0].Replica}}"},"alerts":[{{string.Join(',', alerts)}}]}""";
        return NotificationReader.Read(Encoding.UTF8.GetBytes(body), "home", Ignored).Notification! with { Sender = "alertmanager-0" };
    }
}
