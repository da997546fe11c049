using System.Text;

namespace IncidentBot.Alerts;

/// <summary>
/// Short texts that were read lately on this thread, so that the names and values of labels, which alerts of a group share, are one
/// string each and not one for each alert. Bounded: a text that meets another in its place takes it.
/// </summary>
internal static class RecentStrings
{
    private const int Places = 512;

    /// <summary>Longer texts are hardly shared.</summary>
    private const int Longest = 48;

    [ThreadStatic]
    private static string?[]? _places;

    /// <param name="utf8">As it stands in the body, without escapes.</param>
    /// <returns>Null when it is not ASCII, or too long to be kept.</returns>
    public static string? Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > Longest)
        {
            return null;
        }

        var hash = 2166136261u;
        foreach (var one in utf8)
        {
            hash = (hash ^ one) * 16777619u;
        }

        var places = _places ??= new string?[Places];
        ref var place = ref places[(hash ^ (hash >> 15)) % Places];
        if (place is not null && place.Length == utf8.Length && Ascii.Equals(utf8, place))
        {
            return place;
        }

        if (!Ascii.IsValid(utf8) || utf8.Contains((byte)0))
        {
            return null;
        }

        return place = Encoding.ASCII.GetString(utf8);
    }
}
