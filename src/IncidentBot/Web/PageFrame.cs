using IncidentBot.Incidents;
using IncidentBot.Storage;
using IncidentBot.Words;

namespace IncidentBot.Web;

/// <summary>What every page needs beside its content: who it is, and how it tells the time.</summary>
/// <param name="Title">Of the browser's tab.</param>
/// <param name="Section">The path of the entry of the menu that it belongs to.</param>
/// <param name="RefreshEvery">After how many seconds it is read anew although no event came; 0 for only when one does.</param>
/// <param name="Burning">Whether something is on fire, which the sign in the browser's tab shows; null when the page does not know.</param>
/// <param name="Fixed">It answers a form or says what is wrong: its address does not lead to it again, so it is never read anew.</param>
internal sealed record PageFrame(
    string Title, string Section, DateTimeOffset Now, TimeZoneInfo Zone, int RefreshEvery = 0, bool? Burning = null, bool Fixed = false)
{
    /// <summary>Why nothing can be made durable; null when all is well.</summary>
    public StoreProblem? StoreProblem { get; init; }

    /// <summary>The file of the sign.</summary>
    public string Icon => Burning switch { true => "burning.svg", false => "calm.svg", null => "plain.svg" };

    /// <summary>How long ago a moment is.</summary>
    public string Since(DateTimeOffset moment) => Headline.Length(Now - moment);

    /// <summary>A moment as the time of day.</summary>
    public string Clock(DateTimeOffset moment) => Times.Clock(moment, Now, Zone);
}
