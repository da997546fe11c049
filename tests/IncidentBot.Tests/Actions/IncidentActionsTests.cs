using IncidentBot.Rooms;
using IncidentBot.Storage;
using IncidentBot.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace IncidentBot.Actions;

/// <summary>What acting means, whichever door somebody comes by.</summary>
public sealed class IncidentActionsTests
{
    private static readonly Actor Ada = Actor.OnPage("Ada");
    private readonly StoreStub _store = new();
    private readonly SendAgainStub _sendAgain = new();

    public IncidentActionsTests()
    {
        foreach (var incident in Scenes.Evening(StoreStub.Start))
        {
            _store.Put(incident);
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IncidentActions Actions => new(_store, _sendAgain, NullLogger<IncidentActions>.Instance);

    [Theory]
    [InlineData(41, nameof(ActionResult.Done), "done with incident 41")]
    [InlineData(38, nameof(ActionResult.Over), "incident 38 is resolved: nobody is called about it any more")]
    [InlineData(999, nameof(ActionResult.NoSuchIncident), "there is no incident 999")]
    public async Task Taking_on_and_giving_back_say_what_became_of_it(long number, string kind, string words)
    {
        var taken = await Actions.AcknowledgeAsync(Ada, number, "on my way", Stop);
        var back = await Actions.GiveBackAsync(Ada, number, Stop);

        Assert.Equal((kind, words), (taken.GetType().Name, taken.Words));
        Assert.Equal(taken, back);
        Assert.Equal([$"Ada takes {number}: on my way", $"Ada gives back {number}"], _store.Acts);
    }

    [Theory]
    [InlineData(null, "somebody on the web page", "the API")]
    [InlineData(" \n\t ", "somebody on the web page", "the API")]
    [InlineData("  Ada\nLovelace ", "Ada Lovelace", "Ada Lovelace")]
    public void Whoever_gives_no_name_is_called_by_the_door_they_came_by(string? given, string onPage, string ofApi) =>
        Assert.Equal((onPage, ofApi), (Actor.OnPage(given).Name, Actor.OfApi(given).Name));

    [Fact]
    public async Task Names_and_comments_are_one_line_and_not_too_long()
    {
        await Actions.AcknowledgeAsync(Actor.OfApi(new string('a', 10_000)), 41, $"first\nsecond {new string('b', 10_000)}", Stop);

        var act = Assert.Single(_store.Acts);
        Assert.DoesNotContain('\n', act);
        Assert.InRange(act.Length, Actor.NameLength, Actor.NameLength + IncidentActions.CommentLength + 20);
    }

    [Fact]
    public async Task Sending_again_says_how_many_posts_wait_now()
    {
        Assert.Equal("2 posts wait to be sent again", (await Actions.SendAgainAsync(Ada, 12, Stop)).Words);
        Assert.Equal(new ActionResult.SentAgain(2), await Actions.SendAgainAsync(Ada, Room.Parse("slack:C01"), Stop));
        Assert.Equal(["12", "slack:C01"], _sendAgain.Asked);
        Assert.Equal("nothing was refused there any more", new ActionResult.SentAgain(0).Words);
    }

    [Fact]
    public async Task A_store_that_fails_is_for_the_door_to_tell()
    {
        _store.Unavailable = "the disk is full";

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => Actions.AcknowledgeAsync(Ada, 41, "", Stop));

        Assert.Equal("the disk is full", failure.Message);
    }
}
