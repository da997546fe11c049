using IncidentBot.Settings;

namespace IncidentBot.Probes;

/// <summary><c>probes</c>: the scheduled checks.</summary>
internal sealed class ProbesSection() : SettingsSection("probes", typeof(ProbesOptions))
{
    public override void Check(BotOptions options, Requirements requirements)
    {
        foreach (var kind in ProbeCatalog.Kinds)
        {
            if (options.Probes?.Find<ProbeOptions>(kind.Name) is { } probe)
            {
                requirements.Require($"probes.{kind.Name}.every", probe.Every);
                requirements.RequirePositive($"probes.{kind.Name}.every", probe.Every ?? TimeSpan.MaxValue);
            }
        }
    }

    public override IEnumerable<(string Path, string Meaning)> NotYetActive(BotOptions options) => [("probes", "no checks run")];
}

/// <summary>The section among all options.</summary>
internal static class ProbesOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>Scheduled checks. Absent: none.</summary>
        public ProbesOptions? Probes
        {
            get => options.Find<ProbesOptions>("probes");
            set => options.Set("probes", value);
        }
    }
}
