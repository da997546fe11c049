using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Alerts;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>What a difference between the store and Alertmanager's own list means.</summary>
public sealed class ComparisonTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(1000).WithEndSize(30);

    private static readonly IReadOnlySet<string> NoDoubt = new HashSet<string>(StringComparer.Ordinal);

    private static readonly IReadOnlySet<string> Ours = new HashSet<string>(StringComparer.Ordinal) { "bot" };

    private static readonly Suppression Silence = new(SuppressionKind.Silenced, "ops", "new disks", At(90));

    private readonly Comparison _comparison = new(ReconcileRules.Default);

    [Fact]
    public void What_fired_while_nobody_listened_is_opened_under_the_key_that_its_webhook_would_have()
    {
        var fires = Assert.IsType<Finding.Fires>(Assert.Single(Compare([], List(10, Firing("plex-0", 0)))));

        Assert.Equal(IncidentKey.Of(Group()), IncidentKey.Of(fires.Notification));
        Assert.Equal(Firing("plex-0", 0), Assert.Single(fires.Notification.Alerts));
    }

    [Fact]
    public void What_began_just_now_is_left_to_its_webhook() =>
        Assert.Empty(Compare([], List(10, Firing("plex-0", 8.5))));

    [Fact]
    public void What_is_silenced_inhibited_muted_or_of_another_receiver_is_not_opened()
    {
        Assert.Empty(Compare([], List(10, Listed(Firing("plex-0", 0), Silence))));
        Assert.Empty(Compare([], List(10, Listed(Firing("plex-0", 0)) with { Receiver = "other" })));
        Assert.Empty(Compare([], List(10, Firing("plex-0", 0)) with { TellsMuted = false }));
    }

    [Fact]
    public void What_is_gone_is_believed_when_lists_lack_it_for_two_minutes()
    {
        var open = Open("plex-0", 0);
        Assert.Empty(Compare([open], List(10)));
        Assert.Empty(Compare([open], List(11)));

        var gone = Assert.IsType<Finding.Gone>(Assert.Single(Compare([open], List(12))));

        Assert.Equal([open], gone.Alerts);
    }

    [Fact]
    public void An_alertmanager_that_was_started_just_now_cannot_tell_what_is_gone()
    {
        var open = Open("plex-0", 0);
        for (var minute = 10; minute < 20; minute++)
        {
            Assert.Empty(Compare([open], List(minute) with { TellsAbsence = false }));
        }

        Assert.Empty(Compare([open], List(20)));
        Assert.Empty(Compare([open], List(21)));
        Assert.Single(Compare([open], List(22)));
    }

    [Fact]
    public void A_list_that_has_it_again_or_a_webhook_that_speaks_of_it_begins_the_count_anew()
    {
        var open = Open("plex-0", 0);
        Compare([open], List(10));
        Compare([open], List(11, Firing("plex-0", 0)));
        Assert.Empty(Compare([open], List(12)));
        _comparison.Heard([Firing("plex-0", 0)]);
        Assert.Empty(Compare([open], List(14)));
        Assert.Empty(Compare([open], List(15)));
        Assert.Single(Compare([open], List(16)));
    }

    [Fact]
    public void A_webhook_that_came_after_the_question_is_no_absence()
    {
        var late = Open("plex-0", 0) with { HeardAt = At(10.1) };
        Assert.Empty(Compare([late], List(10)));
        Assert.Empty(Compare([late], List(12)));
        Assert.Single(Compare([late], List(14)));
    }

    [Fact]
    public void After_hours_without_a_list_absence_counts_from_the_beginning()
    {
        var open = Open("plex-0", 0);
        Compare([open], List(10));
        Assert.Empty(Compare([open], List(190)));
        Assert.Empty(Compare([open], List(191)));
        Assert.Single(Compare([open], List(192)));
    }

    [Fact]
    public void An_alert_is_quiet_only_when_no_group_speaks_of_it()
    {
        var open = Open("plex-0", 0);
        var quiet = Listed(Firing("plex-0", 0), Silence);

        var marked = Assert.IsType<Finding.Marked>(Assert.Single(Compare([open], List(10, quiet))));
        Assert.Equal(Silence, Assert.Single(marked.Marks).Value);
        Assert.Empty(Compare([open], List(11, quiet, Listed(Firing("plex-0", 0)) with { Receiver = "other" })));
        Assert.Empty(Compare([open with { Suppression = Silence }], List(12, quiet)));
        marked = Assert.IsType<Finding.Marked>(Assert.Single(Compare([open with { Suppression = Silence }], List(13, Firing("plex-0", 0)))));
        Assert.Null(Assert.Single(marked.Marks).Value);
    }

    [Fact]
    public void A_stale_incident_whose_alerts_are_listed_is_heard_of_again() =>
        Assert.IsType<Finding.Fires>(Assert.Single(Compare([Open("plex-0", 0) with { Status = IncidentStatus.Stale }], List(10, Firing("plex-0", 0)))));

    [Fact]
    public void Whatever_the_lists_are_a_listed_alert_is_never_gone_and_a_foreign_or_quiet_one_never_opened()
    {
        var pods = Gen.Choose(0, 5).Select(number => $"plex-{number}");
        var listed = from pod in pods
                     from since in Gen.Choose(-10, 30)
                     from receiver in Gen.Elements("bot", "bot", "other")
                     from quiet in Gen.Elements(null, null, Silence)
                     select Listed(Firing(pod, since), quiet) with { Receiver = receiver };
        var listings = from alerts in listed.ListOf()
                       from trusted in Gen.Elements(true, true, false)
                       from step in Gen.Choose(1, 4)
                       select (Alerts: alerts.ToArray(), Trusted: trusted, Step: step);
        var stories = from open in pods.ListOf()
                      from lists in listings.NonEmptyListOf()
                      select (Open: open.Distinct(StringComparer.Ordinal).Select(pod => Open(pod, 0)).ToList(), Lists: lists);

        Prop.ForAll(stories.ToArbitrary(), story =>
        {
            var comparison = new Comparison(ReconcileRules.Default);
            var minute = 10;
            foreach (var (alerts, trusted, step) in story.Lists)
            {
                minute += step;
                var listing = List(minute, alerts) with { TellsAbsence = trusted };
                var present = alerts.Select(alert => alert.Report.Fingerprint).ToHashSet(StringComparer.Ordinal);
                foreach (var finding in comparison.Compare(story.Open, listing, "home", Ours, NoDoubt, At(minute)))
                {
                    var right = finding switch
                    {
                        Finding.Gone gone => trusted && gone.Alerts.All(alert => !present.Contains(alert.Fingerprint)),
                        Finding.Fires fires => fires.Notification.Alerts.All(report => story.Open.Exists(open => open.Fingerprint == report.Fingerprint)
                            || alerts.Any(alert => alert.Report == report && alert.Receiver is "bot" && alert.Suppression is null)),
                        Finding.Marked marked => marked.Marks.Keys.All(present.Contains),
                        _ => false,
                    };
                    if (!right)
                    {
                        return false;
                    }
                }
            }

            return true;
        }).Check(Often);
    }

    private static OpenAlert Open(string pod, double since) =>
        new(1, Firing(pod, since).Fingerprint, At(since), At(since), null, IncidentStatus.Firing, At(since));

    private static ListedAlert Listed(AlertReport report, Suppression? suppression = null) =>
        new("bot", Group().GroupLabels, report, report.StartsAt, suppression);

    private static Listing List(double minute) => List(minute, Array.Empty<ListedAlert>());

    private static Listing List(double minute, params AlertReport[] reports) => List(minute, [.. reports.Select(report => Listed(report))]);

    private static Listing List(double minute, params ListedAlert[] alerts) => new(At(minute), true, true, "http://alertmanager.example:9093/", alerts);

    private IReadOnlyList<Finding> Compare(IReadOnlyList<OpenAlert> open, Listing listing) =>
        _comparison.Compare(open, listing, "home", Ours, NoDoubt, listing.BeganAt);
}
