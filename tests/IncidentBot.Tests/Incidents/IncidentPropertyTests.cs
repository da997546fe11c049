using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Alerts;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>
/// The rules of identity over generated stories: a few alerts of a group, each with a few episodes, of which notifications tell
/// any part in any order.
/// </summary>
public sealed class IncidentPropertyTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(2000).WithEndSize(40);

    private static readonly string[] Pods = ["plex-0", "plex-1", "plex-2", "plex-9"];

    private static readonly string[] Severities = ["warning", "info", "warning", "critical"];

    /// <summary>One report: the pod, the number of its episode, and its end as it is known then; null while it fires.</summary>
    private static readonly Gen<AlertReport> Reports =
        from pod in Gen.Choose(0, Pods.Length - 1)
        from episode in Gen.Choose(0, 3)
        from end in Gen.Elements<double?>(null, null, 2, 3, 7)
        let since = (episode * 5) + pod
        select end is { } length
            ? Resolved(Pods[pod], since, since + length, Severities[pod])
            : Firing(Pods[pod], since, Severities[pod]);

    private static readonly Gen<Notification> Notifications =
        from reports in Reports.NonEmptyListOf()
        from truncated in Gen.Choose(0, 3)
        select Group([.. reports.Take(4).DistinctBy(report => report.Fingerprint)]) with { Truncated = truncated };

    private static readonly Gen<List<Notification>> Stories = Notifications.NonEmptyListOf().Select(story => story.ToList());

    [Fact]
    public void Any_order_and_any_repetition_of_the_same_notifications_gives_the_same_incident()
    {
        var told = from story in Stories
                   from again in Gen.SubListOf(story.AsEnumerable())
                   from shuffled in Gen.Shuffle(story.Concat(again))
                   select (story, shuffled: shuffled.ToList());

        Prop.ForAll(told.ToArbitrary(), pair => Same(Tell(pair.story), Tell(pair.shuffled))).Check(Often);
    }

    [Fact]
    public void Applying_twice_is_applying_once()
    {
        Prop.ForAll(Stories.ToArbitrary(), story =>
        {
            var book = new IncidentBook();
            foreach (var (notification, moment) in Moments(story))
            {
                book.Receive(notification, moment);
                var before = book.Incidents;
                if (book.Receive(notification, moment).Count > 0 || !book.Incidents.SequenceEqual(before, ReferenceEqualityComparer.Instance))
                {
                    return false;
                }
            }

            return true;
        }).Check(Often);
    }

    [Fact]
    public void Two_alertmanagers_of_one_source_tell_one_incident_with_one_history()
    {
        Prop.ForAll(Stories.ToArbitrary(), story =>
        {
            var pair = story.SelectMany(said => new[] { said, said with { ExternalUrl = "http://alertmanager-1.example:9093" } }).ToList();
            var (one, both) = (Tell(story), Tell(pair));
            return Same(one, both) && one.History.Select(line => line.Change.Kind).SequenceEqual(both.History.Select(line => line.Change.Kind));
        }).Check(Often);
    }

    [Fact]
    public void Under_other_names_nothing_is_announced_again()
    {
        var renamed = Gen.Elements<Func<Notification, Notification>>(
            said => said with { Receiver = "renamed" },
            said => said with { GroupLabels = LabelSet.From(("namespace", "media")) },
            said => said with { Receiver = "renamed", GroupLabels = LabelSet.Empty });

        Prop.ForAll(Stories.ToArbitrary(), renamed.ToArbitrary(), (story, rename) =>
        {
            var book = Tell(story);
            return story.All(said => book.Receive(rename(said), At(31)).Count == 0) && book.Incidents.Count == 1;
        }).Check(Often);
    }

    [Fact]
    public void What_is_not_mentioned_stays_as_it_is()
    {
        Prop.ForAll(Stories.ToArbitrary(), Notifications.ToArbitrary(), (story, last) =>
        {
            var book = Tell(story);
            var before = Assert.Single(book.Incidents).Alerts;
            book.Receive(last, At(31));
            var after = Assert.Single(book.Incidents).Alerts;
            var mentioned = last.Alerts.Select(alert => alert.Fingerprint).ToHashSet(StringComparer.Ordinal);
            return before.Where(alert => !mentioned.Contains(alert.Key)).All(alert => ReferenceEquals(alert.Value, after[alert.Key]));
        }).Check(Often);
    }

    [Fact]
    public void Only_a_resolved_report_ends_an_incident()
    {
        Prop.ForAll(Stories.ToArbitrary(), story =>
        {
            var book = new IncidentBook();
            return Moments(story).All(said =>
            {
                var ended = book.Receive(said.Notification, said.Moment).Any(change => change.Kind is ChangeKind.Resolved or ChangeKind.AlertResolved);
                return !ended || said.Notification.Alerts.Any(alert => !alert.Firing);
            });
        }).Check(Often);
    }

    [Fact]
    public void One_episode_belongs_to_one_incident_through_any_receivers()
    {
        Prop.ForAll(Anywhere(0.1, 0.3).Where(story => story.Count < 20).ToArbitrary(), story =>
        {
            var seen = new HashSet<(string, DateTimeOffset)>();
            return TellApart(story).Incidents.SelectMany(incident => incident.Alerts.Values).All(alert => seen.Add((alert.Fingerprint, alert.StartsAt)));
        }).Check(Often);
    }

    [Fact]
    public void No_alert_fires_in_two_incidents_however_late_it_is_spoken_of_again()
    {
        Prop.ForAll(Anywhere(0.1, 0.5, 2, 20).ToArbitrary(), story =>
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            return TellApart(story).Incidents.SelectMany(incident => incident.Alerts.Values)
                .Where(alert => alert.Firing).All(alert => seen.Add(alert.Fingerprint));
        }).Check(Often);
    }

    [Fact]
    public void Counts_and_status_are_those_of_the_alerts_and_history_begins_and_ends_in_turn()
    {
        Prop.ForAll(Stories.ToArbitrary(), story =>
        {
            var book = Tell(story);
            var incident = Assert.Single(book.Incidents);
            var firing = incident.Alerts.Values.Count(alert => alert.Firing);
            var begins = book.History.Count(line => line.Change.Kind is ChangeKind.Opened or ChangeKind.Reopened);
            var ends = book.History.Count(line => line.Change.Kind == ChangeKind.Resolved);
            return incident.FiringCount == firing
                && incident.Status == (firing > 0 ? IncidentStatus.Firing : IncidentStatus.Resolved)
                && (incident.ResolvedAt is null) == (firing > 0)
                && begins - ends == (firing > 0 ? 1 : 0);
        }).Check(Often);
    }

    /// <summary>The story as it arrives within the time in which order does not matter.</summary>
    private static IEnumerable<(Notification Notification, DateTimeOffset Moment)> Moments(List<Notification> story) =>
        story.Select((said, index) => (said, At(30) + (IncidentRules.LatecomerWithin * ((double)index / story.Count))));

    private static IncidentBook Tell(List<Notification> story)
    {
        var book = new IncidentBook();
        foreach (var (said, moment) in Moments(story))
        {
            book.Receive(said, moment);
        }

        return book;
    }

    /// <summary>Stories that come through several receivers with groupings of their own, and the minutes between notifications.</summary>
    private static Gen<List<(Notification Said, double Gap)>> Anywhere(params double[] gaps) =>
        (from said in Notifications
         from receiver in Gen.Elements("bot", "second", "third")
         from grouping in Gen.Choose(0, 2)
         from gap in Gen.Elements(gaps)
         select (Regroup(said, receiver, grouping), gap)).NonEmptyListOf().Select(story => story.ToList());

    private static IncidentBook TellApart(List<(Notification Said, double Gap)> story)
    {
        var book = new IncidentBook();
        var now = At(30);
        foreach (var (said, gap) in story)
        {
            now += TimeSpan.FromMinutes(gap);
            book.Receive(said, now);
        }

        return book;
    }

    private static Notification Regroup(Notification said, string receiver, int grouping) => said with
    {
        Receiver = receiver,
        GroupLabels = grouping switch
        {
            0 => said.GroupLabels,
            1 => LabelSet.From(("namespace", "media")),
            _ => LabelSet.From(("severity", said.Alerts[0].Labels["severity"]!)),
        },
    };

    /// <summary>Equal in all that does not say when IncidentBot heard of it.</summary>
    private static bool Same(IncidentBook one, IncidentBook other)
    {
        var (a, b) = (Assert.Single(one.Incidents), Assert.Single(other.Incidents));
        return a.Key == b.Key && a.Status == b.Status && a.Severity == b.Severity && a.Flaps == b.Flaps && a.Ended.Equals(b.Ended)
            && a.FiringSince == b.FiringSince && a.FiringCount == b.FiringCount && a.CommonLabels.Equals(b.CommonLabels)
            && a.Alerts.Count == b.Alerts.Count && a.Alerts.All(alert => Timeless(alert.Value) == Timeless(b.Alerts[alert.Key]));
    }

    private static Alert Timeless(Alert alert) => alert with { HeardAt = default };
}
