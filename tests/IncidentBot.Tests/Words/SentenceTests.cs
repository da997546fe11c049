using IncidentBot.Incidents;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Words;

public sealed class SentenceTests
{
    private static readonly DateTimeOffset Now = StoreStub.Start;

    [Fact]
    public void Own_words_words_from_outside_and_moments_are_kept_apart()
    {
        Sentence sentence = $"Acknowledged by {new Foreign("<Ada>")} at {Now}: {1204} alerts, {TimeSpan.FromMinutes(5)}";

        Assert.Equal(
            [
                new Sentence.Part.Own("Acknowledged by "), new Sentence.Part.FromOutside("<Ada>"), new Sentence.Part.Own(" at "), new Sentence.Part.Moment(Now),
                new Sentence.Part.Own(": "), new Sentence.Part.Own("1,204"), new Sentence.Part.Own(" alerts, "), new Sentence.Part.Own("5 min"),
            ],
            sentence.Parts);
        Assert.Equal("Acknowledged by <Ada> at 03:12 UTC: 1,204 alerts, 5 min", sentence.Plain(moment => Times.Clock(moment, Now, TimeZoneInfo.Utc)));
    }

    [Fact]
    public void Why_Alertmanager_keeps_quiet_is_said_as_far_as_it_is_known()
    {
        Assert.Equal("muted", Plain(IncidentWords.Quiet(new Suppression(SuppressionKind.Muted, "", "", null))));
        Assert.Equal("silenced by ops until 03:12 UTC: new disks", Plain(IncidentWords.Quiet(new Suppression(SuppressionKind.Silenced, "ops", "new disks", Now))));
    }

    [Fact]
    public void Every_state_has_a_word()
    {
        Assert.All(Enum.GetValues<SuppressionKind>(), kind => Assert.NotEmpty(IncidentWords.State(kind)));
        Assert.All(Enum.GetValues<IncidentStatus>(), status => Assert.NotEmpty(IncidentWords.State(status, Severity.None)));
    }

    private static string Plain(Sentence sentence) => sentence.Plain(moment => Times.Clock(moment, Now, TimeZoneInfo.Utc));
}
