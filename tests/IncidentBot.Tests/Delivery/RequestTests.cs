using IncidentBot.Alerts;
using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Delivery;

/// <summary>What the next request of a post is, under which key, and in which words.</summary>
public sealed class RequestTests
{
    private static readonly Room Slack = Room.Parse("slack:C1");
    private static readonly LaneBook Book = LaneBook.Of(
    [
        new() { Name = "critical", Match = new(StringComparer.Ordinal) { ["severity"] = "critical" }, Rooms = [Slack], Mention = ["everyone", "slack:U1", "telegram:7"] },
        new() { Name = "no-team", Match = new(StringComparer.Ordinal) { ["team"] = "", ["severity"] = "info" } },
        new() { Name = "quiet", Quiet = true },
    ]);

    private static readonly DeliveryParts Parts = new(Book, new Dictionary<string, IChannel>(StringComparer.Ordinal), new MessageWriter(new Uri("https://bot.example.org/"), TimeZoneInfo.Utc));

    private static readonly Incident Burning = Apply(new Incident { Key = IncidentKey.Of(Group(Firing("plex-0"))) }, Group(Firing("plex-0", severity: "critical")));

    private static readonly Post New = Post.New(new PostSubject.OfIncident(7), new PostAddress(Slack, "critical"), 1, null, Noon) with { Id = 42 };

    [Fact]
    public void Keys_differ_for_different_requests_and_are_the_same_for_a_repetition()
    {
        var shown = New.With(progress => progress with { MessageId = "m", Shown = 1 });
        (SendAttempt Attempt, PostIntent Intent)?[] requests =
        [
            For(New),
            For(New.With(progress => progress with { Generation = 1 })),
            For(New with { Id = 43 }),
            For(shown.With(progress => progress with { Wanted = 2 })),
            For(shown.With(progress => progress with { History = 5 }), Line(5)),
            For(shown.With(progress => progress with { History = 9, Told = 5 }), Line(9)),
        ];
        var keys = requests.Select(request => request!.Value.Attempt.Key).ToList();

        Assert.Equal(keys.Count, keys.Distinct(StringComparer.Ordinal).Count());
        Assert.All(keys, key => Assert.Matches("^[0-9a-z.-]{1,64}$", key));
        Assert.Equal(keys[0], For(New.With(progress => progress with { Wanted = 9, History = 4, Intent = new PostIntent(SendKinds.Create, 1, 0) }))!.Value.Attempt.Key);
        Assert.Equal(keys[4], For(shown.With(progress => progress with { History = 9, Intent = new PostIntent(SendKinds.Reply, 1, 5) }), Line(5), Line(9))!.Value.Attempt.Key);
    }

    [Fact]
    public void A_reply_whose_end_is_unknown_comes_before_an_edit_and_tells_no_more_than_it_did()
    {
        var post = New.With(progress => progress with { MessageId = "m", Shown = 1, Wanted = 3, History = 9, Intent = new PostIntent(SendKinds.Reply, 1, 5) });
        var request = For(post, Line(5), Line(9))!.Value;

        Assert.Single(Assert.IsType<ReplyAttempt>(request.Attempt).Reply.Lines);
        Assert.Equal(5, request.Intent.UpTo);
        Assert.Equal(SendKinds.Edit, (post.With(progress => progress with { Intent = null })).Next);
    }

    [Fact]
    public void An_announcement_repeated_without_knowing_its_end_is_taken_as_the_version_that_was_begun()
    {
        var change = For(New.With(progress => progress with { Wanted = 5, History = 8, Intent = new PostIntent(SendKinds.Create, 1, 2) }))!.Value;

        Assert.Equal((SendKinds.Create, 1, 2L), (change.Intent.Kind, change.Intent.Version, change.Intent.UpTo));
    }

    [Fact]
    public void People_are_called_by_the_announcement_and_by_what_became_worse_only()
    {
        var mention = Assert.IsType<CreateAttempt>(For(New)!.Value.Attempt).Message.Mention!;
        Assert.True(mention.Everyone);
        Assert.Equal(["U1"], mention.Ids);

        var shown = New.With(progress => progress with { MessageId = "m", Shown = 1 });
        Assert.Null(Assert.IsType<EditAttempt>(For(shown.With(progress => progress with { Wanted = 2 }))!.Value.Attempt).Message.Mention);
        Assert.Null(Assert.IsType<ReplyAttempt>(For(shown.With(progress => progress with { History = 5 }), Line(5))!.Value.Attempt).Reply.Mention);
        Assert.NotNull(Assert.IsType<ReplyAttempt>(For(shown.With(progress => progress with { History = 5 }), Line(5, ChangeKind.SeverityRaised))!.Value.Attempt).Reply.Mention);
    }

