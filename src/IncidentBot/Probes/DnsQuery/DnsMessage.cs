using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace IncidentBot.Probes.DnsQuery;

/// <summary>What a resolver answered.</summary>
/// <param name="Code">0 for no error, 3 for a name that does not exist.</param>
/// <param name="Truncated">The whole answer is to be had over TCP only.</param>
internal sealed record DnsAnswer(int Code, bool Truncated, IReadOnlyList<string> Values);

/// <summary>Questions and answers as DNS has them on the wire.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc1035#section-4</remarks>
internal static class DnsMessage
{
    private const int HeaderSize = 12;
    private const int MostJumps = 32;

    public static readonly IReadOnlyDictionary<string, ushort> Types = new Dictionary<string, ushort>(StringComparer.Ordinal)
    {
        ["A"] = 1,
        ["NS"] = 2,
        ["CNAME"] = 5,
        ["PTR"] = 12,
        ["MX"] = 15,
        ["TXT"] = 16,
        ["AAAA"] = 28,
    };

    public static bool IsName(string name) => name.Length is > 0 and <= 253 && name.TrimEnd('.').Split('.')
        .All(label => label.Length is > 0 and <= 63 && label.All(letter => letter is > ' ' and < '\u007f'));

    public static byte[] Question(ushort id, string name, ushort type)
    {
        using var message = new MemoryStream();
        Span<byte> header = stackalloc byte[HeaderSize];
        header.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header, id);

        // Recursion desired; one question.
        header[2] = 1;
        header[5] = 1;
        message.Write(header);
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            message.WriteByte((byte)label.Length);
            message.Write(Encoding.ASCII.GetBytes(label));
        }

        message.Write([0, (byte)(type >> 8), (byte)type, 0, 1]);
        return message.ToArray();
    }

    /// <summary>Null for what is no answer to this question.</summary>
    public static DnsAnswer? Read(ReadOnlySpan<byte> message, ushort id, ushort type)
    {
        try
        {
            if (message.Length < HeaderSize || BinaryPrimitives.ReadUInt16BigEndian(message) != id || (message[2] & 0x80) == 0)
            {
                return null;
            }

            var questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
            var answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
            var at = HeaderSize;
            for (var i = 0; i < questions; i++)
            {
                _ = Name(message, ref at);
                at += 4;
            }

            var values = new List<string>();
            for (var i = 0; i < answers; i++)
            {
                _ = Name(message, ref at);
                var found = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
                var length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
                at += 10;
                if (found == type)
                {
                    values.Add(Value(message, at, length, type));
                }

                at += length;
            }

            return new DnsAnswer(message[3] & 0xF, (message[2] & 2) != 0, values);
        }
        catch (Exception strange) when (strange is ArgumentOutOfRangeException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    private static string Value(ReadOnlySpan<byte> message, int at, int length, ushort type)
    {
        switch (type)
        {
            case 1 or 28:
                return new IPAddress(message.Slice(at, length)).ToString();
            case 15:
                var preference = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
                at += 2;
                return string.Create(CultureInfo.InvariantCulture, $"{preference} {Name(message, ref at)}");
            case 16:
                var text = new StringBuilder();
                for (var end = at + length; at < end; at += message[at] + 1)
                {
                    text.Append(Encoding.UTF8.GetString(message.Slice(at + 1, message[at])));
                }

                return text.ToString();
            default:
                return Name(message, ref at);
        }
    }

    /// <summary>Reads a name, which may point back to where it was written before.</summary>
    private static string Name(ReadOnlySpan<byte> message, ref int at)
    {
        var name = new StringBuilder();
        var (position, jumps) = (at, 0);
        while (message[position] is > 0 and var length)
        {
            if ((length & 0xC0) == 0xC0)
            {
                if (jumps++ == 0)
                {
                    at = position + 2;
                }

                if (jumps > MostJumps)
                {
                    throw new ArgumentException("a name that points in a circle", nameof(message));
                }

                position = ((length & 0x3F) << 8) | message[position + 1];
                continue;
            }

            name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(message.Slice(position + 1, length)));
            position += length + 1;
        }

        at = jumps == 0 ? position + 1 : at;
        return name.ToString();
    }
}
