using System.Text.Json.Nodes;
using IncidentBot.Rooms;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Channels.Slack;

public sealed class SlackChannelTests : ChannelContract
{
    private protected override Room Room => new("slack", "C024BE91L");

    private protected override string Secret => SlackServer.Token;

    private SlackServer Slack => (SlackServer)Server;

    [Fact]
    public async Task A_post_is_found_again_by_its_key_among_later_messages()
    {
        var attempt = new CreateAttempt(Room, "7.0-create", false, Messages.FiringOne);
        Slack.Drop(processed: true, times: 1);
        Assert.True(Assert.IsType<SendResult.TryAgain>(await SendAsync(attempt)).Unclear);
        for (var i = 0; i < 350; i++)
        {
            Slack.WriteAsSomebodyElse(Room.Id, "hello");
        }

        var found = await FindAsync(attempt);
        Assert.Null(found.Failure);
        Assert.Equal(Slack.Messages(Room.Id)[0].Id, found.MessageId);
        Assert.Equal(FindResult.Nothing, await FindAsync(attempt with { Key = "7.1-create" }));
    }

    [Fact]
    public async Task A_reply_is_found_again_in_its_thread()
    {
        var root = await CreateAsync(Messages.FiringOne);
        var first = await DeliveredAsync(new ReplyAttempt(Room, "1-reply", false, root, null, Messages.History));
        var lost = new ReplyAttempt(Room, "2-reply", false, root, first, Messages.History);
        Assert.Equal(FindResult.Nothing, await FindAsync(lost));
        Slack.Drop(processed: true, times: 1);
        await SendAsync(lost);
        Assert.Equal(Slack.Replies(Slack.Messages(Room.Id)[0])[1].Id, (await FindAsync(lost)).MessageId);
    }

    [Theory]
    [InlineData("""{"event_type":"incidentbot_post","event_payload":{"key":7}}""")]
    [InlineData("""{"event_type":"incidentbot_post","event_payload":[1]}""")]
    [InlineData("""{"event_type":"of_another_app","event_payload":{"key":{"deep":[null]}}}""")]
    [InlineData("""{"event_type":"of_another_app"}""")]
    public async Task What_other_apps_attach_to_their_messages_hides_no_post(string metadata)
    {
        var attempt = new CreateAttempt(Room, "7.0-create", false, Messages.FiringOne);
        Slack.Answer(
            200,
            """{"ok":true,"messages":[null,{"ts":"1.1","metadata":""" + metadata
            + """},{"ts":"1.2","metadata":{"event_type":"incidentbot_post","event_payload":{"key":"7.0-create"}}}]}""");
        Assert.Equal("1.2", (await FindAsync(attempt)).MessageId);
    }

    [Fact]
    public async Task A_look_that_fails_is_repeated_and_one_without_the_right_to_look_decides_nothing()
    {
        var attempt = new CreateAttempt(Room, "1-create", false, Messages.FiringOne);
        Slack.Answer(500, times: 1);
        Assert.NotNull((await FindAsync(attempt)).Failure);
        Slack.RateLimit(30);
        Assert.Equal(TimeSpan.FromSeconds(30), (await FindAsync(attempt)).Failure!.After);
        Slack.Recover();
        Slack.Refuse("missing_scope");
        Assert.Equal(FindResult.Nothing, await FindAsync(attempt));
    }

    [Theory]
    [InlineData("channel_not_found")]
    [InlineData("not_in_channel")]
    [InlineData("is_archived")]
    [InlineData("invalid_auth")]
    [InlineData("token_revoked")]
    [InlineData("account_inactive")]
    [InlineData("restricted_action")]
    [InlineData("restricted_action_read_only_channel")]
    [InlineData("missing_scope")]
    public async Task Errors_of_the_room_or_the_token_refuse_the_whole_room(string error)
    {
        Slack.Refuse(error);
        var refused = Assert.IsType<SendResult.Refused>(await SendAsync(new CreateAttempt(Room, "1-create", false, Messages.FiringOne)));
        Assert.True(refused.WholeRoom);
        Assert.Equal(error, refused.Reason.Split(": ")[0]);
        Assert.Single(Slack.Requests);
    }

    [Theory]
    [InlineData("internal_error", true)]
    [InlineData("fatal_error", true)]
    [InlineData("request_timeout", true)]
    [InlineData("service_unavailable", false)]
    [InlineData("ratelimited", false)]
    public async Task Errors_that_pass_are_tried_again(string error, bool unclear)
    {
        Slack.Refuse(error);
        Assert.Equal(unclear, Assert.IsType<SendResult.TryAgain>(await SendAsync(new CreateAttempt(Room, "1-create", false, Messages.FiringOne))).Unclear);
    }

    [Theory]
    [InlineData("message_not_found")]
    [InlineData("cant_update_message")]
    [InlineData("edit_window_closed")]
    public async Task A_message_that_cannot_be_edited_any_more_is_gone(string error)
    {
        var id = await CreateAsync(Messages.FiringOne);
        Slack.Refuse(error);
        Assert.IsType<SendResult.Gone>(await SendAsync(new EditAttempt(Room, "1-edit", id, Messages.Resolved)));
    }

