using IncidentBot.Settings;

namespace IncidentBot.Probes.PrometheusQuery;

/// <summary>A query of Prometheus whose values should stay within bounds: <c>probes.prometheus</c>.</summary>
internal sealed class QueryOptions : ProbeOptions
{
    /// <summary>Base address of Prometheus, or of what answers as it does. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>In PromQL; every series that it gives is looked at. Required.</summary>
    public string Query { get; set; } = "";

    /// <summary>The highest value that is good. This or least is required.</summary>
    public string? Most { get; set; }

    /// <summary>The lowest value that is good. This or most is required.</summary>
    public string? Least { get; set; }

    /// <summary>Whether it is good that the query gives nothing. Default false.</summary>
    public bool NothingIsGood { get; set; }

    /// <summary>For Basic authentication. Absent: none, or a bearer token.</summary>
    public string? Username { get; set; }

    /// <summary>For Basic authentication with username; without it a bearer token. Absent: none.</summary>
    public Secret? Password { get; set; }

    /// <summary>Certificates in PEM that are trusted instead of the system's. Absent: the system's.</summary>
    [RelativeToFile]
    public string? CaFile { get; set; }
}
