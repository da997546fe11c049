using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Storage;

/// <summary>What is recognised as a repetition.</summary>
public abstract partial class IncidentStoreContract
{
    private static readonly string[] StoryPods = ["plex-0", "plex-1", "plex-2"];

    /// <summary>What several receivers with groupings of their own say of a few alerts, each with a few episodes, and the minutes before each.</summary>
    private static readonly Gen<List<(Notification Said, double Gap)>> StoriesOfSeveralGroups =
        (from pods in Gen.SubListOf(StoryPods).Where(pods => pods.Count > 0)
         from episode in Gen.Choose(0, 2)
         from resolved in Gen.Elements(false, false, true)
         from receiver in Gen.Elements("bot", "bot", "second")
         from gap in Gen.Elements(0, 0.2, 2, 2, 2, 20)
         let alerts = pods.Select(pod => resolved ? Resolved(pod, episode * 5, (episode * 5) + 2) : Firing(pod, episode * 5))
         select (Group([.. alerts]) with { Receiver = receiver }, gap)).ListOf(25).Select(story => story.ToList());

    [Fact]
    public async Task Whatever_is_said_in_any_order_is_news_exactly_where_the_rules_say()
    {
        var (number, before) = (0, 0L);
        foreach (var story in StoriesOfSeveralGroups.Sample(60, 10))
        {
            before += await TellAsync(story, $"source-{++number}", before);
        }
    }

    [Fact]
    public async Task What_a_group_says_of_an_alert_that_has_moved_to_another_is_news_where_the_rules_say()
    {
        List<(Notification Said, double Gap)> story =
        [
            (Group(Firing("plex-0")), 0),
            (Group(Resolved("plex-0", at: 2)), 1),
            (Group(Firing("plex-1")) with { Receiver = "second" }, 1),
            (Group(Firing("plex-0", since: 4)) with { Receiver = "second" }, 1),
            (Group(Resolved("plex-0", at: 2)), 0),
        ];

        Assert.Equal(2, await TellAsync(story, "home", 0));
    }

    [Fact]
    public async Task A_copy_that_still_fires_and_how_often_an_incident_is_repeated_are_known_after_a_restart()
    {
        Clock.Now = Noon;
        var (one, other) = (Copy("a", null), Copy("b", null));
        Assert.True(await Store.ReceiveAsync(Group(one) with { Sender = "s" }, Cancel));
        Assert.False(await Store.ReceiveAsync(Group(other) with { Sender = "s" }, Cancel));
        Clock.Now = At(240);
        Assert.False(await Store.ReceiveAsync(Group(one) with { Sender = "s", Reason = Repeats.Elapsed }, Cancel));
        await OpenAgainAsync();

        Assert.Equal(new Repeats(At(240), TimeSpan.FromHours(4), Repeats.Enough), (await Store.FindAsync(1, Cancel))!.Incident.Repeats);
        await Store.ReceiveAsync(Group(Copy("a", 241)) with { Sender = "s" }, Cancel);
        Assert.Equal(IncidentStatus.Firing, (await Store.FindAsync(1, Cancel))!.Incident.Status);
        Clock.Now = At(240 + (8 * 60) + 15);
        Assert.Equal(1, await Store.SweepAsync(Cancel));
        await Store.ReceiveAsync(Group(Copy("b", 250)) with { Sender = "s" }, Cancel);
        Assert.Equal(IncidentStatus.Resolved, (await Store.FindAsync(1, Cancel))!.Incident.Status);

        static AlertReport Copy(string replica, double? end) => (end is { } at ? Resolved("plex-0", at: at) : Firing("plex-0")) with
        {
            Copies = [new AlertCopy(replica, Noon, end is { } minutes ? At(minutes) : null)],
        };
    }

    [Fact]
    public async Task Who_told_the_end_of_an_alert_and_what_it_came_back_from_is_known_after_a_restart()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0")) with { Sender = "a" }, Cancel);
        await Store.ReceiveAsync(Group(Resolved("plex-0", at: 1)) with { Sender = "a" }, Cancel);
        await OpenAgainAsync();

        Assert.False(await Store.ReceiveAsync(Group(Firing("plex-0")) with { Sender = "b" }, Cancel));
        Assert.True(await Store.ReceiveAsync(Group(Firing("plex-0")) with { Sender = "a" }, Cancel));
        await OpenAgainAsync();

        Assert.False(await Store.ReceiveAsync(Group(Resolved("plex-0", at: 1)) with { Sender = "b" }, Cancel));
        Assert.True(await Store.ReceiveAsync(Group(Resolved("plex-0", at: 2)) with { Sender = "b" }, Cancel));
    }

    /// <summary>Tells a story twice over to the store and to the rules alone, and compares. Returns how many incidents it made.</summary>
    private async Task<int> TellAsync(List<(Notification Said, double Gap)> story, string source, long before)
    {
        var book = new IncidentBook();
        foreach (var (told, gap) in story)
        {
            Clock.Now += TimeSpan.FromMinutes(gap);
            var said = told with { Source = source };
            for (var time = 0; time < 2; time++)
            {
                Assert.Equal(book.Receive(said, Clock.Now).Count > 0, await Store.ReceiveAsync(said, Cancel));
            }
        }

        var stored = new List<string>();
        for (var number = before + 1; await Store.FindAsync(number, Cancel) is { Incident: var incident }; number++)
        {
            stored.Add(Words(incident));
        }

        Assert.Equal(book.Incidents.Select(Words), stored);
        return stored.Count;

        static string Words(Incident incident) => $"{incident.Key} {incident.Status} {incident.FiringCount} of {incident.Alerts.Count}";
    }
}
