using System.Text.Json;
using IncidentBot.Settings;

namespace IncidentBot.Channels;

/// <summary>Reads a vendor's answer without trusting it, and makes what it says fit for people to read.</summary>
internal static class VendorWords
{
    private const int Longest = 200;

    /// <summary>A text of an object; null when it is absent or not a text.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A whole number of an object; null when it is absent or not one.</summary>
    public static long? Number(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;

    /// <summary>An object in an object; undefined when it is absent.</summary>
    public static JsonElement Child(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>Whether a flag of an object is true.</summary>
    public static bool Flag(this JsonElement element, string name) => element.Child(name).ValueKind == JsonValueKind.True;

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
