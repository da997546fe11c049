using System.Globalization;
using IncidentBot.Settings;

namespace IncidentBot.Probes;

/// <summary>When a probe opens an incident by itself: <c>alert</c>.</summary>
internal sealed class ProbeAlertOptions
{
    /// <summary>How many of its last runs have failed by then. Default 3 of 3.</summary>
    public AlertAfter After { get; set; } = new(3, 3);

    /// <summary>Label severity of the alert, as the lanes match it. Default warning.</summary>
    public string Severity { get; set; } = "warning";

    /// <summary>For how long that has been so before the incident opens. Default 0.</summary>
    public TimeSpan For { get; set; }

    /// <summary>Further labels of the alert, such as service or lane.</summary>
    public Dictionary<string, string> Labels { get; set; } = [];
}

/// <summary>So many of the last runs: <c>3 of 5</c>; <c>3</c> is 3 in a row.</summary>
internal sealed record AlertAfter(int Failed, int Last) : ISettingText
{
    /// <summary>The most runs that are looked back at.</summary>
    public const int Most = 100;

    public static string Allowed => "so many of the last runs, such as 3 of 5, or 3 for 3 in a row; at most 100";

    public static object? FromText(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            [var failed] when Number(failed) is { } all => new AlertAfter(all, all),
            [var failed, "in", "a", "row"] when Number(failed) is { } all => new AlertAfter(all, all),
            [var failed, "of", var last] when Number(failed) is { } some && Number(last) is { } all && some <= all =>
                new AlertAfter(some, all),
            _ => null,
        };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Failed} of {Last}");

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= Most ? number : null;
}
