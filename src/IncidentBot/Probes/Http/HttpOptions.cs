using IncidentBot.Settings;

namespace IncidentBot.Probes.Http;

/// <summary>A page or an API that should answer as it says: <c>probes.http</c>.</summary>
internal sealed class HttpOptions : ProbeOptions
{
    /// <summary>What is asked for. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>Of the request. Default GET.</summary>
    public string Method { get; set; } = "GET";

    /// <summary>Headers of the request, without secrets: those have keys of their own.</summary>
    public Dictionary<string, string> Headers { get; set; } = [];

    /// <summary>Body of the request. Absent: none.</summary>
    public string? Body { get; set; }

    /// <summary>For Basic authentication. Absent: none, or a bearer token.</summary>
    public string? Username { get; set; }

    /// <summary>For Basic authentication with username; without it a bearer token. Absent: none.</summary>
    public Secret? Password { get; set; }

    /// <summary>Certificates in PEM that are trusted instead of the system's. Absent: the system's.</summary>
    [RelativeToFile]
    public string? CaFile { get; set; }

    /// <summary>Statuses that are good, one or a list. Absent: 200 to 299.</summary>
    [SingleOrList]
    public List<int> Status { get; set; } = [];

    /// <summary>A regular expression that the body must match. Absent: any body will do.</summary>
    public string? BodyMatches { get; set; }

    /// <summary>A regular expression that the body must not match. Absent: none is forbidden.</summary>
    public string? BodyMatchesNot { get; set; }

    /// <summary>Regular expressions that headers of the answer must match, by name.</summary>
    public Dictionary<string, string> HeaderMatches { get; set; } = [];

    /// <summary>Values in a JSON answer by their path, such as status.db: ok or items.0.id: 7.</summary>
    public Dictionary<string, string> Json { get; set; } = [];

    /// <summary>How long the answer may take. Absent: as long as timeout.</summary>
    public TimeSpan? Within { get; set; }

    /// <summary>So long before its certificate ends there is a warning; the probe stays healthy. Default 14d.</summary>
    public TimeSpan CertificateWarning { get; set; } = TimeSpan.FromDays(14);
}
