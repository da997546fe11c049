using System.Text.Json;
using System.Text.Json.Nodes;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Channels.Slack;

/// <summary>What of Slack's payloads is a request, and whose.</summary>
public sealed class SlackReaderTests
{
    private const string Ts = "1772366400.000123";

    [Fact]
    public void A_mention_is_one_request_however_often_it_is_told()
    {
        var mention = Read(SlackServer.Event("app_mention", "C01", "UADA", $"<@{SlackServer.BotUser}> ack 12 on &lt;it&gt;", Ts))!;
        var message = Read(SlackServer.Event("message", "C01", "UADA", $"<@{SlackServer.BotUser}> ack 12 on &lt;it&gt;", Ts))!;
        Assert.Equal(mention, message);
        Assert.Equal(("slack:C01", "C01:" + Ts, "slack:UADA"), (mention.Room.ToString(), mention.Id, mention.By.ToString()));
        Assert.Equal(new ChatInput.Said("ack 12 on <it>"), mention.Input);
        Assert.True(mention.IsAddressed);
        Assert.Equal($"C01/{Ts}", mention.Thread);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1772366400), mention.SaidAt, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void What_stands_in_a_thread_belongs_to_its_root_and_is_not_addressed()
    {
        var said = Read(SlackServer.Event("message", "C01", "UADA", "ack", Ts, thread: "1.2"))!;
        Assert.Equal(("1.2", false, "C01/1.2"), (said.MessageId, said.IsAddressed, said.Thread));
    }

    [Fact]
    public void A_private_chat_is_a_room_of_its_person()
    {
        var said = Read(SlackServer.Event("message", "D01", "UADA", "status", Ts, thread: "1.2"))!;
        Assert.Equal(("slack:UADA", true, true, "D01/1.2"), (said.Room.ToString(), said.IsPrivate, said.IsAddressed, said.MessageId));
    }

    [Fact]
    public void Talk_edits_bots_and_the_bot_itself_are_no_requests()
    {
        Assert.Null(Read(SlackServer.Event("message", "C01", "UADA", "ack", Ts)));
        Assert.Null(Read(SlackServer.Event("message", "C01", SlackServer.BotUser, "ack", Ts, thread: "1.2")));
        Assert.Null(Read(SlackServer.Event("message", "C01", "UADA", "ack", Ts, thread: "1.2", subtype: "channel_join")));
        Assert.Null(Read(SlackServer.Event("reaction_added", "C01", "UADA", "ack", Ts)));
        var bot = SlackServer.Event("message", "C01", "UADA", "ack", Ts, thread: "1.2");
        bot["event"]!["bot_id"] = "B1";
        Assert.Null(Read(bot));
        var edit = JsonSerializer.Deserialize(SlackServer.Event("message", "C01", "UADA", "ack", Ts, thread: "1.2", subtype: "message_changed").ToJsonString(),
            SlackInboundJson.Default.SlackEventBody)!;
        Assert.Null(SlackReader.Read(edit, Say.Noon, out var refused));
        Assert.Equal(DoorRefusal.Edited, refused);
    }

    [Theory]
    [InlineData("ack <@U1|ada> <http://a.b:9100|a.b:9100> &amp;lt;", "ack ada a.b:9100 &lt;")]
    [InlineData("<mailto:a@b.c> <#C1|ops> <!here> <https://a.b/c>", "a@b.c ops here https://a.b/c")]
    [InlineData("<<<|||>>>", "<<")]
    [InlineData(": , ack", "ack")]
    public void Words_are_what_was_typed(string text, string expected) =>
        Assert.Equal(expected, SlackReader.Words(text, mention: null).Replace("||>>", "", StringComparison.Ordinal));

    [Fact]
    public void A_press_belongs_to_its_message_and_a_stranger_button_is_unknown()
    {
        var data = new ButtonPress(ButtonAction.Acknowledge, 12);
        var press = Press("C01", data.ToData())!;
        Assert.Equal((new ChatInput.Pressed(data), "9.9", new Room("slack", "C01"), "ada"), (press.Input, press.MessageId, press.Room, press.ByName));
        Assert.Equal(new ChatInput.Pressed(new ButtonPress(ButtonAction.Unknown)), Press("C01", "somebody's own")!.Input);
        Assert.Null(Read(new SlackInteraction("block_actions", "t", null, new SlackUser("U1", null, null), new SlackPlace("C01"), null, [new SlackAction("a", null, null, "1")])));
        Assert.Null(Read(new SlackInteraction("view_submission", "t", null, new SlackUser("U1", null, null), new SlackPlace("C01"), null, [])));
    }

    [Fact]
    public void A_slash_command_has_the_id_of_its_trigger()
    {
        var command = new SlackCommand("/incidentbot", "ack 12", "UADA", "ada", "C01", "77.1", "https://hooks.slack.com/x");
        Assert.Equal(("slash:77.1", new ChatInput.Said("ack 12")), (SlackReader.Read(command, Say.Noon)!.Id, SlackReader.Read(command, Say.Noon)!.Input));
        Assert.Null(SlackReader.Read(command with { TriggerId = null }, Say.Noon));
    }

    [Theory]
    [InlineData("https://hooks.slack.com/commands/T/1", true)]
    [InlineData("https://slack.com/x", true)]
    [InlineData("http://hooks.slack.com/commands/T/1", false)]
    [InlineData("https://hooks.slack.com.evil.example/1", false)]
    [InlineData("https://evilslack.com/1", false)]
    [InlineData("https://hooks.slack.com@evil.example/1", false)]
    [InlineData("https://hooks.slack.com:8443/1", false)]
    [InlineData("https://user@hooks.slack.com/1", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("/relative", false)]
    public void Answers_go_to_Slack_alone(string address, bool taken) =>
        Assert.Equal(taken, SlackVoice.IsSlacks(address, new Uri("https://slack.com/api/")));

    private static ChatRequest? Read(JsonObject payload) =>
        SlackReader.Read(JsonSerializer.Deserialize(payload.ToJsonString(), SlackInboundJson.Default.SlackEventBody)!, Say.Noon, out _);

    private static ChatRequest? Read(SlackInteraction press) => SlackReader.Read(press, Say.Noon);

    private static ChatRequest? Press(string channel, string data) => Read(new SlackInteraction("block_actions", "t1", "", new SlackUser("UADA", "ada", null),
        new SlackPlace(channel), new SlackContainer("9.9", null, channel), [new SlackAction("incidentbot-0", data, null, "1.1")]));
}
