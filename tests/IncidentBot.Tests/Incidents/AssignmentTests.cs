using IncidentBot.Alerts;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>One episode belongs to one incident, however often and under whatever name it arrives.</summary>
public sealed class AssignmentTests
{
    private readonly IncidentBook _book = new();

    [Fact]
    public void The_second_of_a_pair_of_alertmanagers_says_nothing_new()
    {
        _book.Receive(Group(Firing("plex-0"), Firing("plex-1")), At(1));

        Assert.Empty(_book.Receive(Group(Firing("plex-0"), Firing("plex-1")) with { ExternalUrl = "http://alertmanager-1.example:9093" }, At(1.25)));
        Assert.Single(_book.Incidents);
    }

    [Fact]
    public void The_late_beginning_of_an_episode_that_is_over_stays_where_the_episode_was_also_when_nothing_is_taken_up_again()
    {
        var rules = IncidentRules.Default with { ReopenWithin = TimeSpan.Zero };
        var incident = new Incident { Key = IncidentKey.Of(Group()), Number = 1 };
        incident = incident.Apply([Firing("plex-0", since: 1)], Group(Firing("plex-0", since: 1)), At(1)).Incident;
        incident = incident.Apply([Resolved("plex-0", since: 1, at: 2)], Group(Resolved("plex-0", since: 1, at: 2)), At(2)).Incident;
        Assert.False(incident.Takes(rules, At(2.5)));

        foreach (var late in new[] { Firing("plex-0", since: 1), Firing("plex-0", since: 0) })
        {
            var share = Assert.Single(Assignment.Assign(Group(late), incident, _ => incident, rules, At(2.5)));
            Assert.Equal(1, share.Incident?.Number);
        }

        // Under another receiver it is the same episode still; a new one is not.
        var renamed = Group(Firing("plex-0", since: 1)) with { Receiver = "renamed" };
        Assert.Equal(1, Assert.Single(Assignment.Assign(renamed, null, _ => incident, rules, At(2.5))).Incident?.Number);
        Assert.Null(Assert.Single(Assignment.Assign(renamed with { Alerts = [Firing("plex-0", since: 2.4)] }, null, _ => incident, rules, At(2.5))).Incident);
    }

    [Fact]
    public void What_fires_again_at_the_very_end_of_reopen_within_is_taken_up_again_and_a_moment_later_it_is_not()
    {
        var incident = new Incident { Key = IncidentKey.Of(Group()), Number = 1 };
        incident = incident.Apply([Firing("plex-0")], Group(Firing("plex-0")), At(0)).Incident;
        incident = incident.Apply([Resolved("plex-0", at: 1)], Group(Resolved("plex-0", at: 1)), At(1)).Incident;
        var end = At(1) + IncidentRules.Default.ReopenWithin;

        Assert.True(incident.Takes(IncidentRules.Default, end));
        Assert.False(incident.Takes(IncidentRules.Default, end.AddTicks(1)));
    }

    [Fact]
    public void Two_sources_have_an_incident_each()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));
        _book.Receive(Group(Firing("plex-0")) with { Source = "office" }, At(1));

        Assert.Equal(["home", "office"], _book.Incidents.Select(incident => incident.Key.Source));
    }

    [Fact]
    public void A_renamed_receiver_does_not_announce_again_and_its_new_alerts_join()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));

        Assert.Empty(_book.Receive(Group(Firing("plex-0")) with { Receiver = "renamed" }, At(2)));
        var joined = Assert.Single(_book.Receive(Group(Firing("plex-0"), Firing("plex-1")) with { Receiver = "renamed" }, At(3)));

        Assert.Equal(ChangeKind.Joined, joined.Kind);
        Assert.Single(_book.Incidents);
    }

    [Fact]
    public void Other_group_labels_do_not_announce_again()
    {
        _book.Receive(Group(Firing("plex-0"), Firing("plex-1")), At(1));

        Assert.Empty(_book.Receive(Group(Firing("plex-0"), Firing("plex-1")) with { GroupLabels = LabelSet.From(("namespace", "media")) }, At(2)));
        Assert.Single(_book.Incidents);
    }

    [Fact]
    public void A_renamed_group_resolves_the_incident_that_has_its_alerts()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));

        var change = Assert.Single(_book.Receive(Group(Resolved("plex-0")) with { GroupLabels = LabelSet.Empty, Receiver = "renamed" }, At(5)));

        Assert.Equal(ChangeKind.Resolved, change.Kind);
        Assert.Single(_book.Incidents);
    }

    [Fact]
    public void A_renamed_group_that_fires_again_soon_reopens_its_incident()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));
        _book.Receive(Group(Resolved("plex-0")), At(5));

        var change = Assert.Single(_book.Receive(Group(Firing("plex-0", since: 8)) with { Receiver = "renamed" }, At(8)));

        Assert.Equal(ChangeKind.Reopened, change.Kind);
        Assert.Single(_book.Incidents);
    }

    [Fact]
    public void An_alert_that_comes_through_a_second_receiver_stays_where_it_is_and_the_others_open_an_incident()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));
        var second = Group(Firing("plex-0"), Firing("plex-1")) with { Receiver = "second", GroupLabels = LabelSet.From(("severity", "warning")) };

        var opened = Assert.Single(_book.Receive(second, At(2)));

        Assert.Equal((ChangeKind.Opened, 1), (opened.Kind, opened.Count));
        Assert.Equal([1, 1], _book.Incidents.Select(incident => incident.FiringCount));
        Assert.Empty(_book.Receive(second, At(3)));
    }

    [Fact]
    public void A_late_end_finds_the_incident_of_its_episode_although_the_group_has_a_newer_one()
    {
        _book.Receive(Group(Firing("plex-0"), Firing("plex-1")), At(0));
        _book.Receive(Group(Resolved("plex-0", at: 5), Resolved("plex-1", at: 5)), At(5));
        _book.Receive(Group(Firing("plex-1", since: 30)), At(30));

        Assert.Empty(_book.Receive(Group(Resolved("plex-0", at: 5), Firing("plex-1", since: 30)), At(31)));
        Assert.Equal([IncidentStatus.Resolved, IncidentStatus.Firing], _book.Incidents.Select(incident => incident.Status));
        Assert.Single(_book[2].Alerts);
    }

    [Fact]
    public void What_another_receiver_leaves_out_is_not_said_of_this_group()
    {
        _book.Receive(Group(Firing("plex-0")), At(1));
        var other = Group(Firing("plex-0")) with { Receiver = "truncating", GroupLabels = LabelSet.Empty, Truncated = 400 };

        Assert.Empty(_book.Receive(other, At(2)));
        Assert.Equal(0, _book[1].Truncated);
    }

    [Fact]
    public void The_recorded_cases_tell_the_story_that_they_are_named_after()
    {
        foreach (var version in Recorded.Versions)
        {
            var book = new IncidentBook();
            var told = new List<string>();
            foreach (var (name, minute) in Recorded.Cases(version).Select((name, index) => (name, index)))
            {
                var kinds = book.Receive(Recorded.Read(version, name), At(minute)).Select(change => change.Kind);
                told.Add($"{name[..2]} {string.Join(' ', kinds)}");
            }

            Assert.Equal(
                [
                    "01 Opened", "02 Opened", "03 Opened", "04 AlertResolved", "05 Joined SeverityRaised", "06 Resolved",
                    "07 Opened", "08 Joined", "09 Opened", "10 Resolved",
                ], told);
        }
    }
}
