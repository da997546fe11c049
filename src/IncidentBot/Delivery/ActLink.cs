using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using IncidentBot.Channels;

namespace IncidentBot.Delivery;

/// <summary>
/// What a signed link does: one action with one incident, until it expires. Whoever has the message may use it, which is why it can do
/// nothing else and why opening it only shows what it would do.
/// </summary>
internal sealed record ActLink(ButtonAction Action, long Incident, DateTimeOffset Expires)
{
    private const byte Version = 1;
    private const int Body = 18;
    private const int Signature = 16;
    private const int Longest = 100;

    /// <summary>As the last part of an address.</summary>
    /// <param name="key">That of the store.</param>
    public string ToToken(ReadOnlySpan<byte> key)
    {
        Span<byte> bytes = stackalloc byte[Body + Signature];
        bytes[0] = Version;
        bytes[1] = (byte)Action;
        BinaryPrimitives.WriteInt64BigEndian(bytes[2..], Incident);
        BinaryPrimitives.WriteInt64BigEndian(bytes[10..], Expires.ToUnixTimeSeconds());
        Sign(key, bytes[..Body], bytes[Body..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads what may be anything. An expired link is read too, so that it can be said.</summary>
    public static bool TryRead(string token, ReadOnlySpan<byte> key, [NotNullWhen(true)] out ActLink? link)
    {
        link = null;
        Span<byte> bytes = stackalloc byte[Longest];
        Span<byte> signature = stackalloc byte[Signature];
        if (token.Length > Longest || !Base64Url.IsValid(token) || !Base64Url.TryDecodeFromChars(token, bytes, out var length)
            || length != Body + Signature || bytes[0] != Version)
        {
            return false;
        }

        Sign(key, bytes[..Body], signature);
        if (!CryptographicOperations.FixedTimeEquals(signature, bytes[Body..length]))
        {
            return false;
        }

        link = new ActLink((ButtonAction)bytes[1], BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(bytes[10..])));
        return true;
    }

    private static void Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> body, Span<byte> signature)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, body, whole);
        whole[..Signature].CopyTo(signature);
    }
}
