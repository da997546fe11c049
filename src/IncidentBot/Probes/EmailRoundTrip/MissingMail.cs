using System.Globalization;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>The mails that earlier runs have given up, a line each, with its id and when it was sent.</summary>
internal sealed class MissingMail
{
    private const int Most = 300;

    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private readonly List<(string Id, DateTimeOffset Sent)> _mails = [];

    /// <param name="remembered">Null when there was no run before.</param>
    public MissingMail(string? remembered, DateTimeOffset now)
    {
        foreach (var line in (remembered ?? "").Split('\n'))
        {
            if (line.Split(' ') is [var id, var sent] && long.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
                && time < DateTimeOffset.MaxValue.ToUnixTimeSeconds() && now - DateTimeOffset.FromUnixTimeSeconds(time) < Kept)
            {
                _mails.Add((id, DateTimeOffset.FromUnixTimeSeconds(time)));
            }
        }
    }

    public int Count => _mails.Count;

    public void Lost(Marker marker) => _mails.Add((marker.Id, marker.Sent));

    /// <summary>It came after all.</summary>
    public bool Came(Marker marker) => _mails.RemoveAll(mail => mail.Id.Equals(marker.Id, StringComparison.Ordinal)) > 0;

    public override string ToString() => string.Join('\n', _mails.TakeLast(Most)
        .Select(mail => string.Create(CultureInfo.InvariantCulture, $"{mail.Id} {mail.Sent.ToUnixTimeSeconds()}")));
}
