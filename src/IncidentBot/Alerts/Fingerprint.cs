using System.Globalization;
using System.Text;

namespace IncidentBot.Alerts;

/// <summary>
/// The identity of an alert: 16 hexadecimal digits over its labels, computed as Prometheus does it (FNV-1a, 64 bit, name and
/// value each followed by 0xFF), so that an alert whose ignored labels are dropped has the fingerprint that Alertmanager
/// would have given it without them.
/// </summary>
internal static class Fingerprint
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static string Of(LabelSet labels)
    {
        var hash = Offset;
        foreach (var label in labels)
        {
            hash = Add(Add(hash, label.Name), label.Value);
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    /// <summary>The same kind of digits over a text.</summary>
    public static string Of(string text) => Add(Offset, text).ToString("x16", CultureInfo.InvariantCulture);

    private static ulong Add(ulong hash, string text)
    {
        Span<byte> buffer = stackalloc byte[256];
        var size = Encoding.UTF8.GetByteCount(text);
        var bytes = size <= buffer.Length ? buffer[..size] : new byte[size];
        Encoding.UTF8.GetBytes(text, bytes);
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * Prime;
        }

        return (hash ^ 0xFF) * Prime;
    }
}