    [Fact]
    public async Task A_deleted_message_is_gone_for_edits_and_replies()
    {
        var id = await CreateAsync(Messages.FiringOne);
        Slack.Delete(Slack.Messages(Room.Id)[0]);
        Assert.IsType<SendResult.Gone>(await SendAsync(new EditAttempt(Room, "1-edit", id, Messages.Resolved)));
        Assert.IsType<SendResult.Gone>(await SendAsync(new ReplyAttempt(Room, "1-reply", false, id, null, Messages.History)));
    }

    [Theory]
    [InlineData("invalid_blocks")]
    [InlineData("msg_blocks_too_long")]
    public async Task Blocks_that_slack_does_not_take_go_as_text_in_the_same_attempt(string error)
    {
        Slack.EnforcesRates = false;
        Slack.Refuse(error, times: 1);
        var id = await CreateAsync(Messages.Hostile(400));
        Assert.Equal(2, Slack.Requests.Count);
        Slack.Refuse(error, times: 1);
        await DeliveredAsync(new EditAttempt(Room, "1-edit", id, Messages.FiringOne));
        var message = Assert.Single(Slack.Messages(Room.Id));
        Assert.Empty(message.Versions[1]["blocks"]!.AsArray());
        Assert.Contains("CRITICAL · node-3 does not answer", message.Text, StringComparison.Ordinal);
        Assert.Contains("Runbook: https://", message.Text, StringComparison.Ordinal);

        Slack.Refuse(error);
        Assert.False(Assert.IsType<SendResult.Refused>(await SendAsync(new EditAttempt(Room, "2-edit", id, Messages.FiringOne))).WholeRoom);
    }

    [Fact]
    public async Task Mentions_call_in_the_announcement_and_in_replies()
    {
        var mention = new Mention(true, ["U024BE7LH", "S0614TZR7", "<!here>", ""]);
        var id = await CreateAsync(Messages.FiringOne with { Mention = mention });
        await DeliveredAsync(new ReplyAttempt(Room, "1-reply", false, id, null, Messages.History with { Mention = mention }));
        var message = Assert.Single(Slack.Messages(Room.Id));
        Assert.Equal(["!channel", "@U024BE7LH", "!subteam^S0614TZR7"], message.Mentions);
        Assert.Equal(message.Mentions, Assert.Single(Slack.Replies(message)).Mentions);
    }

    [Fact]
    public async Task A_message_to_a_person_is_edited_in_the_channel_where_it_landed()
    {
        var room = new Room("slack", "U024BE7LH");
        var id = await DeliveredAsync(new CreateAttempt(room, "1-create", false, Messages.FiringOne));
        await DeliveredAsync(new EditAttempt(room, "1-edit", id, Messages.Resolved));
        Assert.Equal(1, Assert.Single(Slack.Messages("D024BE7LH")).Edits);
    }

    [Fact]
    public async Task What_people_copy_from_a_message_is_what_the_label_says()
    {
        await CreateAsync(Messages.FiringOne with { Place = "unit=`a`*b*_c_~d~ <x> & :fire: @channel" });
        Assert.Contains("unit=`a`*b*_c_~d~ <x> & :fire: @channel", Slack.Messages(Room.Id)[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_server_itself_refuses_what_slack_refuses()
    {
        Assert.Equal("no_text", SlackRules.Complaint([]));
        Assert.Equal("msg_too_long", SlackRules.Complaint(new JsonObject { ["text"] = new string('x', 4001) }));
        Assert.Equal("invalid_blocks", SlackRules.Complaint(JsonNode.Parse("""{"text":"x","blocks":[{"type":"header","text":{"type":"plain_text","text":""}}]}""")!.AsObject()));
        var section = $$$"""{"type":"section","text":{"type":"mrkdwn","text":"{{{new string('x', 2900)}}}"}}""";
        Assert.Equal("msg_blocks_too_long", SlackRules.Complaint(JsonNode.Parse($$"""{"text":"x","blocks":[{{section}},{{section}},{{section}},{{section}},{{section}}]}""")!.AsObject()));
        Assert.NotEmpty(SlackRules.Violations(new JsonObject { ["text"] = "<b> & co" }));
        Assert.Empty(SlackRules.Violations(new JsonObject { ["text"] = "<!channel> <@U1> &lt;b&gt; &amp; co" }));
    }

    private async Task<FindResult> FindAsync(SendAttempt attempt) => await Channel.FindAsync(attempt, TestContext.Current.CancellationToken);

    private protected override async Task<VendorServer> StartServerAsync() => await SlackServer.StartAsync(Clock);

    private protected override IChannel Make(Uri server) => MakeWithToken(server, SlackServer.Token);

    private protected override IChannel MakeWithToken(Uri server, string token) =>
        new SlackChannel(new SlackOptions { BotToken = new Secret(token), ApiUrl = new Uri($"{server.AbsoluteUri.TrimEnd('/')}/api/") }, Http, Clock);
}
