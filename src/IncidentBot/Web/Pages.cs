using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary>What all pages share: their frame, their address, and the pages that say what is wrong.</summary>
internal sealed class Pages(Func<PageSettings> settings, TimeProvider time)
{
    public PageSettings Settings => settings();

    public PageFrame Frame(string title, string section, int refreshEvery = 0, bool? burning = null) =>
        new(title, section, time.GetUtcNow(), Settings.TimeZone, refreshEvery, burning);

    /// <param name="comeBack">The page from which it was tried.</param>
    public IResult Refused(GuardAnswer answer, string comeBack) =>
        new PageResult(NoticePages.Refused(Frame("Not allowed", ""), answer, SitePath.Local(comeBack)), Refusals.Status(answer));

    public IResult NotFound(string number) =>
        new PageResult(NoticePages.NoIncident(Frame("Not found", ""), number), StatusCodes.Status404NotFound);

    /// <param name="path">Of the page that was asked for.</param>
    public IResult Unavailable(string path, StoreUnavailableException exception) => new PageResult(
        NoticePages.StoreUnavailable(Frame("Store unavailable", path, refreshEvery: 5), exception.Message),
        StatusCodes.Status503ServiceUnavailable);

    /// <summary>The address by which this reader reaches the pages, without a slash at its end.</summary>
    public string PublicUrl(HttpRequest request) => Settings.ExternalUrl?.AbsoluteUri.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}";
}
