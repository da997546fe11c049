namespace IncidentBot.Runbooks;

/// <summary>
/// The words of a text as the search compares them: small letters, and the parts of a name such as <c>NodeDiskFull</c> too.
/// </summary>
internal static class SearchWords
{
    private const int Longest = 60;

    public static IEnumerable<string> Of(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[at]))
            {
                at++;
                continue;
            }

            var begin = at;
            while (at < text.Length && char.IsLetterOrDigit(text[at]))
            {
                at++;
            }

            if (at - begin > Longest)
            {
                continue;
            }

            yield return text[begin..at].ToLowerInvariant();
            foreach (var part in Parts(text, begin, at))
            {
                yield return part;
            }
        }
    }

    /// <summary>A name in its parts, each once: <c>NodeDiskFull</c> is node, disk and full.</summary>
    public static IEnumerable<string> Pieces(string name)
    {
        for (var at = 0; at < name.Length;)
        {
            var end = at;
            while (end < name.Length && char.IsAsciiLetterOrDigit(name[end]))
            {
                end++;
            }

            var parts = Parts(name, at, end).ToList();
            foreach (var part in parts.Count > 0 ? parts : end > at ? [name[at..end].ToLowerInvariant()] : [])
            {
                yield return part;
            }

            at = end + 1;
        }
    }

    /// <summary>Where a word begins with a term, at or behind a place; -1 for nowhere.</summary>
    public static int Find(string text, string term, int from)
    {
        while (from < text.Length && text.IndexOf(term, from, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
        {
            if (at == 0 || !char.IsLetterOrDigit(text[at - 1]) || (char.IsUpper(text[at]) && char.IsLower(text[at - 1])))
            {
                return at;
            }

            from = at + 1;
        }

        return -1;
    }

    private static IEnumerable<string> Parts(string text, int begin, int end)
    {
        var start = begin;
        for (var i = begin + 1; i <= end; i++)
        {
            var edge = i == end || (char.IsUpper(text[i])
                && (char.IsLower(text[i - 1]) || (i + 1 < end && char.IsLower(text[i + 1]) && char.IsUpper(text[i - 1]))));
            if (edge)
            {
                if (i - start > 1 && i - start < end - begin)
                {
                    yield return text[start..i].ToLowerInvariant();
                }

                start = i;
            }
        }
    }
}
