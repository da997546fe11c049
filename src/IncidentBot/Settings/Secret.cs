using System.Security.Cryptography;
using System.Text;

namespace IncidentBot.Settings;

/// <summary>A password or token. It never shows itself: as text, in logs and in JSON it is <c>***</c>.</summary>
internal sealed class Secret(string value)
{
    /// <summary>A secret whose file was left alone; it is empty and equals nothing.</summary>
    public static readonly Secret Unread = new("");

    /// <summary>The file that it was read from, to look whether another stands there by now; null when it was written itself.</summary>
    public string? File { get; init; }

    /// <summary>The value itself; use it only where it is sent.</summary>
    public string Reveal() => value;

    /// <summary>Compares in a time that does not depend on how much of it is right.</summary>
    public bool Is(string candidate)
    {
        Span<byte> own = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> other = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(value), own);
        SHA256.HashData(Encoding.UTF8.GetBytes(candidate), other);
        return CryptographicOperations.FixedTimeEquals(own, other) && !ReferenceEquals(this, Unread);
    }

    public override string ToString() => "***";
}
