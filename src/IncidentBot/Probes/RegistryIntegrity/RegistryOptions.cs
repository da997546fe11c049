using System.Globalization;
using IncidentBot.Settings;

namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>Which registry is walked, and how: one entry of <c>probes.registry-integrity</c>.</summary>
internal sealed class RegistryOptions : ProbeOptions
{
    /// <summary>Address of the registry, without <c>/v2</c>. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>User name, for a registry or its token server that asks for one; with <see cref="Password"/>. Absent: nobody.</summary>
    public string? Username { get; set; }

    /// <summary>Password of <see cref="Username"/>: of a login that may pull and read the catalog.</summary>
    public Secret? Password { get; set; }

    /// <summary>Which tags of each repository are checked. A number is the last so many as the registry lists them. Default 5.</summary>
    public TagChoice Tags { get; set; } = new(5, Newest: false);

    /// <summary>The repositories that are checked, for registries without a catalog. Empty: all of the catalog.</summary>
    public List<string> Repositories { get; set; } = [];

    /// <summary>
    /// What is left alone: a repository or <c>repository:tag</c>, where <c>*</c> stands for anything, such as <c>*/cache</c> or
    /// <c>*:buildcache-*</c>. Empty: nothing.
    /// </summary>
    public List<string> Skip { get; set; } = [];

    /// <summary>How many requests are under way at the same time, 1 to 32. Default 8.</summary>
    public int Parallel { get; set; } = 8;

    /// <summary>The most requests in a second, 1 to 10000. Default 200.</summary>
    public int Rate { get; set; } = 200;

    /// <summary>How many names are asked for at once, 1 to 1000. Default 100.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>
    /// How many MiB of configs and layers are read whole and hashed in each run, going on where the last run ended, 0 to 100000. With 0
    /// nothing but the last byte of each is read. Default 64.
    /// </summary>
    public int HashMb { get; set; } = 64;

    /// <summary>How long one request may take, and how long a blob that is read may stand still. Default 20s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(20);
}

/// <summary>Which tags of a repository are checked.</summary>
/// <param name="Count">Null for all.</param>
/// <param name="Newest">By the time in the image's config; otherwise the last ones as the registry lists them.</param>
internal sealed record TagChoice(int? Count, bool Newest) : ISettingText
{
    public static string Allowed => "a number for the last so many as the registry lists them; newest and a number; or all";

    public static object? FromText(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["all"] => new TagChoice(null, Newest: false),
        [var count] when Number(count) is { } number => new TagChoice(number, Newest: false),
        ["newest", var count] when Number(count) is { } number => new TagChoice(number, Newest: true),
        _ => null,
    };

    /// <summary>For people.</summary>
    public string Words => Count is not { } count ? "all tags"
        : string.Create(CultureInfo.InvariantCulture, $"{(Newest ? "the newest" : "the last")} {count} tags{(Newest ? "" : " as listed")}");

    public override string ToString() => Count is not { } count ? "all"
        : string.Create(CultureInfo.InvariantCulture, $"{(Newest ? "newest " : "")}{count}");

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 100_000 ? number : null;
}
