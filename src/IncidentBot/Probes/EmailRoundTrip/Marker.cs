using System.Globalization;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>
/// What tells a mail of a probe from everybody else's: a header of its own, and the same in the subject for providers that drop headers.
/// </summary>
/// <param name="Probe">The name of the probe.</param>
/// <param name="Id">Of the run.</param>
internal sealed record Marker(string Probe, DateTimeOffset Sent, string Id)
{
    /// <summary>The header's name.</summary>
    public const string Header = "X-IncidentBot-Probe";

    /// <summary>The header's value.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Probe} {Sent.ToUnixTimeMilliseconds()} {Id}");

    public string Subject => $"[incidentbot {Id}] e-mail round trip of {Probe}";

    /// <summary>The part of the subject by which it is found.</summary>
    public string InSubject => $"[incidentbot {Id}]";

    public static string BeginningOf(string probe) => probe + " ";

    public bool IsSame(Marker other) => Id.Equals(other.Id, StringComparison.Ordinal);

    /// <summary>Null when the header is not one of ours, to the letter.</summary>
    public static Marker? Read(string? header) =>
        header?.Trim().Split(' ') is [var probe, var sent, var id] && id.Length > 0
            && long.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            && time <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? new Marker(probe, DateTimeOffset.FromUnixTimeMilliseconds(time), id)
            : null;
}
