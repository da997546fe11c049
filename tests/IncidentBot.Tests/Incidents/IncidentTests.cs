using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>What one incident makes of what is said about it, and the reason that it gives for each change.</summary>
public sealed class IncidentTests
{
    private readonly IncidentBook _book = new();

    private Incident Only => Assert.Single(_book.Incidents);

    [Fact]
    public void The_first_firing_alert_opens_an_incident()
    {
        Expect(ChangeKind.Opened, 1, _book.Receive(Group(Firing("plex-0")), At(1)));

        Assert.Equal((1L, 1, IncidentStatus.Firing, 1), (Only.Number, Only.Version, Only.Status, Only.FiringCount));
        Assert.Equal((At(1), At(0), 0), (Only.OpenedAt, Only.FiringSince, Only.Flaps));
    }

    [Fact]
    public void The_same_words_again_change_nothing_and_are_the_same_object()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));
        var before = Only;

        Assert.Empty(_book.Receive(Group(Firing("plex-0")), At(1.5)));
        Assert.Same(before, Only);
    }

    [Fact]
    public void A_repetition_much_later_is_remembered_as_heard_and_changes_nothing_else()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));
        var before = Only;

        Assert.Empty(_book.Receive(Group(Firing("plex-0")), At(61)));
        Assert.Equal(before with { HeardAt = At(61) }, Only);
    }

    [Fact]
    public void Another_alert_joins_and_is_named()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));

        var change = Expect(ChangeKind.Joined, 1, _book.Receive(Group(Firing("plex-0"), Firing("plex-1", since: 2)), At(2)));

        Assert.Contains("plex-1", change.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("plex-0", change.Detail, StringComparison.Ordinal);
        Assert.Equal(2, Only.Version);
    }

    [Fact]
    public void An_alert_that_ends_while_others_fire_is_resolved_alone()
    {
        _book.Receive(Group(Firing("plex-0"), Firing("plex-1")), At(1));

        var change = Expect(ChangeKind.AlertResolved, 1, _book.Receive(Group(Resolved("plex-0"), Firing("plex-1")), At(5)));

        Assert.Contains("plex-0", change.Detail, StringComparison.Ordinal);
        Assert.Equal((IncidentStatus.Firing, 1), (Only.Status, Only.FiringCount));
    }

    [Fact]
    public void A_worse_severity_is_said_with_both_words()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));

        var changes = _book.Receive(Group(Firing("plex-0"), Firing("plex-9", since: 2, severity: "critical")), At(2));

        Assert.Equal([ChangeKind.Joined, ChangeKind.SeverityRaised], changes.Select(change => change.Kind));
        Assert.Equal("from warning to critical", changes[1].Detail);
        Assert.Equal("critical", Only.Severity.Word);
    }

    [Fact]
    public void A_severity_that_falls_is_shown_and_not_announced()
    {
        _book.Receive(Group(Firing("plex-0"), Firing("plex-9", severity: "critical")), At(1));

        Expect(ChangeKind.AlertResolved, 1, _book.Receive(Group(Firing("plex-0"), Resolved("plex-9", severity: "critical")), At(5)));

        Assert.Equal("warning", Only.Severity.Word);
    }

    [Fact]
    public void A_resolved_alert_closes_the_incident_once()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));

        Expect(ChangeKind.Resolved, 1, _book.Receive(Group(Resolved("plex-0")), At(5)));
        Assert.Empty(_book.Receive(Group(Resolved("plex-0")), At(6)));

        Assert.Equal((IncidentStatus.Resolved, 0), (Only.Status, Only.FiringCount));
        Assert.Equal(At(5), Only.ResolvedAt);
        Assert.Equal("warning", Only.Severity.Word);
    }

    [Fact]
    public void A_later_end_of_an_ended_alert_is_only_an_update()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));
        _book.Receive(Group(Resolved("plex-0", at: 5)), At(5));

        Expect(ChangeKind.Updated, 0, _book.Receive(Group(Resolved("plex-0", at: 6)), At(6)));
        Assert.Equal(At(5), Only.ResolvedAt);
    }

    [Fact]
    public void Firing_again_soon_reopens_the_incident_and_counts_a_flap()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));
        _book.Receive(Group(Resolved("plex-0", at: 5)), At(5));

        Expect(ChangeKind.Reopened, 1, _book.Receive(Group(Firing("plex-0", since: 10)), At(10)));

        Assert.Equal((1, IncidentStatus.Firing, 1), ((int)Only.Number, Only.Status, Only.Flaps));
        Assert.Null(Only.ResolvedAt);
        Assert.Equal(At(10), Only.FiringSince);
    }

    [Fact]
    public void Firing_again_late_is_another_incident()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));
        _book.Receive(Group(Resolved("plex-0", at: 5)), At(5));

        Expect(ChangeKind.Opened, 1, _book.Receive(Group(Firing("plex-0", since: 21)), At(21)));

        Assert.Equal([IncidentStatus.Resolved, IncidentStatus.Firing], _book.Incidents.Select(incident => incident.Status));
        Assert.Equal(0, _book[2].Flaps);
    }

    [Fact]
    public void An_alert_whose_end_comes_with_its_beginning_behind_it_stays_ended()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));
        _book.Receive(Group(Resolved("plex-0", at: 5)), At(5));

        Assert.Empty(_book.Receive(Group(Firing("plex-0")), At(5.9)));
        Assert.Equal(IncidentStatus.Resolved, Only.Status);
    }

    [Fact]
    public void An_episode_that_comes_back_with_its_old_start_after_a_minute_fires_since_then()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));
        _book.Receive(Group(Resolved("plex-0", at: 5)), At(5));

        Expect(ChangeKind.Reopened, 1, _book.Receive(Group(Firing("plex-0")), At(7)));

        Assert.Equal((At(7), 1), (Only.FiringSince, Only.Flaps));
        Expect(ChangeKind.Resolved, 1, _book.Receive(Group(Resolved("plex-0", at: 9)), At(9)));
        Assert.Equal([new FiringInterval(At(0), At(5)), new FiringInterval(At(7), At(9))], Only.Ended.Ended);
    }

    [Fact]
    public void An_end_without_a_beginning_is_kept_and_not_announced()
    {
        Expect(ChangeKind.ResolvedUnseen, 1, _book.Receive(Group(Resolved("plex-0")), At(5)));

        Assert.Equal(IncidentStatus.Resolved, Only.Status);
    }

    [Fact]
    public void The_late_beginning_of_what_ended_unseen_does_not_open_it()
    {
        _book.Receive(Group(Resolved("plex-0")), At(5));

        Assert.Empty(_book.Receive(Group(Firing("plex-0")), At(5.5)));
        Assert.Equal(IncidentStatus.Resolved, Only.Status);
    }

    [Fact]
    public void An_incident_that_nobody_speaks_of_becomes_stale_once()
    {
        _book.Receive(Group(Firing("plex-0"), Firing("plex-1")), At(0));

        Assert.Empty(_book.Sweep(At((25 * 60) - 1)));
        Expect(ChangeKind.Stale, 2, _book.Sweep(At(25 * 60)));
        Assert.Empty(_book.Sweep(At(26 * 60)));
        Assert.Equal((IncidentStatus.Stale, 2), (Only.Status, Only.FiringCount));
    }

    [Fact]
    public void A_stale_incident_that_is_spoken_of_is_heard_again()
    {
        _book.Receive(Group(Firing("plex-0")), At(0));
        _book.Sweep(At(25 * 60));

        Expect(ChangeKind.HeardAgain, 0, _book.Receive(Group(Firing("plex-0")), At((25 * 60) + 1)));
        Assert.Equal((IncidentStatus.Firing, At((25 * 60) + 1)), (Only.Status, Only.HeardAt));
    }

    [Fact]
    public void A_stale_incident_whose_end_comes_is_resolved()
    {
        _book.Receive(Group(Firing("plex-0")), At(0));
        _book.Sweep(At(25 * 60));

        Expect(ChangeKind.Resolved, 1, _book.Receive(Group(Resolved("plex-0", at: 550)), At(551)));
    }

    [Fact]
    public void A_resolved_incident_never_becomes_stale()
    {
        _book.Receive(Group(Firing("plex-0")), At(0));
        _book.Receive(Group(Resolved("plex-0")), At(5));

        Assert.Empty(_book.Sweep(At(100 * 60)));
    }

    [Fact]
    public void Other_words_in_an_annotation_are_an_update_without_a_line_in_history()
    {
        _book.Receive(Group(Firing("plex-0", summary: "90 % full")), At(1));

        Expect(ChangeKind.Updated, 0, _book.Receive(Group(Firing("plex-0", summary: "91 % full")), At(2)));
        Assert.Equal("91 % full", Only.Alerts.Values.Single().Annotations["summary"]);
    }

    [Fact]
    public void An_alert_that_is_not_mentioned_goes_on_firing()
    {
        _book.Receive(Group(Firing("plex-0"), Firing("plex-1")), At(1));

        Assert.Empty(_book.Receive(Group(Firing("plex-1")), At(2)));
        Assert.Equal(2, Only.FiringCount);
    }

    [Fact]
    public void A_group_that_says_it_is_resolved_ends_only_the_alerts_that_it_lists()
    {
        _book.Receive(Group(Firing("plex-0"), Firing("plex-1")), At(1));

        Expect(ChangeKind.AlertResolved, 1, _book.Receive(Group(Resolved("plex-1")) with { Truncated = 1 }, At(5)));
        Assert.Equal((IncidentStatus.Firing, 1L), (Only.Status, Only.Truncated));
    }

    [Fact]
    public void Resolved_alerts_are_forgotten_oldest_first_and_firing_ones_never()
    {
        const int Many = IncidentRules.ResolvedAlertsKept + 50;
        _book.Receive(Group([Firing("old"), .. Enumerable.Range(0, Many).Select(number => Firing($"pod-{number}", since: number))]), At(0));

        _book.Receive(Group([.. Enumerable.Range(0, Many).Select(number => Resolved($"pod-{number}", since: number, at: number + 1))]), At(5));

        Assert.Equal(IncidentRules.ResolvedAlertsKept + 1, Only.Alerts.Count);
        Assert.Equal(1, Only.FiringCount);
        Assert.DoesNotContain(Only.Alerts.Values, alert => alert.EndsAt < At(51));
    }

    [Fact]
    public void The_common_labels_are_those_of_the_alerts_of_the_latest_stretch()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));
        Assert.Equal("plex-0", Only.CommonLabels["pod"]);

        _book.Receive(Group(Firing("plex-0"), Firing("plex-1")), At(2));
        Assert.Null(Only.CommonLabels["pod"]);
        Assert.Equal("media", Only.CommonLabels["namespace"]);

        _book.Receive(Group(Resolved("plex-0"), Resolved("plex-1")), At(5));
        _book.Receive(Group(Firing("plex-1", since: 9)), At(9));
        Assert.Equal("plex-1", Only.CommonLabels["pod"]);
    }

    private static Change Expect(ChangeKind kind, int count, IReadOnlyList<Change> changes)
    {
        var change = Assert.Single(changes);
        Assert.Equal((kind, count), (change.Kind, change.Count));
        return change;
    }
}
