using System.Globalization;

namespace IncidentBot.Words;

/// <summary>How many of what, as every message, page and report writes it: <c>1 alert</c>, <c>1,204 alerts</c>.</summary>
internal static class Counts
{
    /// <param name="thing">One of them, with a plural in "s".</param>
    public static string Of(long count, string thing) => Of(count, thing, thing + "s");

    public static string Of(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    public static string Alerts(long count) => Of(count, "alert");

    /// <summary>How much of an incident fires, and how much is over: <c>2 firing, 1 resolved</c>.</summary>
    public static string FiringAndResolved(int firing, int resolved) => (firing, resolved) switch
    {
        ( > 0, > 0) => $"{Number(firing)} firing, {Number(resolved)} resolved",
        ( > 0, _) => $"{Number(firing)} firing",
        _ => $"{Number(resolved)} resolved",
    };

    /// <summary>How often an incident fired again after it had ended: <c>came back once</c>.</summary>
    public static string Returns(int times) => times == 1 ? "came back once" : $"came back {Of(times, "time")}";

    /// <summary>A number with its thousands apart.</summary>
    public static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
