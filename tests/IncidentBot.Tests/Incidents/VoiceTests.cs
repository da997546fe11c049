using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Alerts;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>What one Alertmanager says of a group is in order; what a peer says may be late.</summary>
public sealed class VoiceTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(2000).WithEndSize(30);

    [Fact]
    public void What_the_one_who_told_the_end_says_afterwards_is_news_at_once()
    {
        var book = new IncidentBook();
        book.Receive(By("a", Firing("plex-0")), At(0));
        book.Receive(By("a", Resolved("plex-0", at: 5)), At(5));

        Assert.Equal([ChangeKind.Reopened], book.Receive(By("a", Firing("plex-0")), At(5.2)).Select(change => change.Kind));
        Assert.Equal((IncidentStatus.Firing, At(5.2)), (book[1].Status, book[1].FiringSince));
    }

    [Fact]
    public void A_peers_copy_from_before_the_end_is_no_news_within_a_minute()
    {
        var book = new IncidentBook();
        book.Receive(By("a", Firing("plex-0")), At(0));
        book.Receive(By("a", Resolved("plex-0", at: 5)), At(5));

        Assert.Empty(book.Receive(By("b", Firing("plex-0")), At(5.2)));
        Assert.Empty(book.Receive(By("a", Firing("plex-0")) with { Receiver = "second" }, At(5.3)));
        Assert.Equal(IncidentStatus.Resolved, book[1].Status);
        Assert.NotEmpty(book.Receive(By("b", Firing("plex-0")), At(6.1)));
    }

    [Fact]
    public void The_old_end_told_once_more_does_not_end_what_came_back()
    {
        var book = new IncidentBook();
        book.Receive(By("a", Firing("plex-0")), At(0));
        book.Receive(By("a", Resolved("plex-0", at: 5)), At(5));
        book.Receive(By("a", Firing("plex-0")), At(5.2));

        Assert.Empty(book.Receive(By("b", Resolved("plex-0", at: 5)), At(5.4)));
        Assert.Equal(IncidentStatus.Firing, book[1].Status);
        book.Receive(By("b", Resolved("plex-0", at: 9)), At(9));
        Assert.Equal(IncidentStatus.Resolved, book[1].Status);
        Assert.Equal(At(9), book[1].Alerts.Values.Single().EndsAt);
    }

    [Fact]
    public void After_an_end_that_was_missed_in_between_a_peers_late_copy_does_not_reopen_it()
    {
        var book = new IncidentBook();
        book.Receive(By("a", Firing("plex-0")), At(0));
        book.Receive(By("a", Resolved("plex-0", at: 5)), At(5));

        // It came back and ended again while nobody listened.
        book.Receive(By("a", Resolved("plex-0", at: 9)), At(10));
        Assert.Empty(book.Receive(By("b", Firing("plex-0")), At(10.1)));
        Assert.Equal(IncidentStatus.Resolved, book[1].Status);
        book.Receive(By("a", Firing("plex-0")), At(10.2));
        Assert.Equal(IncidentStatus.Firing, book[1].Status);
    }

    [Fact]
    public void The_voice_whose_late_copy_reopened_an_alert_ends_it_when_it_tells_the_old_end_too()
    {
        var book = new IncidentBook();
        book.Receive(By("a", Firing("plex-0")), At(0));
        book.Receive(By("a", Resolved("plex-0", at: 5)), At(5));

        // More than a minute late, because its link to Prometheus was broken.
        book.Receive(By("b", Firing("plex-0")), At(6.2));
        Assert.Equal(IncidentStatus.Firing, book[1].Status);
        Assert.Empty(book.Receive(By("a", Resolved("plex-0", at: 5)), At(6.3)));
        book.Receive(By("b", Resolved("plex-0", at: 5)), At(7.2));
        Assert.Equal(IncidentStatus.Resolved, book[1].Status);
    }

    [Fact]
    public void A_peer_that_tells_the_same_end_a_little_later_leaves_the_first_the_last_word()
    {
        var book = new IncidentBook();
        book.Receive(By("a", Firing("plex-0")), At(0));
        book.Receive(By("a", Resolved("plex-0", at: 5)), At(5.5));
        book.Receive(By("b", Resolved("plex-0", at: 5.1)), At(5.6));

        Assert.NotEmpty(book.Receive(By("a", Firing("plex-0")), At(5.7)));
    }

    [Fact]
    public void The_last_word_of_one_Alertmanager_stands_however_often_an_alert_comes_and_goes_with_its_old_start()
    {
        var turns = from gaps in Gen.Elements(0.01, 0.1, 0.5, 1, 2, 7).NonEmptyListOf()
                    select gaps.ToList();

        Prop.ForAll(turns.ToArbitrary(), gaps =>
        {
            var book = new IncidentBook();
            var (now, firing) = (0.0, false);
            foreach (var gap in gaps)
            {
                now += gap;
                firing = !firing;
                book.Receive(By("a", firing ? Firing("plex-0") : Resolved("plex-0", at: now)), At(now));
                if (Assert.Single(book.Incidents).Status != (firing ? IncidentStatus.Firing : IncidentStatus.Resolved))
                {
                    return false;
                }
            }

            return true;
        }).Check(Often);
    }

    [Fact]
    public void When_two_peers_tell_the_same_in_their_own_order_the_last_end_stands()
    {
        // Each peer tells of the beginning and of the end; the second is behind by up to a minute, so they cross in any way.
        var crossings = from first in Gen.Choose(0, 50)
                        from second in Gen.Choose(0, 50)
                        from apart in Gen.Choose(1, 50)
                        select (Begin: 0, End: first, OtherBegin: second, OtherEnd: second + apart);

        Prop.ForAll(crossings.ToArbitrary(), at =>
        {
            var book = new IncidentBook();
            var said = new[]
            {
                (At: at.Begin, Said: By("a", Firing("plex-0"))), (At: at.End, Said: By("a", Resolved("plex-0", at: 0.5))),
                (At: at.OtherBegin, Said: By("b", Firing("plex-0"))), (At: at.OtherEnd, Said: By("b", Resolved("plex-0", at: 0.5))),
            };
            foreach (var (moment, notification) in said.OrderBy(one => one.At))
            {
                book.Receive(notification, At(1 + (moment / 60.0)));
            }

            return Assert.Single(book.Incidents).Status == IncidentStatus.Resolved && book.Incidents[0].Flaps == 0;
        }).Check(Often);
    }

    private static Notification By(string sender, AlertReport alert) => Group(alert) with { Sender = sender };
}
