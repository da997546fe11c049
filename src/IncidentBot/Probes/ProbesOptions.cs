using IncidentBot.Settings;

namespace IncidentBot.Probes;

/// <summary>The scheduled checks, by kind, and where their results go.</summary>
internal sealed class ProbesOptions : KeyedOptions, IKeyedOptions
{
    public static IReadOnlyList<SettingKey> Keys => [.. ProbeCatalog.Kinds.Select(kind => kind.Key)];

    /// <summary>The Pushgateway that results are pushed to: its address, or its options. Absent: they are not pushed.</summary>
    public PushgatewayOptions? Pushgateway { get; set; }

    /// <summary>
    /// What can be reached whenever our own network works, as host:port, best by number: <c>[1.1.1.1:443, 9.9.9.9:443]</c>. Asked when a
    /// probe fails: when none of them takes a connection, the probe says nothing of what it looks at. Absent: every failure counts.
    /// </summary>
    public List<HostPort> OwnNetwork { get; set; } = [];

    /// <summary>Every probe with its kind, in the order of the catalog.</summary>
    public IEnumerable<Probe> All => ProbeCatalog.Kinds
        .SelectMany(kind => kind.In(this).Select(options => new Probe(kind, options)));
}

/// <summary>The Pushgateway that results are pushed to: <c>probes.pushgateway</c>. A single value is its <c>url</c>.</summary>
[ShortFor("url")]
internal sealed class PushgatewayOptions
{
    /// <summary>Base address. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>For Basic authentication. Absent: none.</summary>
    public string? Username { get; set; }

    /// <summary>For Basic authentication. Required with username.</summary>
    public Secret? Password { get; set; }
}

/// <summary>One probe: its kind and its options.</summary>
internal sealed record Probe(ProbeKind Kind, ProbeOptions Options)
{
    /// <summary>Unique among all probes.</summary>
    public string Name => Options.Name.Length > 0 ? Options.Name : Kind.Name;

    /// <summary>How long one run may take.</summary>
    public TimeSpan Timeout => Options.Timeout ?? Kind.UsualTimeout;

    /// <summary>The group of its metrics: job first.</summary>
    public IReadOnlyList<MetricLabel> Group => Kind.Group(Options);
}
