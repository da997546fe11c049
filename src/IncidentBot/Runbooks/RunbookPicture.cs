namespace IncidentBot.Runbooks;

/// <summary>A picture that lies beside pages.</summary>
/// <param name="File">Where it really lies.</param>
/// <param name="Type">Its media type.</param>
internal sealed record RunbookPicture(string File, string Type)
{
    public const long Largest = 10 * 1024 * 1024;

    /// <summary>The kinds that are served, by their endings.</summary>
    public static readonly IReadOnlyDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".avif"] = "image/avif",
        [".svg"] = "image/svg+xml",
    };
}
