using IncidentBot.Settings;

namespace IncidentBot.Runbooks;

/// <summary>Where runbooks are found.</summary>
internal sealed class RunbookOptions
{
    /// <summary>
    /// The folder of Markdown runbooks, or several; of two pages with one path the first folder's stays. Default <c>[runbooks]</c>, in the
    /// folder of the configuration file.
    /// </summary>
    [SingleOrList, RelativeToFile]
    public List<string> Path { get; set; } = ["runbooks"];

    /// <summary>
    /// What rules write before the path of a page when they name a file of a repository (<c>docs/runbooks/x.md#y</c>), or the
    /// address of such a folder. Default <c>[docs/runbooks, runbooks]</c>.
    /// </summary>
    [SingleOrList]
    public List<string> RepositoryPrefix { get; set; } = ["docs/runbooks", "runbooks"];

    /// <summary>Other addresses under which rules know these pages, beside <c>server.external_url</c>. Empty: no others.</summary>
    public List<Uri> Urls { get; set; } = [];

    /// <summary>How long after its review a page counts as reviewed, for <c>runbooks lint</c>. Default 365d.</summary>
    public TimeSpan ReviewedWithin { get; set; } = TimeSpan.FromDays(365);
}
