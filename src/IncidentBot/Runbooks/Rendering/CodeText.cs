using IncidentBot.Runbooks.Filling;

namespace IncidentBot.Runbooks.Rendering;

/// <summary>Puts marks in the place of the placeholders of a piece of code, each with what surrounds it.</summary>
internal static class CodeText
{
    /// <summary>Returns the code, not yet escaped for HTML.</summary>
    public static string Marked(string code, string language, bool isBlock, PageRendering page)
    {
        var found = new List<Placeholder>();
        var marked = Placeholder.Replace(code, placeholder =>
        {
            found.Add(placeholder);
            return RunbookTemplate.Gap(found.Count - 1);
        });
        if (found.Count == 0)
        {
            return code;
        }

        var places = ShellPlaces.Of(marked, language, isBlock);
        var next = 0;
        return Placeholder.Replace(code, placeholder =>
            page.Gap(placeholder with { Place = places.GetValueOrDefault(next++, new Place(PlaceKind.Strict)) }));
    }
}
