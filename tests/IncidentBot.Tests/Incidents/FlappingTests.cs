using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>What comes and goes too often is not announced each time.</summary>
public sealed class FlappingTests
{
    private static readonly IncidentRules Rules = IncidentRules.Default;

    [Fact]
    public void The_fifth_return_within_an_hour_marks_it_and_what_follows_is_quiet()
    {
        var book = new IncidentBook();
        var changes = Flap(book, from: 0, returns: 4);
        Assert.All(changes, change => Assert.False(change.Quiet));
        Assert.Null(book[1].Flapping);

        changes = Flap(book, from: 10, returns: 5);

        Assert.Equal([ChangeKind.Resolved, ChangeKind.FlappingBegan], changes.Where(change => change.IsToldInThread()).Select(change => change.Kind));
        Assert.Equal("came back 5 times within 1 h", changes.Single(change => change.Kind == ChangeKind.FlappingBegan).Detail);
        Assert.Equal(5, changes.Count(change => change is { Kind: ChangeKind.Reopened, Quiet: true }));
    }

    [Fact]
    public void An_hour_without_change_makes_it_stable_whether_it_fires_or_not()
    {
        foreach (var resolved in new[] { true, false })
        {
            var book = new IncidentBook();
            Flap(book, from: 0, returns: 6);
            if (resolved)
            {
                book.Receive(Group(Resolved("plex-0", since: 12, at: 13)), At(13));
            }

            var last = resolved ? 13 : 12;
            Assert.Empty(book.TakeDue(EscalationPlan.Nothing, At(last + 59)));
            var end = Assert.Single(book.TakeDue(EscalationPlan.Nothing, At(last + 60)));
            Assert.Equal((ChangeKind.FlappingEnded, resolved ? "it has stayed resolved" : "it fires without a break"), (end.Kind, end.Detail));
            Assert.Null(book[1].Flapping);
        }
    }

    [Fact]
    public void Whatever_returns_while_it_flaps_belongs_to_it()
    {
        var book = new IncidentBook();
        Flap(book, from: 0, returns: 6);
        book.Receive(Group(Resolved("plex-0", since: 12, at: 13)), At(13));

        book.Receive(Group(Firing("plex-0", since: 60)), At(60));

        Assert.Single(book.Incidents);
        Assert.Equal(At(120), book[1].Flapping!.Until);
    }

    [Fact]
    public void Returns_that_are_far_apart_are_no_flapping()
    {
        var book = new IncidentBook(Rules with { ReopenWithin = TimeSpan.FromHours(3) });

        for (var i = 0; i < 20; i++)
        {
            book.Receive(Group(Firing("plex-0", since: i * 20)), At(i * 20));
            book.Receive(Group(Resolved("plex-0", since: i * 20, at: (i * 20) + 2)), At((i * 20) + 2));
        }

        Assert.Single(book.Incidents);
        Assert.DoesNotContain(book.History, line => line.Change.Kind == ChangeKind.FlappingBegan);
    }

    [Fact]
    public void Who_has_taken_a_flapping_incident_on_keeps_it_and_its_steps_go_on_from_the_mark()
    {
        var plan = new EscalationPlan([TimeSpan.FromMinutes(5)], null);
        var book = new IncidentBook { Plan = plan };
        Flap(book, from: 0, returns: 6);
        Assert.Equal(At(10) + TimeSpan.FromMinutes(3), book[1].Escalation.EscalatesAt);
        book.Put(EscalationRules.Acknowledge(book[1], "ada", "", At(12)));

        Flap(book, from: 14, returns: 3);

        Assert.Equal("ada", book[1].Escalation.Acknowledged?.By);
        Assert.Empty(book.TakeDue(plan, At(30)));
    }

    [Fact]
    public void What_becomes_worse_while_it_flaps_is_told()
    {
        var book = new IncidentBook();
        Flap(book, from: 0, returns: 6);

        var changes = book.Receive(Group(Firing("plex-0", since: 12), Firing("plex-1", since: 13, severity: "critical")), At(13));

        Assert.Equal([ChangeKind.Joined, ChangeKind.SeverityRaised], changes.Where(change => change.IsToldInThread()).Select(change => change.Kind));
    }

    [Fact]
    public void A_new_critical_in_a_flapping_group_that_is_resolved_at_the_moment_is_told_and_calls()
    {
        var book = new IncidentBook { Plan = new EscalationPlan([TimeSpan.FromMinutes(5)], null) };
        Flap(book, from: 0, returns: 6);
        book.Put(EscalationRules.Acknowledge(book[1], "ada", "", At(12)));
        book.Receive(Group(Resolved("plex-0", since: 12, at: 13)), At(13));

        var changes = book.Receive(Group(Firing("plex-1", since: 20, severity: "critical")), At(20));

        Assert.Equal([ChangeKind.Reopened, ChangeKind.Unacknowledged], changes.Where(change => change.IsToldInThread()).Select(change => change.Kind));
        Assert.Equal(At(25), book[1].Escalation.EscalatesAt);
        Assert.NotNull(book[1].Flapping);

        // From then on it is one of those that flap.
        book.Receive(Group(Resolved("plex-1", since: 20, at: 22, severity: "critical")), At(22));
        Assert.All(book.Receive(Group(Firing("plex-1", since: 24, severity: "critical")), At(24)), change => Assert.True(change.Quiet));
    }

