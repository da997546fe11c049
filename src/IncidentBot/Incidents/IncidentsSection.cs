using IncidentBot.Settings;

namespace IncidentBot.Incidents;

/// <summary><c>incidents</c>: what belongs to one incident, and for how long.</summary>
internal sealed class IncidentsSection() : SettingsSection("incidents", typeof(IncidentOptions))
{
    public override void Check(BotOptions options, Requirements requirements)
    {
        var incidents = options.Incidents;
        requirements.RequirePositive("incidents.reopen_within", incidents.ReopenWithin);
        if (incidents.StaleAfter is { } stale)
        {
            requirements.RequirePositive("incidents.stale_after", stale);
        }

        requirements.RequirePositive("incidents.retention", incidents.Retention);
        requirements.RequirePositive("incidents.flap_window", incidents.FlapWindow);
        if (incidents.FlapThreshold is < 1 or > FiringIntervals.Kept / 2)
        {
            requirements.Complain("incidents.flap_threshold", FormattableString.Invariant($"found {incidents.FlapThreshold}"),
                FormattableString.Invariant($"1 to {FiringIntervals.Kept / 2}"));
        }

        foreach (var (word, level) in incidents.Severities)
        {
            var at = SettingsBinder.Join("incidents.severities", word);
            if (string.IsNullOrWhiteSpace(word))
            {
                requirements.Complain(at, "no word", "a word that your severity label has");
            }
            else if (!SeverityWords.IsLevel(level))
            {
                requirements.Complain(at, Requirements.Found(level), string.Join(", ", SeverityWords.Levels.Reverse()));
            }
        }

        for (var i = 0; i < incidents.IgnoredLabels.Count; i++)
        {
            requirements.RequireLabelName(FormattableString.Invariant($"incidents.ignored_labels[{i}]"), incidents.IgnoredLabels[i]);
        }
    }
}

/// <summary>The section among all options.</summary>
internal static class IncidentsOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>What belongs to one incident, and for how long.</summary>
        public IncidentOptions Incidents => options.Of<IncidentOptions>("incidents");

        /// <summary>The rules by which incidents live; the same object for as long as these options are in force.</summary>
        public IncidentRules Rules =>
            options.Once(static all => all.Incidents.Rules with
            {
                Inhibit = all.Inhibit.ConvertAll(rule => rule.RuleBy(all.Incidents.Words)),
            });
    }
}
