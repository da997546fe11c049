namespace IncidentBot.Probes.Tcp;

/// <summary>A port that should take connections: <c>probes.tcp</c>.</summary>
internal sealed class TcpOptions : ProbeOptions
{
    /// <summary>Host and port, as nas.example.org:22. Required.</summary>
    public HostPort? Address { get; set; }

    /// <summary>What the other side should say first, or after send: part of its first 4 KiB. Absent: a connection is enough.</summary>
    public string? Expect { get; set; }

    /// <summary>What is said first, with \r\n and \n as they stand in the text. Absent: nothing.</summary>
    public string? Send { get; set; }
}
