using IncidentBot.Settings;

namespace IncidentBot.Delivery;

/// <summary><c>storm</c>: when a room has too much to show, and what then.</summary>
internal sealed class StormSection() : SettingsSection("storm", typeof(StormOptions))
{
    private static readonly TimeSpan ShortestRefresh = TimeSpan.FromSeconds(1);

    public override void Check(BotOptions options, Requirements requirements)
    {
        requirements.RequirePositive("storm.show_within", options.Storm.ShowWithin);
        requirements.RequirePositive("storm.calm_after", options.Storm.CalmAfter);
        if (options.Storm.Refresh < ShortestRefresh)
        {
            requirements.Complain("storm.refresh", Requirements.Found(Duration.Format(options.Storm.Refresh)),
                "at least 1s: every edit is one of the vendor's budget");
        }
    }
}

/// <summary>The section among all options.</summary>
internal static class StormOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>When a room has too much to show, and what then.</summary>
        public StormOptions Storm => options.Of<StormOptions>("storm");
    }
}
