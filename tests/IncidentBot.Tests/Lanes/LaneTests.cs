using IncidentBot.Incidents;
using IncidentBot.Rooms;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Lanes;

/// <summary>What is urgent in a lane, and what follows from that.</summary>
public sealed class LaneTests
{
    /// <summary>By default a lane escalates after 5 minutes what is urgent, after 30 minutes a warning.</summary>
    [Theory]
    [InlineData("first", "high", true, 5.0)]
    [InlineData("first", "info", true, 5.0)]
    [InlineData("second", "high", false, 30.0)]
    [InlineData("second", "info", false, null)]
    [InlineData("second", "critical", true, 5.0)]
    [InlineData("second", "P0", true, 5.0)]
    [InlineData("second", "sev0", true, 5.0)]
    [InlineData("second", "Sev1", true, 5.0)]
    [InlineData("second", "sev2", false, 30.0)]
    [InlineData("quiet", "critical", false, null)]
    [InlineData("digest", "critical", false, null)]
    [InlineData("rest", "critical", true, 5.0)]
    public void Urgent_is_what_is_critical_or_asked_for_by_the_first_lane_unless_the_lane_is_quiet(string lane, string severity, bool urgent, double? minutes)
    {
        var book = LaneBook.Of(
        [
            Lane("first", severity: "=~.*"),
            Lane("second", severity: "=~.*"),
            Lane("quiet", severity: "=~.*", quiet: true),
            Lane("digest", severity: "=~.*", digest: true),
            Lane("rest"),
        ]);
        var group = Group(Firing("plex-0", severity: severity));
        var incident = new Incident { Key = IncidentKey.Of(group) }.Apply(group.Alerts, group, Noon).Incident;

        Assert.Equal(urgent, book.Named(lane).IsUrgent(new Severity(severity)));
        Assert.Equal(minutes is { } after ? [TimeSpan.FromMinutes(after)] : [], book.Named(lane).Steps(incident).Select(step => step.After));
    }

    [Fact]
    public void A_first_lane_that_asks_for_nothing_makes_nothing_urgent()
    {
        var book = LaneBook.Of([Lane("all")]);

        Assert.False(book.Named("all").IsUrgent(new Severity("high")));
        Assert.True(book.Named("all").IsUrgent(new Severity("critical")));
    }

    private static LaneOptions Lane(string name, string? severity = null, bool quiet = false, bool digest = false) => new()
    {
        Name = name,
        Match = severity is null ? new(StringComparer.Ordinal) : new(StringComparer.Ordinal) { ["severity"] = severity },
        Rooms = [Room.Parse("slack:C1")],
        Quiet = quiet,
        Digest = digest ? TimeSpan.FromHours(1) : null,
    };
}
