using IncidentBot.Probes;
using Xunit;

namespace IncidentBot.ProbeRuns;

public sealed class AlertRuleTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("3 of 5", "++-+-", false)]
    [InlineData("3 of 5", "-+-+-", true)]
    [InlineData("3 of 5", "-+-+-++", false)]
    [InlineData("3 of 5", "--", false)]
    [InlineData("3", "+---", true)]
    [InlineData("3 in a row", "--+-", false)]
    [InlineData("1", "-", true)]
    [InlineData("3 of 5", "-+?-??+-", true)]
    [InlineData("1", "?????", false)]
    public void So_many_of_the_last_runs_have_failed(string after, string runs, bool failing) =>
        Assert.Equal(failing, AlertRule.IsFailing((AlertAfter)AlertAfter.FromText(after)!, runs.Select(Outcome)));

    [Theory]
    [InlineData("0")]
    [InlineData("5 of 3")]
    [InlineData("3 of")]
    [InlineData("many")]
    [InlineData("101")]
    public void What_is_no_number_of_runs_is_refused(string after) => Assert.Null(AlertAfter.FromText(after));

    [Fact]
    public void It_fires_only_when_it_has_been_so_for_long_enough_and_ends_when_it_is_not_so_any_more()
    {
        var alert = new ProbeAlertOptions { After = new AlertAfter(2, 2), For = TimeSpan.FromMinutes(10) };
        var runs = Runs("+--");
        var state = AlertRule.Judge(new ProbeState(), alert, runs, runs[^1].At);
        Assert.Equal((runs[^1].At, null), (state.FailingSince, state.AlertSince));

        state = AlertRule.Judge(state, alert, Runs("+---"), runs[^1].At + TimeSpan.FromMinutes(9));
        Assert.Null(state.AlertSince);
        state = AlertRule.Judge(state, alert, Runs("+----"), runs[^1].At + TimeSpan.FromMinutes(10));
        Assert.Equal(runs[^1].At + TimeSpan.FromMinutes(10), state.AlertSince);

        state = AlertRule.Judge(state, alert, Runs("+----?"), runs[^1].At + TimeSpan.FromMinutes(11));
        Assert.NotNull(state.AlertSince);
        state = AlertRule.Judge(state, alert, Runs("+----+"), runs[^1].At + TimeSpan.FromMinutes(12));
        Assert.Equal((null, null), (state.FailingSince, state.AlertSince));
    }

    private static List<ProbeRun> Runs(string outcomes) => [.. outcomes.Select((outcome, i) =>
        new ProbeRun($"{i}", Start + TimeSpan.FromMinutes(i), TimeSpan.FromSeconds(1), null, Outcome(outcome), "words"))];

    private static RunOutcome Outcome(char sign) => sign switch { '+' => RunOutcome.Healthy, '-' => RunOutcome.Unhealthy, _ => RunOutcome.Unknown };
}
