using IncidentBot.Settings;

namespace IncidentBot.Channels;

/// <summary>Makes what a vendor says fit for people to read.</summary>
internal static class VendorWords
{
    private const int Longest = 200;

    /// <summary>A vendor's words on one short line, without the secret even if the vendor repeats it.</summary>
    public static string Reason(string words, Secret? secret)
    {
        var value = secret?.Reveal() ?? "";
        if (value.Length > 0)
        {
            words = words.Replace(value, "***", StringComparison.Ordinal)
                .Replace(Uri.EscapeDataString(value), "***", StringComparison.OrdinalIgnoreCase);
        }

        return PlainText.Line(words, Longest);
    }
}
