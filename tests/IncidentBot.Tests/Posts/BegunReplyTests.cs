using IncidentBot.Rooms;
using Xunit;

namespace IncidentBot.Posts;

/// <summary>A reply that was begun before a crash, while the incident goes on.</summary>
public sealed class BegunReplyTests
{
    private static readonly PostProgress Told = new() { Wanted = 4, Shown = 4, MessageId = "1.000001", History = 9, Told = 5 };

    [Fact]
    public void A_reply_that_was_begun_is_finished_before_an_edit_so_that_it_is_looked_for()
    {
        var begun = Told with { Intent = new PostIntent(SendKinds.Reply, 4, 9) };
        Assert.Equal(SendKinds.Reply, begun.Next);
        Assert.Equal(SendKinds.Reply, (begun with { Wanted = 5, History = 12 }).Next);
    }

    [Fact]
    public void An_edit_goes_before_a_reply_that_was_not_begun()
    {
        Assert.Equal(SendKinds.Edit, (Told with { Wanted = 5 }).Next);
        Assert.Equal(SendKinds.Edit, (Told with { Wanted = 5, Intent = new PostIntent(SendKinds.Edit, 4, 5) }).Next);
        Assert.Equal(SendKinds.Reply, Told.Next);
    }

    [Fact]
    public void A_message_that_vanished_is_made_anew_whatever_was_begun() =>
        Assert.Equal(SendKinds.Create, (Told with { MessageId = null, Shown = 0, Intent = new PostIntent(SendKinds.Reply, 4, 9) }).Next);
}
