using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Posts;

/// <summary>What the end of a request means for its post, each end once.</summary>
public sealed class RequestEndTests
{
    private static readonly Room Room = Room.Parse("slack:C1");
    private static readonly PostIntent Create = new(SendKinds.Create, 2, 7);

    private static readonly Post Begun = PostBuilding.Wanting(1, Room, SendKinds.Create, Noon).With(progress => progress with { History = 7, Intent = Create });

    [Fact]
    public void What_is_delivered_is_shown_as_of_the_version_that_was_begun_and_clears_what_went_wrong()
    {
        var after = Begun.Failed(3).After(new RequestEnd.Delivered(Create, "m"), At(1));

        Assert.Equal((2, "m", 7L, null), (after.Progress.Shown, after.MessageId, after.Progress.Told, after.Progress.Intent));
        Assert.Equal((PostTrouble.None, (DateTimeOffset?)At(1), PostState.Shown), (after.Trouble, after.ShownAt, after.State));
    }

    [Fact]
    public void A_reply_is_told_and_an_edit_leaves_the_thread_as_it_is()
    {
        var shown = Begun.With(progress => progress with { MessageId = "m", Shown = 1, Told = 3 });

        var replied = shown.After(new RequestEnd.Delivered(new PostIntent(SendKinds.Reply, 1, 7), "r"), At(1));
        Assert.Equal(("m", "r", 7L, 1), (replied.MessageId, replied.Progress.LastReplyId, replied.Progress.Told, replied.Progress.Shown));

        var edited = shown.After(new RequestEnd.Delivered(new PostIntent(SendKinds.Edit, 2, 3), "m"), At(1));
        Assert.Equal(("m", null, 3L, 2), (edited.MessageId, edited.Progress.LastReplyId, edited.Progress.Told, edited.Progress.Shown));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Only_what_is_clearly_not_there_is_forgotten(bool unclear)
    {
        RequestEnd[] ends = [new RequestEnd.TryAgain("no answer", unclear), new RequestEnd.RefusedText("no", unclear), new RequestEnd.RefusedRoom("no", unclear)];

        Assert.All(ends, end =>
        {
            var after = Begun.After(end, At(1));
            Assert.Equal(unclear ? Create : null, after.Progress.Intent);
            Assert.Equal((1, end is not RequestEnd.TryAgain, null), (after.Attempts, after.Refused, after.ShownAt));
        });
    }

    [Fact]
    public void A_message_that_is_gone_is_made_anew_under_another_key_and_its_thread_is_told_nothing_again()
    {
        var shown = Begun.With(progress => progress with { MessageId = "m", LastReplyId = "r", Shown = 2, Told = 7, Intent = new PostIntent(SendKinds.Edit, 2, 7) });

        var after = shown.After(new RequestEnd.Gone("message_not_found"), At(1));
        Assert.Equal((SendKinds.Create, 1, 7L, null), (after.Next, after.Progress.Generation, after.Progress.Told, after.Progress.Intent));

        var storm = (shown with { Subject = new PostSubject.OfStorm(4) }).After(new RequestEnd.Gone("message_not_found"), At(1));
        Assert.Equal(0, storm.Progress.Told);
    }

    [Fact]
    public void Nothing_to_say_counts_as_told()
    {
        var after = PostBuilding.Wanting(1, Room, SendKinds.Reply, Noon).After(new RequestEnd.NothingToSay(), At(1));

        Assert.Equal((null, At(1)), (after.Next, after.ShownAt));
    }
}
