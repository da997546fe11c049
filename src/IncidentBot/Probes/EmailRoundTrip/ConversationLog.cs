using System.Text;
using MailKit;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>Writes what is said to a mail server, and what it says, into the transcript, without logins.</summary>
internal sealed class ConversationLog(Transcript transcript) : IProtocolLogger
{
    private const int LongestPiece = 2000;

    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    public void LogConnect(Uri uri) => transcript.Note($"connected to {uri.Host}");

    public void LogClient(byte[] buffer, int offset, int count)
    {
        var text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(buffer, offset, count));
        if (AuthenticationSecretDetector?.DetectSecrets(buffer, offset, count) is { Count: > 0 } secrets)
        {
            text = buffer[offset..(offset + count)];
            foreach (var secret in secrets)
            {
                text.AsSpan(secret.StartIndex - offset, secret.Length).Fill((byte)'*');
            }
        }

        foreach (var line in Lines(text, 0, text.Length))
        {
            transcript.Sent(line);
        }
    }

    public void LogServer(byte[] buffer, int offset, int count)
    {
        foreach (var line in Lines(buffer, offset, count))
        {
            transcript.Got(line);
        }
    }

    public void Dispose()
    {
    }

    private static IEnumerable<string> Lines(byte[] buffer, int offset, int count) =>
        Encoding.UTF8.GetString(buffer, offset, Math.Min(count, LongestPiece)).Split('\n').Select(line => line.TrimEnd('\r'))
            .Where(line => line.Length > 0);
}
