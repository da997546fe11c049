using MimeKit.Utils;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>A mail of this probe that was found in the mailbox.</summary>
/// <param name="Marker">Null when its header is gone and only the subject tells.</param>
/// <param name="Uid">In its folder.</param>
/// <param name="Delivered">When the server put it there, as the server's clock has it.</param>
/// <param name="IsNew">Nobody, also no earlier run, has seen it.</param>
/// <param name="IsOurs">Header and sender fit, so that it may be deleted.</param>
internal sealed record Arrival(
    Marker? Marker, uint Uid, bool InJunk, DateTimeOffset? Delivered, bool IsNew, bool IsOurs, IReadOnlyList<string> Received)
{
    /// <summary>Where it waited longest on its way, when that was more than a few seconds: <c>mx.example.org (14 min)</c>.</summary>
    public (string Host, TimeSpan For)? LongestWait
    {
        get
        {
            (string Host, TimeSpan For)? longest = null;

            // The newest is on top. A server writes its line when the mail has come, so the time until the next one's is its wait there.
            for (var i = Received.Count - 1; i > 0; i--)
            {
                if (Time(Received[i]) is { } came && Time(Received[i - 1]) is { } left && left - came > TimeSpan.FromSeconds(5)
                    && (longest is null || left - came > longest.Value.For))
                {
                    longest = (By(Received[i]), left - came);
                }
            }

            return longest;
        }
    }

    private static DateTimeOffset? Time(string received) =>
        received.LastIndexOf(';') is >= 0 and var at && DateUtils.TryParse(received[(at + 1)..].Trim(), out var time) ? time : null;

    private static string By(string received)
    {
        var words = received.Split([' ', '\t', '\r', '\n', ';'], StringSplitOptions.RemoveEmptyEntries);
        var at = Array.IndexOf(words, "by");
        return at >= 0 && at + 1 < words.Length && words[at + 1].Length < 100 ? words[at + 1] : "a server without a name";
    }
}