    [Theory]
    [InlineData(ChangeKind.Escalated, "🛑 ESCALATED, plex-1: not ready · PodNotReady #7, critical")]
    [InlineData(ChangeKind.Reminded, "🛑 STILL WAITING, plex-1: not ready · PodNotReady #7, critical")]
    [InlineData(ChangeKind.Reopened, "🛑 FIRING AGAIN: not ready · PodNotReady #7, critical")]
    [InlineData(ChangeKind.SeverityRaised, "🛑 NOW CRITICAL: not ready · PodNotReady #7, critical")]
    [InlineData(ChangeKind.LaneRaised, "🛑 MORE URGENT NOW: not ready · PodNotReady #7, critical")]
    [InlineData(ChangeKind.Joined, "🛑 ALSO CRITICAL: not ready · PodNotReady #7, critical", true)]
    [InlineData(ChangeKind.HeardAgain, "🛑 STILL FIRING: not ready · PodNotReady #7, critical", true)]
    [InlineData(ChangeKind.Unsuppressed, "🛑 NO LONGER SILENCED: not ready · PodNotReady #7, critical", true)]
    [InlineData(ChangeKind.Joined, "")]
    internal void Every_reply_that_calls_begins_with_what_happened_to_which_incident(ChangeKind kind, string headline, bool calls = false)
    {
        var burning = Burning with { Number = 7 };
        var line = new TimelineEntry(5, 7, new Change(kind, Noon, "plex-1", 1) { Calls = calls });

        Assert.Equal(headline, Parts.Writer.Write([line], burning, null, Noon)!.Headline);
    }

