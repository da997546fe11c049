namespace IncidentBot.Delivery;

/// <summary>When more comes than a room can announce: one live summary stands for all that is not critical.</summary>
internal sealed class StormOptions
{
    /// <summary>It is too much when announcing what waits takes longer than this, at the vendor's pace. Default 30s.</summary>
    public TimeSpan ShowWithin { get; set; } = StormRules.Default.ShowWithin;

    /// <summary>The storm calms down when so little came for this long that the room shows it with half of its pace. Default 1m.</summary>
    public TimeSpan CalmAfter { get; set; } = StormRules.Default.CalmAfter;

    /// <summary>How often the summary is edited. Default 10s, at least 1s.</summary>
    public TimeSpan Refresh { get; set; } = StormRules.Default.RefreshEvery;

    /// <summary>The rules that these options make.</summary>
    internal StormRules Rules => new(ShowWithin, CalmAfter, Refresh);
}
