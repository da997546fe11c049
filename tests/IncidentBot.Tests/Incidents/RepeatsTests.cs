using IncidentBot.Alerts;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>How often Alertmanager repeats an incident is learnt from its webhooks, so that silence means something.</summary>
public sealed class RepeatsTests
{
    [Fact]
    public void A_long_critical_that_is_repeated_every_12_hours_never_becomes_stale()
    {
        var book = new IncidentBook();
        for (var hour = 0; hour < 10 * 24; hour++)
        {
            if (hour % 12 == 0)
            {
                book.Receive(Said(), At((hour * 60) + (hour / 2)));
            }

            book.Sweep(At(hour * 60));
        }

        Assert.Equal([ChangeKind.Opened], book.History.Select(line => line.Change.Kind));
        Assert.Equal(TimeSpan.FromHours(12) + TimeSpan.FromMinutes(6), book[1].Repeats!.Longest);
    }

    [Fact]
    public void What_was_repeated_every_4_hours_is_stale_after_two_repetitions_were_missed()
    {
        var book = new IncidentBook();
        foreach (var hour in new[] { 0, 4, 8, 12 })
        {
            book.Receive(Said(), At(hour * 60));
        }

        Assert.Empty(book.Sweep(At((20 * 60) + 14)));
        Assert.Equal(ChangeKind.Stale, Assert.Single(book.Sweep(At((20 * 60) + 15))).Kind);
    }

    [Fact]
    public void A_notification_that_says_that_it_is_a_repetition_is_believed_the_first_time()
    {
        var book = new IncidentBook();
        book.Receive(Said(), At(0));
        book.Receive(Said(Repeats.Elapsed), At(4 * 60));

        Assert.Equal(ChangeKind.Stale, Assert.Single(book.Sweep(At((12 * 60) + 15))).Kind);
    }

    [Theory]
    [InlineData("first notification")]
    [InlineData("new alerts added")]
    [InlineData("some alerts resolved")]
    public void A_notification_that_says_that_it_is_no_repetition_teaches_nothing(string reason)
    {
        var book = new IncidentBook();
        foreach (var minute in new[] { 0, 20, 40, 60 })
        {
            book.Receive(Said(reason), At(minute));
        }

        Assert.Empty(book.Sweep(At(24 * 60)));
        Assert.False(book[1].Repeats!.IsLearnt);
    }

    [Fact]
    public void A_word_of_an_Alertmanager_that_was_started_again_is_not_enough()
    {
        var book = new IncidentBook();
        book.Receive(Said(), At(0));
        book.Receive(Said(), At(11));

        Assert.Empty(book.Sweep(At(24 * 60)));
    }

    [Fact]
    public void A_repetition_with_another_value_in_its_annotations_is_one_all_the_same()
    {
        var book = new IncidentBook();
        foreach (var hour in new[] { 0, 4, 8 })
        {
            book.Receive(Group(Firing("plex-0", summary: $"{hour} of 9")) with { Sender = "a" }, At(hour * 60));
        }

        Assert.Equal((TimeSpan.FromHours(4), true), (book[1].Repeats!.Longest, book[1].Repeats!.IsLearnt));
    }

    [Fact]
    public void A_time_that_the_settings_name_is_the_least_and_grows_with_what_is_learnt()
    {
        var book = new IncidentBook(new IncidentRules(TimeSpan.FromMinutes(15), TimeSpan.FromHours(9)));
        book.Receive(Said(), At(0));
        Assert.NotEmpty(book.Sweep(At(9 * 60)));
        Assert.Equal(ChangeKind.HeardAgain, Assert.Single(book.Receive(Said(Repeats.Elapsed), At(12 * 60))).Kind);

        Assert.Empty(book.Sweep(At(36 * 60)));
        Assert.NotEmpty(book.Sweep(At((36 * 60) + 15)));
    }

    [Fact]
    public void However_often_something_is_repeated_it_is_believed_for_two_hours()
    {
        var book = new IncidentBook();
        for (var minute = 0; minute <= 60; minute += 15)
        {
            book.Receive(Said(), At(minute));
        }

        Assert.Empty(book.Sweep(At(60 + 119)));
        Assert.NotEmpty(book.Sweep(At(60 + 120)));
    }

    [Fact]
    public void What_is_spoken_of_again_calls_nobody_and_its_next_step_has_its_whole_time()
    {
        var plan = new EscalationPlan([TimeSpan.FromHours(30)], TimeSpan.FromMinutes(30));
        var book = new IncidentBook { Plan = plan };
        book.Receive(Said(), At(0));
        book.Sweep(At(25 * 60));
        var changes = book.Receive(Said(), At(26 * 60));

        Assert.Equal((ChangeKind.HeardAgain, false), (Assert.Single(changes).Kind, changes[0].Calls));
        Assert.Equal(At((26 * 60) + 30), book[1].DueAt);
    }

    private static Notification Said(string reason = "") => Group(Firing("plex-0", severity: "critical")) with { Sender = "a", Reason = reason };
}
