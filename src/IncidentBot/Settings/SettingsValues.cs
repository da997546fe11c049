using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <summary>How a single value becomes what an option holds.</summary>
/// <param name="Allowed">What may be written, for people.</param>
/// <param name="Convert">Null when the text is something else.</param>
/// <param name="Show">How a wrong text is shown.</param>
internal sealed record SettingsValue(string Allowed, Func<string, object?> Convert, Func<string, string> Show);

/// <summary>A type whose values are written as one text. The folder that owns it says how it is read.</summary>
internal interface ISettingText
{
    /// <summary>What may be written, for people.</summary>
    static abstract string Allowed { get; }

    /// <summary>The value; null when the text is something else.</summary>
    static abstract object? FromText(string text);
}

/// <summary>The types of single values: the plain ones, and those of <see cref="ISettingText"/>.</summary>
internal static class SettingsValues
{
    private static readonly Dictionary<Type, SettingsValue> ByType = new()
    {
        [typeof(string)] = Of("text", text => text),
        [typeof(bool)] = Of("true or false", text => text switch { "true" => true, "false" => false, _ => null }),
        [typeof(int)] = Of(
            "a whole number",
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null),
        [typeof(long)] = Of(
            "a whole number",
            text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null),
        [typeof(TimeSpan)] = Of(
            "a duration such as 30s, 5m, 1h30m or 90d, at most 100y",
            text => Duration.TryParse(text, out var duration) ? duration.Value : null),
        [typeof(TimeOnly)] = Of("a time of day such as 22:00", ReadTimeOfDay),
        [typeof(DayOfWeek)] = Of("mon, tue, wed, thu, fri, sat, sun", ReadDay),
        [typeof(TimeZoneInfo)] = Of("an IANA time zone such as Europe/Sofia", ReadTimeZone),
        [typeof(Uri)] = new("an address that begins with http:// or https://, without user name or password", ReadAddress, ShowAddress),
    };

    private static readonly ConcurrentDictionary<Type, SettingsValue> OfFolders = new();

    /// <summary>Null for types that are not single values.</summary>
    public static SettingsValue? For(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return ByType.GetValueOrDefault(type) ?? (typeof(ISettingText).IsAssignableFrom(type) ? OfFolders.GetOrAdd(type, Ask) : null);
    }

    private static SettingsValue Ask(Type type)
    {
        var allowed = type.GetProperty(nameof(ISettingText.Allowed), BindingFlags.Public | BindingFlags.Static)!.GetValue(null);
        var convert = type.GetMethod(nameof(ISettingText.FromText), BindingFlags.Public | BindingFlags.Static, [typeof(string)])!;
        return Of((string)allowed!, convert.CreateDelegate<Func<string, object?>>());
    }

    private static SettingsValue Of(string allowed, Func<string, object?> convert) => new(allowed, convert, Complaint.Quote);

    private static TimeZoneInfo? ReadTimeZone(string text)
    {
        if (text is "UTC")
        {
            return TimeZoneInfo.Utc;
        }

        var looksRight = text.Length is > 0 and < 64
            && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '/' or '_' or '-' or '+');
        return looksRight && TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) && zone.HasIanaId ? zone : null;
    }

    private static object? ReadTimeOfDay(string text) =>
        text is "24:00" ? TimeOnly.MinValue
        : TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    private static object? ReadDay(string text)
    {
        foreach (var day in Enum.GetValues<DayOfWeek>())
        {
            var name = day.ToString();
            if (text.Equals(name, StringComparison.OrdinalIgnoreCase) || text.Equals(name[..3], StringComparison.OrdinalIgnoreCase))
            {
                return day;
            }
        }

        return null;
    }

    private static Uri? ReadAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            && address.Host.Length > 0 && address.UserInfo.Length == 0 && address.Fragment.Length == 0
            ? address
            : null;

    /// <summary>A password may stand before the @, and a token behind the question mark.</summary>
    private static string ShowAddress(string text)
    {
        var shown = text.Split('?', '#')[0];
        return Complaint.Quote(shown.Contains('@', StringComparison.Ordinal) ? "***" + shown[shown.LastIndexOf('@')..] : shown);
    }
}
