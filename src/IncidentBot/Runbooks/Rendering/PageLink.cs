using System.Text;
using System.Text.RegularExpressions;

namespace IncidentBot.Runbooks.Rendering;

/// <summary>Where a link of a page may lead: to the web, to a person, to another page or picture of this site, or to an anchor.</summary>
/// <param name="Href">As the browser gets it, not yet escaped for HTML.</param>
/// <param name="Path">Of a page or a picture of this site; null for all else.</param>
internal sealed partial record PageLink(string Href, string? Path, string Anchor)
{
    private static readonly string[] PageEndings = [".md", ".markdown", ".html"];

    /// <summary>Null for everything that is not one of those, such as <c>javascript:</c> and <c>data:</c>.</summary>
    /// <param name="from">The path of the page that the link stands in.</param>
    /// <param name="folder">In which its file lies, below the root; empty for the root itself.</param>
    public static PageLink? Of(string target, string from, string folder)
    {
        var address = target.Trim();
        if (address.Any(character => char.IsControl(character) || character is '\\') || address.Length == 0)
        {
            return null;
        }

        if (Scheme().Match(address) is { Success: true } scheme)
        {
            return scheme.Value.ToLowerInvariant() is "http:" or "https:"
                ? Uri.TryCreate(Blank(address), UriKind.Absolute, out var web) && web.UserInfo.Length == 0
                    ? new PageLink(address, null, Decode(web.Fragment.TrimStart('#'))) : null
                : scheme.Value.ToLowerInvariant() is "mailto:" ? new PageLink(address, null, "") : null;
        }

        if (address.StartsWith("//", StringComparison.Ordinal))
        {
            return null;
        }

        var anchor = address.IndexOf('#') is >= 0 and var hash ? Decode(address[(hash + 1)..]) : "";
        var path = Decode(address.Split('#', '?')[0]);
        if (path.Length == 0)
        {
            return new PageLink($"#{RunbookTemplate.IdMark}{Uri.EscapeDataString(anchor)}", from, anchor);
        }

        var place = path.StartsWith('/') ? path[1..] : Join(folder, path);
        if (path.StartsWith('/') && !place.StartsWith("runbooks/", StringComparison.OrdinalIgnoreCase))
        {
            // Another page of this site: /deliveries, or a short link.
            return new PageLink(address, null, anchor);
        }

        place = place.StartsWith("runbooks/", StringComparison.OrdinalIgnoreCase) && path.StartsWith('/') ? place["runbooks/".Length..]
            : place;
        var ending = PageEndings.FirstOrDefault(ending => place.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        place = (ending is null ? place : place[..^ending.Length]).Trim('/');
        place = RunbookPath.OfFile(place);
        var href = "/runbooks/" + string.Join('/', place.Split('/').Select(Uri.EscapeDataString));
        return new PageLink($"{href}{RunbookTemplate.QueryMark}{(anchor.Length > 0 ? "#" + Uri.EscapeDataString(anchor) : "")}", place,
            anchor);
    }

    /// <summary>A value may only stand behind the host: it must not choose where the link leads.</summary>
    public bool MayFill(string written)
    {
        var at = Href.IndexOf(written, StringComparison.Ordinal);
        var host = Href.IndexOf("://", StringComparison.Ordinal);
        return host > 0 && Href.AsSpan(host + 3).IndexOfAny('/', '?', '#') is >= 0 and var end && at > host + 3 + end;
    }

    private static string Blank(string address) => Filling.Placeholder.Replace(address, _ => "x");

    private static string Decode(string text) => Uri.UnescapeDataString(text);

    /// <summary>
    /// A path relative to a folder, with <c>.</c> and <c>..</c> followed; what leads out of the root stays outside of it.
    /// </summary>
    private static string Join(string folder, string path)
    {
        var parts = new List<string>(folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in path.Split('/'))
        {
            if (part is ".." && parts.Count > 0 && parts[^1] is not "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ""))
            {
                parts.Add(part);
            }
        }

        return new StringBuilder().AppendJoin('/', parts).ToString();
    }

    // A browser takes white space and case in a scheme lightly; so what only might be one is one.
    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.\-]*:", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scheme();
}

/// <summary>The paths of pages: a file without its ending, where a folder's own page has the folder's path.</summary>
internal static class RunbookPath
{
    private static readonly string[] FolderPages = ["_index", "index", "readme"];

    /// <summary>Whether a file tells of its folder: a README or an index.</summary>
    public static bool IsAboutFolder(string file) =>
        FolderPages.Contains(Path.GetFileNameWithoutExtension(file), StringComparer.OrdinalIgnoreCase);

    /// <summary>What stands before the last part of a path; empty when nothing does.</summary>
    public static string Folder(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    /// <param name="file">Below the root, without its ending.</param>
    public static string OfFile(string file)
    {
        var slash = file.LastIndexOf('/');
        var name = file[(slash + 1)..];
        return slash > 0 && FolderPages.Contains(name, StringComparer.OrdinalIgnoreCase) ? file[..slash] : file;
    }
}
