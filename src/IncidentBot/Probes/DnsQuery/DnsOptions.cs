using IncidentBot.Settings;

namespace IncidentBot.Probes.DnsQuery;

/// <summary>A resolver that should answer: <c>probes.dns</c>.</summary>
internal sealed class DnsOptions : ProbeOptions
{
    /// <summary>Who is asked, by number or name with its port: 192.168.1.2:53. Required.</summary>
    public HostPort? Resolver { get; set; }

    /// <summary>The name that is asked for. Required.</summary>
    public string? Query { get; set; }

    /// <summary>A, AAAA, CNAME, MX, NS, PTR or TXT. Default A.</summary>
    public string Type { get; set; } = "A";

    /// <summary>Answers that must be among those that come, one or a list. Absent: any answer will do.</summary>
    [SingleOrList]
    public List<string> Expect { get; set; } = [];
}