    [Fact]
    public void Another_warning_in_a_flapping_group_is_quiet_and_another_critical_in_a_flapping_group_of_criticals_is_not()
    {
        foreach (var (severity, told) in new[] { ("warning", false), ("critical", true) })
        {
            var book = new IncidentBook();
            Flap(book, from: 0, returns: 6, severity);
            book.Receive(Group(Resolved("plex-0", since: 12, at: 13, severity: severity)), At(13));

            var changes = book.Receive(Group(Firing("plex-1", since: 14, severity: severity)), At(14));

            Assert.Equal(told, changes.Single(change => change.Kind == ChangeKind.Reopened).IsToldInThread());
        }
    }

    [Fact]
    public void A_critical_that_comes_and_goes_beside_a_steady_warning_flaps_and_whoever_has_it_on_keeps_it()
    {
        var book = new IncidentBook { Plan = new EscalationPlan([TimeSpan.FromMinutes(7)], null) };
        book.Receive(Group(Firing("steady")), Noon);
        var told = new List<ChangeKind>();
        for (var minute = 0; minute < 120; minute += 10)
        {
            told.AddRange(Worsen(book, minute));
            if (minute == 50)
            {
                book.Put(EscalationRules.Acknowledge(book[1], "ada", "", At(minute)));
            }
        }

        Assert.Equal(1 + IncidentRules.Default.FlapThreshold, told.Count(kind => kind == ChangeKind.SeverityRaised));
        Assert.Equal(1, told.Count(kind => kind == ChangeKind.FlappingBegan));
        Assert.Equal("ada", book[1].Escalation.Acknowledged?.By);
        Assert.Equal(0, book[1].Flaps);
        Assert.Equal("came back or became worse again 5 times within 1 h", book.History.Single(line => line.Change.Kind == ChangeKind.FlappingBegan).Change.Detail);

        // It has fired without a break for an hour: the next rise is news.
        Assert.Contains(book.TakeDue(book.Plan, At(115 + 60)), change => change.Kind == ChangeKind.FlappingEnded);
        Assert.Contains(ChangeKind.SeverityRaised, Worsen(book, 180));
        Assert.True(book.History.Last(line => line.Change.Kind == ChangeKind.Joined).Change.Calls, "whoever had it then does not have this");
    }

    [Fact]
    public void A_severity_that_climbs_step_by_step_or_comes_back_seldom_does_not_flap()
    {
        var book = new IncidentBook(Rules with { FlapThreshold = 1 });
        string[] severities = ["none", "info", "warning", "critical"];
        for (var i = 0; i < severities.Length; i++)
        {
            book.Receive(Group([.. severities.Take(i + 1).Select((severity, pod) => Firing($"plex-{pod}", since: pod, severity: severity))]), At(i));
        }

        Assert.Equal(3, book.History.Count(line => line.Change is { Kind: ChangeKind.SeverityRaised, Quiet: false }));

        var seldom = new IncidentBook();
        seldom.Receive(Group(Firing("steady")), Noon);
        for (var hour = 0; hour < 20; hour++)
        {
            Worsen(seldom, (hour * 90) + 1);
        }

        Assert.Equal(20, seldom.History.Count(line => line.Change is { Kind: ChangeKind.SeverityRaised, Quiet: false }));
        Assert.DoesNotContain(seldom.History, line => line.Change.Kind == ChangeKind.FlappingBegan);
    }

    /// <summary>A critical that fires for five minutes beside a warning. Returns what is told of its beginning.</summary>
    private static List<ChangeKind> Worsen(IncidentBook book, int minute)
    {
        var changes = book.Receive(Group(Firing("steady"), Firing("worse", since: minute, severity: "critical")), At(minute));
        book.Receive(Group(Firing("steady"), Resolved("worse", since: minute, at: minute + 5, severity: "critical")), At(minute + 5));
        return [.. changes.Where(change => change.IsToldInThread()).Select(change => change.Kind)];
    }

    /// <summary>A beginning, if it is the first, and returns, each two minutes after the one before with a minute of quiet between.</summary>
    private static List<Change> Flap(IncidentBook book, int from, int returns, string severity = "warning")
    {
        var changes = new List<Change>();
        var first = book.Incidents.Count == 0;
        for (var i = 0; i < returns + (first ? 1 : 0); i++)
        {
            var begin = from + (i * 2);
            if (!first || i > 0)
            {
                var was = book[1].FiringSince is { } since ? (since - Noon).TotalMinutes : begin - 2;
                changes.AddRange(book.Receive(Group(Resolved("plex-0", since: was, at: begin - 1, severity: severity)), At(begin - 1)));
            }

            changes.AddRange(book.Receive(Group(Firing("plex-0", since: begin, severity: severity)), At(begin)));
        }

        return changes;
    }
}
