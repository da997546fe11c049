using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Alerts;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>What an acknowledgement covers, and for what people are called although somebody has the rest.</summary>
public sealed class CoverageTests
{
    private static readonly EscalationPlan Plan = new([TimeSpan.FromMinutes(5)], null);

    /// <summary>Fire or end one of five alerts, or take what there is; how many minutes after the thing before.</summary>
    private static readonly Gen<List<(int What, int Gap)>> Stories =
        (from what in Gen.Choose(0, 10) from gap in Gen.Elements(0, 1, 3, 20, 90) select (what, gap)).NonEmptyListOf().Select(story => story.ToList());

    [Fact]
    public void A_critical_that_joins_is_nobodys_whoever_has_the_rest_and_calls_by_itself()
    {
        var book = Taken(Firing("cart-0", severity: "critical"));

        var joined = Assert.Single(book.Receive(Group(Firing("cart-0", severity: "critical"), Named("PostgresDown", 10)), At(10)));

        Assert.Equal((ChangeKind.Joined, true), (joined.Kind, joined.Calls));
        Assert.Equal(("ada", "PostgresDown", At(15)), (book[1].Escalation.Acknowledged!.By, book[1].Escalation.Untaken, book[1].Escalation.EscalatesAt));
        Assert.Equal("ada is on it: PodNotReady; PostgresDown is nobody's", IncidentBot.Words.IncidentWords.Taken(book[1])!.Plain(moment => "now"));
    }

    [Fact]
    public void A_critical_that_joins_what_nobody_has_calls_and_does_not_put_off_the_next_step()
    {
        var book = new IncidentBook { Plan = Plan };
        book.Receive(Group(Firing("cart-0", severity: "critical")), Noon);

        var joined = Assert.Single(book.Receive(Group(Firing("cart-0", severity: "critical"), Named("PostgresDown", 4)), At(4)));

        Assert.Equal((ChangeKind.Joined, true, At(5)), (joined.Kind, joined.Calls, book[1].DueAt));
    }

    [Fact]
    public void A_repetition_calls_nobody_nor_does_what_comes_back_while_somebody_has_it()
    {
        var book = Taken(Firing("cart-0", severity: "critical"), Firing("cart-1", severity: "critical"));

        Assert.Empty(book.Receive(Group(Firing("cart-0", severity: "critical"), Firing("cart-1", severity: "critical")), At(6)));
        book.Receive(Group(Resolved("cart-1", severity: "critical", at: 7)), At(7));
        var back = Assert.Single(book.Receive(Group(Firing("cart-1", since: 9, severity: "critical")), At(9)));

        Assert.Equal((ChangeKind.Joined, false, true), (back.Kind, back.Calls, book[1].Escalation.IsTaken));
        Assert.Null(book[1].DueAt);
    }

    [Fact]
    public void What_comes_back_after_long_or_ended_before_anybody_had_the_rest_is_new()
    {
        var book = new IncidentBook { Plan = Plan };
        book.Receive(Group(Firing("cart-0", severity: "critical"), Firing("cart-1", severity: "critical")), Noon);
        book.Receive(Group(Resolved("cart-1", severity: "critical", at: 2)), At(2));
        Acknowledge(book, "ada", 3);
        Assert.True(Assert.Single(book.Receive(Group(Firing("cart-1", since: 4, severity: "critical")), At(4))).Calls);

        Acknowledge(book, "ada", 5);
        Assert.True(book[1].Escalation.IsTaken);
        book.Receive(Group(Resolved("cart-1", since: 4, severity: "critical", at: 6)), At(6));
        Assert.True(Assert.Single(book.Receive(Group(Firing("cart-1", since: 60, severity: "critical")), At(60))).Calls);
    }

    [Fact]
    public void What_nobody_has_escalates_stops_when_it_is_taken_or_over_and_begins_anew_when_it_returns()
    {
        var book = Taken(Firing("cart-0", severity: "critical"));
        book.Receive(Group(Named("PostgresDown", 10)), At(10));
        Assert.Equal(ChangeKind.Escalated, Assert.Single(book.TakeDue(Plan, At(15))).Kind);
        Acknowledge(book, "ada", 16);
        Assert.Null(book[1].DueAt);

        book.Receive(Group(Named("RedisDown", 20)), At(20));
        Assert.Equal((0, At(25)), (book[1].Escalation.Escalated, book[1].DueAt));
        book.Receive(Group(Named("RedisDown", 20, end: 22)), At(22));
        Assert.Null(book[1].DueAt);
        Assert.False(Assert.Single(book.Receive(Group(Named("RedisDown", 24)), At(24))).Calls);
        Assert.Equal(("RedisDown", At(29)), (book[1].Escalation.Untaken, book[1].DueAt));
    }

