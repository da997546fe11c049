using IncidentBot.Incidents;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary>What all pages share: their frame, their address, and the pages that say what is wrong.</summary>
internal sealed class Pages(Func<PageSettings> settings, TimeProvider time, StoreHealth store)
{
    public DateTimeOffset Now => time.GetUtcNow();

    public PageSettings Settings => settings();

    public PageFrame Frame(string title, string section, int refreshEvery = 0, bool? burning = null) =>
        new(title, section, time.GetUtcNow(), Settings.TimeZone, refreshEvery, burning) { StoreProblem = store.Problem };

    /// <summary>Of a page that answers a form or says what is wrong, and is never read anew.</summary>
    public PageFrame Fixed(string title, string section) => Frame(title, section) with { Fixed = true };

    /// <param name="comeBack">The page from which it was tried.</param>
    public IResult Refused(GuardAnswer answer, string comeBack) =>
        new PageResult(NoticePages.Refused(Fixed("Not allowed", ""), answer, SitePath.Local(comeBack)), Refusals.Status(answer));

    public IResult NotFound(string number) =>
        new PageResult(NoticePages.NoIncident(Fixed("Not found", ""), number), StatusCodes.Status404NotFound);

    public IResult NoSuchPage(string path) =>
        new PageResult(NoticePages.NoPage(Fixed("No such page", ""), path), StatusCodes.Status404NotFound);

    /// <summary>Instead of the page that was asked for, which is tried again unless the request was a form.</summary>
    public IResult Unavailable(HttpRequest request, StoreUnavailableException exception) => new PageResult(
        NoticePages.StoreUnavailable(
            Frame("Store unavailable", request.Path, refreshEvery: 5) with { Fixed = HttpMethods.IsPost(request.Method) },
            exception.Message),
        StatusCodes.Status503ServiceUnavailable);

    /// <summary>An incident with the addresses that people reach.</summary>
    public Incident Reached(Incident incident) => Settings.Addresses.Map(incident);

    /// <summary>The address by which this reader reaches the pages, without a slash at its end.</summary>
    public string PublicUrl(HttpRequest request) => Settings.ExternalUrl?.AbsoluteUri.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}";
}
