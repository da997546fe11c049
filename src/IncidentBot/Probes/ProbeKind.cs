using IncidentBot.Settings;

namespace IncidentBot.Probes;

/// <summary>
/// A kind of scheduled check: its options, what it measures, how it looks, and what the pages call it. It asks nobody: only the look
/// that it makes does.
/// </summary>
/// <param name="name">Its key under <c>probes</c>.</param>
internal abstract class ProbeKind(string name)
{
    public string Name => name;

    /// <summary>The key that settings know: one map, or a list of them.</summary>
    public abstract SettingKey Key { get; }

    /// <summary>What it finds out, for people: <c>Whether mail that is sent arrives.</c></summary>
    public abstract string Purpose { get; }

    /// <summary>The limit of one run where the options name none.</summary>
    public abstract TimeSpan UsualTimeout { get; }

    /// <summary>Every metric that a look may give, with the names and the meaning that existing rules use.</summary>
    public abstract IReadOnlyList<MetricFamily> Families { get; }

    /// <summary>The runbook for when it fails, as its path without .md; null when no one fits all.</summary>
    public virtual string? Runbook => null;

    /// <summary>The options of each probe of this kind.</summary>
    public abstract IReadOnlyList<ProbeOptions> In(ProbesOptions probes);

    /// <summary>One look, with options that have been checked.</summary>
    public abstract IProbe Make(ProbeOptions options);

    /// <summary>What is looked at, for people and without secrets: an address, a host with its port.</summary>
    public abstract string Target(ProbeOptions options);

    /// <summary>The group of its metrics, job first. Two probes of different names never have the same.</summary>
    public IReadOnlyList<MetricLabel> Group(ProbeOptions options)
    {
        var labels = options.Metrics.Group?.Select(label => new MetricLabel(label.Key, label.Value)) ?? UsualGroup(options);
        return [new MetricLabel("job", options.Metrics.Job ?? JobOf(options)), .. labels];
    }

    /// <summary>The result of a look that was not done in time; a kind adds what its rules must hear then.</summary>
    public virtual ProbeResult TooLate(ProbeOutcome.Unhealthy outcome, TimeSpan limit) => new(outcome, []);

    /// <summary>Complains about each option that cannot be, beside those that every kind has.</summary>
    /// <param name="path">The path of the probe, which those of its options begin with.</param>
    public abstract void Check(ProbeOptions options, string path, Requirements requirements);

    /// <summary>The job that existing rules ask for.</summary>
    protected abstract string UsualJob { get; }

    /// <summary>The job of one probe, where rules know each by its own.</summary>
    protected virtual string JobOf(ProbeOptions options) => UsualJob;

    /// <summary>
    /// What tells its groups in the Pushgateway from others of that job. By default a probe that goes by the name of its kind has the job
    /// alone, as the scripts that it replaces; one with a name of its own has it as a label.
    /// </summary>
    protected virtual IEnumerable<MetricLabel> UsualGroup(ProbeOptions options) =>
        options.Name.Length == 0 || string.Equals(options.Name, name, StringComparison.Ordinal) ? [] : [new MetricLabel("probe", options.Name)];
}

/// <summary>A kind of scheduled check with its options.</summary>
internal abstract class ProbeKind<TOptions>(string name) : ProbeKind(name)
    where TOptions : ProbeOptions, new()
{
    public sealed override SettingKey Key { get; } = SettingKey.Keyed(name, typeof(List<TOptions>), takesSingle: true);

    public sealed override IReadOnlyList<ProbeOptions> In(ProbesOptions probes) => probes.Find<List<TOptions>>(Name) ?? [];

    public sealed override IProbe Make(ProbeOptions options) => Make((TOptions)options);

    public sealed override string Target(ProbeOptions options) => Target((TOptions)options);

    public sealed override void Check(ProbeOptions options, string path, Requirements requirements) =>
        Check((TOptions)options, path, requirements);

    protected sealed override IEnumerable<MetricLabel> UsualGroup(ProbeOptions options) => UsualGroup((TOptions)options);

    protected sealed override string JobOf(ProbeOptions options) => JobOf((TOptions)options);

    protected virtual string JobOf(TOptions options) => UsualJob;

    protected abstract IProbe Make(TOptions options);

    protected abstract string Target(TOptions options);

    protected abstract void Check(TOptions options, string path, Requirements requirements);

    protected virtual IEnumerable<MetricLabel> UsualGroup(TOptions options) => base.UsualGroup(options);
}
