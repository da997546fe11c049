using IncidentBot.Rooms;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Channels.Matrix;

public sealed class MatrixChannelTests : ChannelContract
{
    private protected override Room Room => new("matrix", "!abc/ü:example.org");

    private protected override string Secret => MatrixServer.Token;

    private MatrixServer Matrix => (MatrixServer)Server;

    [Fact]
    public async Task The_same_attempt_twice_is_one_message()
    {
        var attempt = new CreateAttempt(Room, "7.0-create", false, Messages.FiringOne);
        Matrix.Drop(processed: true, times: 2);
        Assert.False(Assert.IsType<SendResult.TryAgain>(await SendAsync(attempt)).Unclear);
        Assert.False(Assert.IsType<SendResult.TryAgain>(await SendAsync(attempt)).Unclear);
        Assert.Empty(Matrix.Messages(Room.Id));
        var id = await DeliveredAsync(attempt);
        Matrix.Drop(processed: true, times: 1);
        Assert.True(Assert.IsType<SendResult.TryAgain>(await SendAsync(attempt)).Unclear);
        Assert.Equal(id, await DeliveredAsync(attempt));
        Assert.Single(Matrix.Messages(Room.Id));
        Assert.Equal(FindResult.ByRepeating, await Channel.FindAsync(attempt, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_encrypted_room_is_refused_and_the_reason_says_why()
    {
        Matrix.Encrypt(Room.Id);
        var refused = Assert.IsType<SendResult.Refused>(await SendAsync(new CreateAttempt(Room, "1-create", false, Messages.FiringOne)));
        Assert.True(refused.WholeRoom);
        Assert.Contains("encrypted", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(0, Matrix.Count("send"));
    }

    [Fact]
    public async Task A_room_that_becomes_encrypted_is_noticed_after_ten_minutes()
    {
        await CreateAsync(Messages.FiringOne);
        await CreateAsync(Messages.FiringOne);
        Assert.Equal(1, Matrix.Count("state"));
        Matrix.Encrypt("!other:example.org");
        Clock.Advance(TimeSpan.FromMinutes(10));
        Matrix.Encrypt(Room.Id);
        Assert.IsType<SendResult.Refused>(await SendAsync(new CreateAttempt(Room, "9-create", false, Messages.FiringOne)));
        Assert.Equal(2, Matrix.Messages(Room.Id).Count);
    }

    [Theory]
    [InlineData("#alerts:example.org", "alias")]
    [InlineData("alerts", "begins with !")]
    [InlineData("!", "begins with !")]
    public async Task What_is_not_a_rooms_id_is_refused_without_asking(string id, string words)
    {
        var refused = Assert.IsType<SendResult.Refused>(await SendAsync(new CreateAttempt(new Room("matrix", id), "1-create", false, Messages.FiringOne)));
        Assert.True(refused.WholeRoom);
        Assert.Contains(words, refused.Reason, StringComparison.Ordinal);
        Assert.Empty(Matrix.Requests);
    }

    [Fact]
    public async Task A_room_without_the_bot_is_refused()
    {
        Matrix.Forbid(Room.Id);
        var refused = Assert.IsType<SendResult.Refused>(await SendAsync(new CreateAttempt(Room, "1-create", false, Messages.FiringOne)));
        Assert.True(refused.WholeRoom);
        Assert.Equal("403 M_FORBIDDEN: User not in room", refused.Reason);
    }

    [Fact]
    public async Task The_header_says_better_than_the_body_when_to_try_again()
    {
        await CreateAsync(Messages.FiringOne);
        Matrix.Answer(429, """{"errcode":"M_LIMIT_EXCEEDED","error":"slow","retry_after_ms":1500}""", times: 1);
        Assert.Equal(TimeSpan.FromSeconds(1.5), Assert.IsType<SendResult.TryAgain>(await SendAsync(new CreateAttempt(Room, "2", false, Messages.FiringOne))).After);
        Matrix.RateLimit(2);
        Assert.Equal(TimeSpan.FromSeconds(2), Assert.IsType<SendResult.TryAgain>(await SendAsync(new CreateAttempt(Room, "3", false, Messages.FiringOne))).After);
    }

    [Fact]
    public async Task A_message_that_the_homeserver_does_not_know_is_gone()
    {
        Assert.IsType<SendResult.Gone>(await SendAsync(new EditAttempt(Room, "1-edit", "$nothing", Messages.Resolved)));
        Assert.IsType<SendResult.Gone>(await SendAsync(new ReplyAttempt(Room, "1-reply", false, "$nothing", null, Messages.History)));
    }

    [Fact]
    public async Task Mentions_call_in_the_announcement_and_in_replies()
    {
        var mention = new Mention(true, ["@ada:example.org", "ada", "@"]);
        var id = await CreateAsync(Messages.FiringOne with { Mention = mention });
        await DeliveredAsync(new ReplyAttempt(Room, "1-reply", false, id, null, Messages.History with { Mention = mention }));
        var message = Assert.Single(Matrix.Messages(Room.Id));
        Assert.Equal(["@room", "@ada:example.org"], message.Mentions);
        Assert.Equal(message.Mentions, Assert.Single(Matrix.Replies(message)).Mentions);
    }

    private protected override async Task<VendorServer> StartServerAsync() => await MatrixServer.StartAsync(Clock);

    private protected override IChannel Make(Uri server) => MakeWithToken(server, MatrixServer.Token);

    private protected override IChannel MakeWithToken(Uri server, string token) =>
        new MatrixChannel(new MatrixOptions { AccessToken = new Secret(token), Homeserver = server }, Http, Clock);
}
