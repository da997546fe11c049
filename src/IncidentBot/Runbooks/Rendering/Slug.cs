using System.Globalization;
using System.Text;

namespace IncidentBot.Runbooks.Rendering;

/// <summary>Anchors of headings as GitHub makes them, and the looser forms by which people and rules name things.</summary>
internal static class Slug
{
    /// <summary>
    /// Small letters, digits, marks, hyphens and underscores stay, spaces become hyphens, all else goes; an em dash between
    /// two spaces so leaves two hyphens.
    /// </summary>
    public static string Of(string heading)
    {
        var slug = new StringBuilder(heading.Length);
        foreach (var rune in heading.Trim().EnumerateRunes())
        {
            if (rune.Value == ' ')
            {
                slug.Append('-');
            }
            else if (rune.Value == '-' || Stays(Rune.GetUnicodeCategory(rune)))
            {
                slug.Append(Rune.ToLowerInvariant(rune));
            }
        }

        return slug.ToString();
    }

    /// <summary>With runs of hyphens as one and none at the ends, as people guess an anchor.</summary>
    public static string Collapse(string slug)
    {
        if (!slug.Contains("--", StringComparison.Ordinal) && !slug.StartsWith('-') && !slug.EndsWith('-'))
        {
            return slug;
        }

        return string.Join('-', slug.Split('-', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Letters and digits alone: <c>NodeDown</c>, <c>node-down</c> and <c>node_down</c> are the same name.</summary>
    public static string Key(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                key.Append(Rune.ToLowerInvariant(rune));
            }
        }

        return key.ToString();
    }

    private static bool Stays(UnicodeCategory category) => category is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