    [Fact]
    public void A_warning_that_joins_what_somebody_has_calls_nobody_and_is_nobodys_only_under_a_name_of_its_own()
    {
        var book = Taken(Firing("cart-0"));
        Assert.False(Assert.Single(book.Receive(Group(Firing("cart-1", since: 2)), At(2))).Calls);
        Assert.True(book[1].Escalation.IsTaken);

        Assert.False(Assert.Single(book.Receive(Group(Named("RaidDegraded", 3, severity: "warning")), At(3))).Calls);
        Assert.Equal(("RaidDegraded", At(8)), (book[1].Escalation.Untaken, book[1].DueAt));

        var critical = Taken(Firing("cart-0", severity: "critical"));
        critical.Receive(Group(Named("RaidDegraded", 3, severity: "warning")), At(3));
        Assert.True(critical[1].Escalation.IsTaken);
    }

    [Fact]
    public void Whoever_gives_it_back_gives_all_of_it_back()
    {
        var book = Taken(Firing("cart-0", severity: "critical"));
        book.Receive(Group(Named("PostgresDown", 10)), At(10));
        book.Apply(1, incident => EscalationRules.Withdraw(incident, "ada", Plan, At(11)), At(11));

        Assert.Equal((null, "", At(16)), (book[1].Escalation.Acknowledged, book[1].Escalation.Untaken, book[1].DueAt));
    }

    /// <summary>
    /// Against the rule in one sentence: a critical calls when it has not fired within the last quarter of an hour, or was over when
    /// somebody took the rest; and nobody is on what called since the last acknowledgement and still fires.
    /// </summary>
    [Fact]
    public void Each_new_critical_calls_once_and_is_nobodys_until_somebody_takes_it()
    {
        Prop.ForAll(Stories.ToArbitrary(), story =>
        {
            var book = new IncidentBook(IncidentRules.Default with { FlapThreshold = int.MaxValue }) { Plan = Plan };
            book.Receive(Group(Firing("steady", severity: "critical")), Noon);
            var (now, good, taken) = (Noon, true, (DateTimeOffset?)null);
            var last = new Dictionary<string, (DateTimeOffset? Began, DateTimeOffset? Ended)>();
            var untaken = new HashSet<string>();
            foreach (var (what, gap) in story)
            {
                now = now.AddMinutes(gap + 1);
                var (name, minute) = ($"Alert{what % 5}", (now - Noon).TotalMinutes);
                var (began, ended) = last.GetValueOrDefault(name);
                var burns = began is not null && ended is null;
                switch (what)
                {
                    case < 5 when !burns:
                        var isNew = began is null || now - ended > TimeSpan.FromMinutes(15) || (ended < taken && !untaken.Contains(name));
                        good &= book.Receive(Group(Named(name, minute)), now).Single().Calls == isNew;
                        last[name] = (now, null);
                        _ = isNew && taken is not null && untaken.Add(name);
                        break;
                    case < 10 when burns:
                        book.Receive(Group(Named(name, (began!.Value - Noon).TotalMinutes, end: minute)), now);
                        last[name] = (began, now);
                        break;
                    case 10:
                        Acknowledge(book, "ada", minute);
                        if (taken is null || untaken.Any(one => last[one].Ended is null))
                        {
                            taken = now;
                            untaken.Clear();
                        }

                        break;
                }

                var open = untaken.Where(one => last[one].Ended is null).Order(StringComparer.Ordinal);
                good &= open.SequenceEqual(book[1].Untaken.Select(alert => alert.Name).Order(StringComparer.Ordinal));
            }

            return good;
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(1000).WithEndSize(40));
    }

    private static IncidentBook Taken(params AlertReport[] alerts)
    {
        var book = new IncidentBook { Plan = Plan };
        book.Receive(Group(alerts), Noon);
        Acknowledge(book, "ada", 1);
        return book;
    }

    private static void Acknowledge(IncidentBook book, string by, double minute) =>
        book.Apply(1, incident => EscalationRules.Acknowledge(incident, by, "", At(minute)), At(minute));

    private static AlertReport Named(string name, double since, double? end = null, string severity = "critical")
    {
        var labels = LabelSet.From(("alertname", name), ("namespace", "media"), ("severity", severity));
        return new AlertReport(Fingerprint.Of(labels), labels, LabelSet.From(("summary", $"{name} burns")), At(since),
            end is { } minute ? At(minute) : null, "");
    }
}