    [Fact]
    public void What_was_taken_back_within_one_reply_is_not_told()
    {
        TimelineEntry[] both = [Line(4, ChangeKind.Stale), Line(5), Line(6, ChangeKind.HeardAgain)];

        Assert.Equal(["1 alert joined: plex-1"], Parts.Writer.Write(both, Burning, null, Noon)!.Lines);
        Assert.StartsWith("Mentioned again", Assert.Single(Parts.Writer.Write([both[0], both[2]], Burning, null, Noon)!.Lines), StringComparison.Ordinal);
        Assert.StartsWith("12:00 UTC 1 alert", Assert.Single(Parts.Writer.Write([both[1]], Burning, null, At(3))!.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_heard_of_again_calls_where_it_is_urgent()
    {
        var shown = New.With(progress => progress with { MessageId = "m", Shown = 1, History = 5 });
        var again = new TimelineEntry(5, 7, new Change(ChangeKind.Unsuppressed, Noon, "", 1) { Calls = true });

        var urgent = Assert.IsType<ReplyAttempt>(For(shown with { Urgent = true }, again)!.Value.Attempt);
        Assert.Equal((false, true), (urgent.Silent, urgent.Reply.Mention?.Everyone));
        var telegram = Assert.IsType<ReplyAttempt>(For(shown with { Urgent = true, Room = Room.Parse("matrix:!a:b"), Lane = "no-team" }, again)!.Value.Attempt);
        Assert.Equal((false, null), (telegram.Silent, telegram.Reply.Mention));
        Assert.All(
            [For(shown, again), For(shown with { Urgent = true, Step = 1 }, again), For(shown with { Urgent = true }, Line(5, ChangeKind.Unsuppressed))],
            request => Assert.Equal((true, null), (request!.Value.Attempt.Silent, ((ReplyAttempt)request.Value.Attempt).Reply.Mention)));
    }

    [Fact]
    public void What_waits_for_a_lane_that_a_reload_has_removed_is_sent_by_the_lane_that_takes_its_place()
    {
        var request = For(new PostView(New with { Lane = "gone" }, Burning, "gone", []), Noon)!.Value;

        Assert.True(Assert.IsType<CreateAttempt>(request.Attempt).Message.Mention!.Everyone);
    }

    [Fact]
    public void The_step_that_comes_next_is_among_the_first_things_that_a_message_says()
    {
        var burning = Burning with
        {
            Inhibition = new Inhibition([1], "#1 NodeDown"),
            Inhibits = "2 incidents: #8 A, #9 B",
            Flapping = new Flapping(Noon, At(60)),
            Escalation = new Escalation { EscalatedAt = Noon, EscalatesAt = At(5) },
        };

        Assert.Equal(
            ["Escalated at 12:00 UTC: nobody has acknowledged it", "Escalates at 12:05 UTC unless acknowledged", "Explained by #1 NodeDown",
                "Also burning because of this: 2 incidents: #8 A, #9 B", "Flapping since 12:00 UTC: updated quietly until it is stable"],
            Parts.Writer.Write(burning, null, Noon).Notes);
    }

    [Fact]
    public void What_is_over_before_it_is_announced_makes_no_sound()
    {
        var over = Apply(Burning, Group(Resolved("plex-0", severity: "critical")));
        var request = For(new PostView(New, over, "critical", []), At(5))!.Value;

        Assert.True(request.Attempt.Silent);
        Assert.Null(Assert.IsType<CreateAttempt>(request.Attempt).Message.Mention);
    }

    [Fact]
    public void The_most_urgent_lane_of_any_alert_that_fires_is_the_incidents_and_stays_when_nothing_does()
    {
        var mixed = Apply(new Incident { Key = Burning.Key }, Group(Firing("a", severity: "info"), Firing("b", severity: "critical"), Firing("c")));
        Assert.Equal("critical", Book.Route(mixed, null).Lane.Name);
        var calmer = Apply(mixed, Group(Resolved("b", severity: "critical"), Resolved("c")));
        Assert.Equal("no-team", Book.Route(calmer, "critical").Lane.Name);
        var over = Apply(calmer, Group(Resolved("a", severity: "info")));
        Assert.Equal("critical", Book.Route(over, "critical").Lane.Name);
        Assert.Equal(Lane.None, Book.Route(over, "removed by a reload").Lane);
        Assert.Equal("quiet", Book.Route(Apply(new Incident { Key = Burning.Key }, Group(Firing("d"))), null).Lane.Name);
    }

    [Fact]
    public void A_message_says_in_words_what_burns_since_when_and_where_to_look()
    {
        var message = Parts.Writer.Write(Burning, null, At(14));

        Assert.Equal((MessageState.Critical, "critical", "PodNotReady"), (message.State, message.StateWord, message.Title));
        Assert.Equal("1 firing · since 12:00 UTC", message.Status);
        Assert.Equal("not ready", message.Summary);
        Assert.Equal(["Incident", "Silence"], message.Links.Select(link => link.Name));
        Assert.Equal("1 firing · since 1 Mar 12:00 UTC", Parts.Writer.Write(Burning, null, At(1440)).Status);
        var over = Apply(Burning, Group(Resolved("plex-0", at: 14, severity: "critical")));
        Assert.Equal("1 alert · 12:00 UTC to 12:14 UTC", Parts.Writer.Write(over, null, At(20)).Status);
        Assert.Equal(["40 s", "14 min", "2 h", "2 h 5 min", "3 d", "2 d 3 h", "under 1 s"], new[] { 40, 840, 7200, 7500, 259200, 183600, 0 }
            .Select(seconds => Headline.Length(TimeSpan.FromSeconds(seconds))));
    }

    [Fact]
    public void Leaving_a_room_alone_doubles_from_a_second_to_a_minute_and_half_of_it_is_chance()
    {
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], Enumerable.Range(1, 8).Select(failures => Backoff.After(failures, 1).TotalSeconds));
        Assert.Equal(0.5, Backoff.After(1, 0).TotalSeconds);
        Assert.Equal(Backoff.Ceiling, Backoff.After(int.MaxValue, 1));
    }

    private static TimelineEntry Line(long id, ChangeKind kind = ChangeKind.Joined) => new(id, 7, new Change(kind, Noon, "plex-1", 1));

    private static (SendAttempt Attempt, PostIntent Intent)? For(Post post, params TimelineEntry[] untold) =>
        For(new PostView(post, Burning with { Version = post.Progress.Wanted }, "critical", untold), Noon);

    private static (SendAttempt Attempt, PostIntent Intent)? For(View view, DateTimeOffset now)
    {
        var terms = new ClaimTerms(view.Post.Room, view.Post.Next!.Value, Book) { Looked = Looked.RepeatFinds };
        return Claim.Of(view, terms, now) is Claim.Send send ? (Request.For(send.View, send.Intent, Parts, "0123456789", now), send.Intent) : null;
    }

    private static Incident Apply(Incident incident, Notification notification) => incident.Apply(notification.Alerts, notification, Noon).Incident;
}
