using System.Text.Json;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Channels.Matrix;

/// <summary>What of a room's events is a request, whatever anybody writes into one.</summary>
public sealed class MatrixReaderTests
{
    private const string Self = "@incidentbot:example.org";

    [Theory]
    [InlineData("👍", "Acknowledge")]
    [InlineData("👍️", "Acknowledge")]
    [InlineData("👍🏽", "Acknowledge")]
    [InlineData("✅", "Acknowledge")]
    [InlineData("🔕", "Silence")]
    [InlineData("❤️", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Reactions_mean_one_thing_in_all_their_spellings(string? key, string? action) =>
        Assert.Equal(action, MatrixReader.Press(key)?.Action.ToString());

    [Theory]
    [InlineData("""{"msgtype":"m.text","body":"!ib ack 12 on it"}""", "ack 12 on it", true, null)]
    [InlineData("""{"msgtype":"m.text","body":"!IB"}""", "", true, null)]
    [InlineData("""{"msgtype":"m.text","body":"incidentbot: status","m.mentions":{"user_ids":["@incidentbot:example.org"]}}""", "status", true, null)]
    [InlineData("""{"msgtype":"m.text","body":"Incident Bot: status","m.mentions":{"user_ids":["@incidentbot:example.org"]}}""", "status", true, null)]
    [InlineData("""{"msgtype":"m.text","body":"ack","m.relates_to":{"rel_type":"m.thread","event_id":"$root","m.in_reply_to":{"event_id":"$last"}}}""", "ack", false, "$root")]
    [InlineData("""{"msgtype":"m.text","body":"> <@bot> CRITICAL\n\nack","m.relates_to":{"m.in_reply_to":{"event_id":"$post"}}}""", "ack", false, "$post")]
    public void Commands_replies_and_mentions_are_requests(string content, string words, bool addressed, string? message)
    {
        var request = Read("m.room.message", content)!;
        Assert.Equal((new ChatInput.Said(words), addressed, message), (request.Input, request.IsAddressed, request.MessageId));
    }

    [Theory]
    [InlineData("m.room.message", """{"msgtype":"m.text","body":"good morning"}""")]
    [InlineData("m.room.message", """{"msgtype":"m.text","body":"!ibuprofen helps"}""")]
    [InlineData("m.room.message", """{"msgtype":"m.notice","body":"!ib ack 12"}""")]
    [InlineData("m.room.message", """{"msgtype":"m.text","body":7}""")]
    [InlineData("m.room.message", """{"msgtype":"m.text"}""")]
    [InlineData("m.room.message", """[]""")]
    [InlineData("m.room.message", """{"msgtype":"m.text","body":"* !ib ack 12","m.relates_to":{"rel_type":"m.replace","event_id":"$e"}}""")]
    [InlineData("m.room.message", """{"msgtype":"m.text","body":"x","m.relates_to":[1],"m.mentions":{"user_ids":"@incidentbot:example.org"}}""")]
    [InlineData("m.reaction", """{"m.relates_to":{"rel_type":"m.annotation","event_id":7,"key":"👍"}}""")]
    [InlineData("m.reaction", """{"m.relates_to":{"rel_type":"m.reference","event_id":"$e","key":"👍"}}""")]
    [InlineData("m.room.topic", """{"body":"!ib ack 12"}""")]
    public void Everything_else_is_none(string type, string content) => Assert.Null(Read(type, content));

    [Fact]
    public void The_bots_own_events_are_none_and_a_clock_that_runs_ahead_counts_as_now()
    {
        var content = """{"msgtype":"m.text","body":"!ib status"}""";
        Assert.Null(Read("m.room.message", content, Self));
        Assert.Equal(Say.Noon, Read("m.room.message", content, time: Say.Noon.AddDays(400).ToUnixTimeMilliseconds())!.SaidAt);
        Assert.Equal(Say.Noon.AddHours(-1), Read("m.room.message", content, time: Say.Noon.AddHours(-1).ToUnixTimeMilliseconds())!.SaidAt);
    }

    private static ChatRequest? Read(string type, string content, string sender = "@ada:example.org", long time = 0) =>
        MatrixReader.Read("!ops:example.org", JsonElement.Parse(
            $$"""{"type":"{{type}}","event_id":"$1","sender":"{{sender}}","origin_server_ts":{{time}},"content":{{content}} }"""), Self, Say.Noon, out _);
}
