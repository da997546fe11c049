using System.Collections.Immutable;
using IncidentBot.Alerts;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>How a difference changes an incident, as it is by then.</summary>
public sealed class ReconciliationTests
{
    private static readonly Suppression Silence = new(SuppressionKind.Silenced, "ops", "new disks", At(90));

    [Fact]
    public void What_is_gone_is_resolved_with_the_reason()
    {
        var incident = Told(Group(Firing("plex-0"), Firing("plex-1")));

        var (after, changes) = Reconciliation.Lose(incident, Gone(incident, "plex-0", "plex-1"), At(20));

        Assert.Equal(IncidentStatus.Resolved, after.Status);
        Assert.Equal([ChangeKind.Gone, ChangeKind.Resolved], changes.Select(change => change.Kind));
    }

    [Fact]
    public void What_was_heard_of_since_the_question_is_not_gone()
    {
        var incident = Told(Group(Firing("plex-0")));
        var gone = Gone(incident, "plex-0");
        incident = incident.Apply([Resolved("plex-0", 0, 5)], Group(Resolved("plex-0", 0, 5)), At(6)).Incident;
        incident = incident.Apply([Firing("plex-0", 7)], Group(Firing("plex-0", 7)), At(8)).Incident;

        var (after, changes) = Reconciliation.Lose(incident, gone, At(20));

        Assert.Same(incident, after);
        Assert.Empty(changes);
    }

    [Fact]
    public void A_silence_is_marked_once_and_taken_back_once()
    {
        var incident = Told(Group(Firing("plex-0"), Firing("plex-1")));

        var (quiet, changes) = Reconciliation.Mark(incident, Marks(("plex-0", Silence)), At(20));
        Assert.Equal(ChangeKind.Silenced, Assert.Single(changes).Kind);
        Assert.Equal("by ops: new disks; pod=plex-0", changes[0].Detail);
        Assert.Equal(IncidentStatus.Firing, quiet.Status);
        Assert.Empty(Reconciliation.Mark(quiet, Marks(("plex-0", Silence)), At(21)).Changes);

        var longer = Reconciliation.Mark(quiet, Marks(("plex-0", Silence with { Until = At(200) })), At(22));
        Assert.Equal(ChangeKind.Updated, Assert.Single(longer.Changes).Kind);

        var (loud, back) = Reconciliation.Mark(longer.Incident, Marks(("plex-0", null)), At(23));
        Assert.Equal(ChangeKind.Unsuppressed, Assert.Single(back).Kind);
        Assert.Null(loud.Alerts[Firing("plex-0").Fingerprint].Suppression);
    }

    [Fact]
    public void The_next_episode_is_not_silenced_by_the_mark_of_the_last()
    {
        var (quiet, _) = Reconciliation.Mark(Told(Group(Firing("plex-0"))), Marks(("plex-0", Silence)), At(20));

        var after = quiet.Apply([Firing("plex-0", 30)], Group(Firing("plex-0", 30)), At(30)).Incident;

        Assert.Null(Assert.Single(after.Alerts.Values).Suppression);
    }

    [Fact]
    public void A_list_repeats_an_episode_in_milliseconds_and_nothing_changes()
    {
        var exact = Firing("plex-0") with { StartsAt = At(0).AddMicroseconds(123_456) };
        var incident = Told(Group(exact));

        var news = News(incident, exact with { StartsAt = At(0).AddMilliseconds(123) }, 20, 20);

        Assert.Equal(exact, Assert.Single(news.Alerts));
        Assert.Empty(incident.Apply(news.Alerts, news, At(20)).Changes);
    }

    [Fact]
    public void A_peer_that_lags_behind_does_not_fire_again_what_has_ended()
    {
        var incident = Told(Group(Firing("plex-0"))).Apply([Resolved("plex-0", 0, 5)], Group(Resolved("plex-0", 0, 5)), At(6)).Incident;

        Assert.Empty(News(incident, Firing("plex-0"), updated: 4, now: 20).Alerts);
        Assert.Empty(News(incident, Firing("plex-0"), updated: 7, now: 8).Alerts);
        Assert.Single(News(incident, Firing("plex-0"), updated: 12, now: 12).Alerts);
        Assert.Single(News(incident, Firing("plex-0", 6), updated: 7, now: 8).Alerts);
    }

    [Fact]
    public void Alerts_that_max_alerts_cuts_stay_cut()
    {
        var incident = Told(Group(Firing("plex-0")) with { Truncated = 7 });

        var news = News(incident, Firing("plex-9"), 10, 20);

        Assert.Empty(news.Alerts);
        Assert.Equal(7, news.Truncated);
    }

    private static Notification News(Incident incident, AlertReport listed, double updated, double now)
    {
        var updates = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal) { [listed.Fingerprint] = At(updated) };
        return Reconciliation.News(
            new Finding.Fires(Group(listed) with { ExternalUrl = "" }, updates), incident,
            fingerprint => incident.Alerts.ContainsKey(fingerprint) ? incident : null, IncidentRules.Default, At(now));
    }

    private static Incident Told(Notification notification) =>
        new Incident { Number = 1, Key = IncidentKey.Of(notification) }.Apply(notification.Alerts, notification, At(1)).Incident;

    private static Finding.Gone Gone(Incident incident, params string[] pods) => new(1, [.. pods.Select(pod => incident.Alerts[Firing(pod).Fingerprint])
        .Select(alert => new OpenAlert(1, alert.Fingerprint, alert.StartsAt, alert.HeardAt, null, IncidentStatus.Firing, At(1)))]);

    private static Finding.Marked Marks(params (string Pod, Suppression? Suppression)[] marks) =>
        new(1, marks.ToImmutableDictionary(mark => Firing(mark.Pod).Fingerprint, mark => mark.Suppression));
}
