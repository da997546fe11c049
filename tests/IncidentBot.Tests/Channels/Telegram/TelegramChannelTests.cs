using IncidentBot.Rooms;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Channels.Telegram;

public sealed class TelegramChannelTests : ChannelContract
{
    private protected override Room Room => new("telegram", "-100123");

    private protected override string Secret => TelegramServer.Token;

    private TelegramServer Telegram => (TelegramServer)Server;

    [Fact]
    public async Task Markup_that_telegram_cannot_read_goes_as_plain_text_in_the_same_attempt()
    {
        Telegram.EnforcesRates = false;
        Telegram.CannotParse = true;
        var id = await CreateAsync(Messages.Hostile(400));
        await DeliveredAsync(new EditAttempt(Room, "1-edit", id, Messages.FiringOne));
        Assert.Equal(4, Telegram.Requests.Count);
        var message = Assert.Single(Telegram.Messages(Room.Id));
        Assert.Empty(message.Mentions);
        Assert.Null(message.Versions[1]["parse_mode"]);
        Assert.Contains("CRITICAL · node-3 does not answer", message.Text, StringComparison.Ordinal);
        Assert.Contains("Runbook: https://", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_that_changes_nothing_is_delivered()
    {
        var id = await CreateAsync(Messages.FiringOne);
        Assert.Equal(id, await DeliveredAsync(new EditAttempt(Room, "1-edit", id, Messages.FiringOne)));
        Assert.Equal(400, Telegram.Requests[^1].Status);
    }

    [Fact]
    public async Task A_deleted_message_is_gone_for_edits_and_a_reply_stands_alone()
    {
        var id = await CreateAsync(Messages.FiringOne);
        Telegram.Delete(Telegram.Messages(Room.Id)[0]);
        Assert.IsType<SendResult.Gone>(await SendAsync(new EditAttempt(Room, "1-edit", id, Messages.Resolved)));
        await DeliveredAsync(new ReplyAttempt(Room, "1-reply", false, id, null, Messages.History));
        Assert.Single(Telegram.Messages(Room.Id));
        Assert.IsType<SendResult.Gone>(await SendAsync(new EditAttempt(Room, "2-edit", "not a number", Messages.Resolved)));
    }

    [Fact]
    public async Task A_group_that_became_a_supergroup_moves()
    {
        Telegram.MigrateTo(Room.Id, -1009999999999);
        var moved = Assert.IsType<SendResult.Moved>(await SendAsync(new CreateAttempt(Room, "1-create", false, Messages.FiringOne)));
        Assert.Equal(new Room("telegram", "-1009999999999"), moved.To);
        await DeliveredAsync(new CreateAttempt(moved.To, "1-create", false, Messages.FiringOne));
    }

    [Theory]
    [InlineData("blocked")]
    [InlineData("kicked")]
    [InlineData("chat not found")]
    [InlineData("not enough rights to send text messages to the chat")]
    public async Task Errors_of_the_chat_refuse_the_whole_room(string error)
    {
        Telegram.Refuse(error);
        Assert.True(Assert.IsType<SendResult.Refused>(await SendAsync(new CreateAttempt(Room, "1-create", false, Messages.FiringOne))).WholeRoom);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("-100/x")]
    [InlineData("-100/-1")]
    [InlineData("@")]
    [InlineData("99999999999999999999")]
    public async Task A_room_that_is_no_chat_is_refused_without_asking(string room)
    {
        var refused = await SendAsync(new CreateAttempt(new Room("telegram", room), "1-create", false, Messages.FiringOne));
        Assert.True(Assert.IsType<SendResult.Refused>(refused).WholeRoom);
        Assert.Empty(Telegram.Requests);
    }

    [Fact]
    public async Task The_general_topic_is_the_group_itself()
    {
        Assert.IsType<SendResult.Delivered>(await SendAsync(new CreateAttempt(new Room("telegram", "-100123/1"), "1-create", false, Messages.FiringOne)));

        Assert.Null(Assert.Single(Telegram.Messages("-100123")).Versions[0]["message_thread_id"]);
    }

    [Fact]
    public async Task A_topic_of_a_forum_gets_the_message_and_the_replies()
    {
        var room = new Room("telegram", "-100123/45");
        var id = await DeliveredAsync(new CreateAttempt(room, "1-create", false, Messages.FiringOne));
        await DeliveredAsync(new ReplyAttempt(room, "1-reply", false, id, null, Messages.History));
        var message = Assert.Single(Telegram.Messages("-100123"));
        Assert.Equal(45, message.Versions[0].Number("message_thread_id"));
        Assert.Equal(45, Assert.Single(Telegram.Replies(message)).Versions[0].Number("message_thread_id"));
    }

    [Fact]
    public async Task Silent_is_without_sound_unless_somebody_is_called()
    {
        await DeliveredAsync(new CreateAttempt(Room, "1-create", true, Messages.FiringOne));
        await DeliveredAsync(new CreateAttempt(Room, "2-create", true, Messages.FiringOne with { Mention = new Mention(true, ["12345", "@ada_l", "<b>"]) }));
        await DeliveredAsync(new CreateAttempt(Room, "3-create", false, Messages.FiringOne));
        var messages = Telegram.Messages(Room.Id);
        Assert.Equal([true, false, false], messages.Select(message => message.Silent));
        Assert.Equal(["12345", "@ada_l"], messages[1].Mentions);
    }

    [Fact]
    public void Telegrams_way_to_read_markup_is_strict()
    {
        Assert.NotNull(TelegramHtml.Read("a < b").Error);
        Assert.NotNull(TelegramHtml.Read("a & b").Error);
        Assert.NotNull(TelegramHtml.Read("<b>a").Error);
        Assert.NotNull(TelegramHtml.Read("<b><i>a</b></i>").Error);
        Assert.NotNull(TelegramHtml.Read("<script>").Error);
        Assert.Equal("a <b> & \"", TelegramHtml.Read("<b>a</b> &lt;b&gt; <code>&amp;</code> &quot;").Text);
        Assert.Equal(["@channel"], TelegramHtml.Read("hi @channel <code>@other</code> a@mail.example").Mentions);
    }

    private protected override async Task<VendorServer> StartServerAsync() => await TelegramServer.StartAsync(Clock);

    private protected override IChannel Make(Uri server) => MakeWithToken(server, TelegramServer.Token);

    private protected override IChannel MakeWithToken(Uri server, string token) =>
        new TelegramChannel(new TelegramOptions { BotToken = new Secret(token), ApiUrl = server }, Http, Clock);
}
