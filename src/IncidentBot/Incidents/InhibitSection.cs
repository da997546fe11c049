using IncidentBot.Settings;

namespace IncidentBot.Incidents;

/// <summary><c>inhibit</c>: which alerts explain which others, over all sources.</summary>
internal sealed class InhibitSection() : SettingsSection("inhibit", typeof(List<InhibitOptions>))
{
    public override void Check(BotOptions options, Requirements requirements)
    {
        for (var i = 0; i < options.Inhibit.Count; i++)
        {
            var (path, rule) = (FormattableString.Invariant($"inhibit[{i}]"), options.Inhibit[i]);
            CheckSide($"{path}.source", rule.Source, requirements);
            CheckSide($"{path}.target", rule.Target, requirements);
            for (var j = 0; j < rule.Equal.Count; j++)
            {
                requirements.RequireLabelName(FormattableString.Invariant($"{path}.equal[{j}]"), rule.Equal[j]);
            }
        }
    }

    public override void Warn(BotOptions options, Requirements requirements)
    {
        for (var i = 0; i < options.Inhibit.Count; i++)
        {
            var rule = options.Rules.Inhibit[i];
            MatchRules.Warn(FormattableString.Invariant($"inhibit[{i}].source"), rule.Source, requirements);
            MatchRules.Warn(FormattableString.Invariant($"inhibit[{i}].target"), rule.Target, requirements);
        }
    }

    private static void CheckSide(string path, Dictionary<string, string> labels, Requirements requirements)
    {
        if (labels.Count == 0 && (requirements.IsGood(path) || !requirements.Has(path)))
        {
            requirements.Complain(path, "no labels: it would be every alert", "labels and their values, { alertname: NodeDown }");
        }

        MatchRules.Check(path, labels, requirements);
    }
}

/// <summary>The section among all options.</summary>
internal static class InhibitOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>Which alerts explain which others, over all sources: what is explained is not announced. Empty: none.</summary>
        public List<InhibitOptions> Inhibit => options.Of<List<InhibitOptions>>("inhibit");
    }
}
