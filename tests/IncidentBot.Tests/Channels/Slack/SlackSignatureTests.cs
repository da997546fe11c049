using System.Text;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Channels.Slack;

/// <summary>Only what Slack signed lately is taken.</summary>
public sealed class SlackSignatureTests
{
    private const string Body = "token=x&text=ack+12";
    private static readonly Secret Ours = new(SlackServer.SigningSecret);

    [Fact]
    public void The_example_of_Slacks_documentation_is_right()
    {
        const string Documented = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        Assert.Equal(SlackSigned.Right, SlackSignature.Check(new Secret("8f742231b10e8888abcd99yyyzzz85a5"), "1531420618",
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503", Encoding.UTF8.GetBytes(Documented), DateTimeOffset.FromUnixTimeSeconds(1531420620)));
    }

    [Theory]
    [InlineData(0, nameof(SlackSigned.Right))]
    [InlineData(300, nameof(SlackSigned.Right))]
    [InlineData(-300, nameof(SlackSigned.Right))]
    [InlineData(301, nameof(SlackSigned.TooOld))]
    [InlineData(-301, nameof(SlackSigned.TooOld))]
    public void A_request_counts_for_five_minutes(int later, string expected)
    {
        var (timestamp, signature) = SlackServer.Sign(Body, Say.Noon);
        Assert.Equal(expected, SlackSignature.Check(Ours, timestamp, signature, Encoding.UTF8.GetBytes(Body), Say.Noon.AddSeconds(later)).ToString());
    }

    [Fact]
    public void Another_secret_another_body_and_another_time_are_wrong()
    {
        var (timestamp, signature) = SlackServer.Sign(Body, Say.Noon);
        var body = Encoding.UTF8.GetBytes(Body);
        Assert.Equal(SlackSigned.Wrong, SlackSignature.Check(new Secret("another"), timestamp, signature, body, Say.Noon));
        Assert.Equal(SlackSigned.Wrong, SlackSignature.Check(Ours, timestamp, signature, Encoding.UTF8.GetBytes(Body + "3"), Say.Noon));
        Assert.Equal(SlackSigned.Wrong, SlackSignature.Check(Ours, "1" + timestamp, signature, body, Say.Noon));
        Assert.Equal(SlackSigned.Wrong, SlackSignature.Check(Secret.Unread, timestamp, SlackServer.Sign(Body, Say.Noon, "").Signature, body, Say.Noon));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("1772366400,1772366400", null)]
    [InlineData("-1772366400", null)]
    [InlineData("1772366400.5", null)]
    [InlineData("99999999999999999999999", null)]
    [InlineData(null, "v0=")]
    [InlineData(null, "v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(null, "v0=zz00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(null, "v0=00")]
    public void What_is_no_signature_is_none(string? timestamp, string? signature)
    {
        var right = SlackServer.Sign(Body, Say.Noon);
        Assert.Equal(SlackSigned.Unsigned, SlackSignature.Check(Ours, timestamp ?? right.Timestamp, signature ?? right.Signature, Encoding.UTF8.GetBytes(Body), Say.Noon));
    }
}
