using IncidentBot.Settings;
using Xunit;

namespace IncidentBot.Lanes;

/// <summary>Of which lanes a person is warned, and of which not.</summary>
public sealed class LaneWarningsTests : IDisposable
{
    private const string TakesRest = "{ name: rest, match: {} }";
    private const string Held = "quiet_hours: { from: \"22:00\", to: \"07:00\", posts: held }";

    private readonly Place _place = new();

    [Theory]
    [InlineData(TakesRest)]
    [InlineData("{ name: a, match: { severity: critical } }, " + TakesRest)]
    [InlineData("{ name: a, match: { severity: critical } }, { name: b, match: { severity: \"!=critical\" } }")]
    [InlineData("{ name: a, match: { env: \"=~prod|live\" } }, { name: b, match: { env: \"!~prod|live\" } }")]
    public void Lanes_that_take_everything_are_good(string lanes) => Assert.Empty(Warnings(lanes));

    [Theory]
    [InlineData("{ name: a, match: { severity: critical } }")]
    [InlineData("{ name: a, match: { severity: critical } }, { name: b, match: { severity: warning } }")]
    [InlineData("{ name: a, match: { severity: critical } }, { name: b, match: { severity: \"!=critical\", team: db } }")]
    public void Lanes_that_leave_something_out_are_warned_of(string lanes) =>
        Assert.StartsWith("lanes: none takes everything", Assert.Single(Warnings(lanes)), StringComparison.Ordinal);

    [Theory]
    [InlineData("{ name: a, match: {}, quiet: true }", "a", "makes no sound")]
    [InlineData("{ name: a, match: {}, " + Held + " }", "a", "quiet hours")]
    [InlineData("{ name: a, match: {}, digest: 1h }", "a", "digest")]
    [InlineData("{ name: a, match: { severity: \"!=info\", team: db }, " + Held + " }, " + TakesRest, "a", "quiet hours")]
    [InlineData("{ name: a, match: { severity: critical, team: db } }, { name: b, match: {}, quiet: true }", "b", "makes no sound")]
    public void A_critical_that_nobody_hears_at_once_is_warned_of(string lanes, string lane, string how)
    {
        var warning = Assert.Single(Warnings(lanes));
        Assert.Contains($"\"{lane}\": a critical alert can come here", warning, StringComparison.Ordinal);
        Assert.Contains(how, warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ name: a, match: { severity: \"=~critical|page\" } }, { name: b, match: {}, quiet: true, digest: 1h }")]
    [InlineData("{ name: a, match: { severity: warning }, " + Held + " }, " + TakesRest)]
    [InlineData("{ name: a, match: {}, quiet_hours: { from: \"22:00\", to: \"07:00\" } }")]
    public void What_no_critical_reaches_may_be_quiet(string lanes) => Assert.Empty(Warnings(lanes));

    public void Dispose() => _place.Dispose();

    private IReadOnlyList<string> Warnings(string lanes)
    {
        var (result, complaints) = _place.Load($"lanes: [{lanes}]\n", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Empty(complaints);
        return result.Options!.Warnings;
    }
}
