using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IncidentBot.Settings;

namespace IncidentBot.Channels.Slack;

/// <summary>Whether Slack signed a request, and why it is not taken when it did not.</summary>
internal enum SlackSigned
{
    Right,

    /// <summary>There is no signature, or no time, in the form that Slack gives them.</summary>
    Unsigned,

    /// <summary>It was signed more than five minutes ago, or ahead of time: a request that somebody kept is sent again.</summary>
    TooOld,

    /// <summary>The signature is another secret's, or of another body.</summary>
    Wrong,
}

/// <summary>
/// Checks Slack's signature over the bytes of a request. https://docs.slack.dev/authentication/verifying-requests-from-slack
/// </summary>
internal static class SlackSignature
{
    /// <summary>How far the time of a request may be from ours.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    private const string Version = "v0=";
    private const int LongestTime = 12;

    /// <param name="timestamp">The header <c>X-Slack-Request-Timestamp</c>.</param>
    /// <param name="signature">The header <c>X-Slack-Signature</c>.</param>
    /// <param name="body">As it came.</param>
    public static SlackSigned Check(Secret secret, string timestamp, string signature, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (timestamp.Length > LongestTime
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || !signature.StartsWith(Version, StringComparison.Ordinal)
            || signature.Length != Version.Length + (2 * SHA256.HashSizeInBytes))
        {
            return SlackSigned.Unsigned;
        }

        Span<byte> claimed = stackalloc byte[SHA256.HashSizeInBytes];
        if (Convert.FromHexString(signature.AsSpan(Version.Length), claimed, out _, out _) != OperationStatus.Done)
        {
            return SlackSigned.Unsigned;
        }

        Span<byte> own = stackalloc byte[SHA256.HashSizeInBytes];
        Sign(secret, timestamp, body, own);
        return !CryptographicOperations.FixedTimeEquals(own, claimed) || ReferenceEquals(secret, Secret.Unread) ? SlackSigned.Wrong
            : Math.Abs(now.ToUnixTimeSeconds() - seconds) > MaxAge.TotalSeconds ? SlackSigned.TooOld
            : SlackSigned.Right;
    }

    private static void Sign(Secret secret, string timestamp, ReadOnlySpan<byte> body, Span<byte> signature)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret.Reveal()));
        hash.AppendData(Encoding.ASCII.GetBytes($"v0:{timestamp}:"));
        hash.AppendData(body);
        hash.GetHashAndReset(signature);
    }
}
