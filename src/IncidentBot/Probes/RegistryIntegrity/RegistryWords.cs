using System.Globalization;
using IncidentBot.Words;

namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>What a report says to people: which image, tag and digest is broken, who shares it, and what to run.</summary>
internal sealed class RegistryWords(RegistryReport report, RegistryOptions options, Transcript transcript)
{
    private const int MostDetails = 40;
    private const int MostTags = 20;
    private const int MostCommands = 10;

    private readonly string _host = options.Url!.Authority;

    public ProbeOutcome Outcome => report switch
    {
        { CatalogProblem: { } problem } => Unhealthy($"{_host}: the catalog cannot be read: {problem}", "reading the catalog",
            "every repository's name", problem),
        { Stopped: { } stopped } => Unhealthy($"{_host}: {stopped}{(report.BrokenImages.Count > 0 && !report.IsOut ? $". {Broken()}" : "")}",
            transcript.CurrentStep, "a walk to the end", stopped),
        { BrokenImages.Count: > 0 } => Unhealthy(Broken(), "checking images", "everything that the tags need, with the right digest and size",
            OfOne(First)),
        { NotCheckedCount: > 0 } => Unhealthy(
            $"{_host}: {Counts.Of(report.NotCheckedCount, "thing")} could not be checked: {report.NotChecked[0]}", "checking images",
            "a login that may read all that is listed", report.NotChecked[0]),
        { Tags: 0 } => Unhealthy(
            $"{_host} lists no tags to check: a login with too few rights sees an empty catalog, and so does a skip rule that fits everything",
            "reading the catalog", "at least one tag", $"{Counts.Of(report.Repositories, "repository", "repositories")}, 0 tags"),
        _ => new ProbeOutcome.Healthy(Sound()),
    };

    public IReadOnlyList<ProbeDetail> Details => report.IsOut ? [] :
    [
        .. Things().Take(MostDetails).Select(Detail),
        .. Things().Skip(MostDetails).Any() ? [new ProbeDetail($"… and {Things().Count() - MostDetails} more", [])] : Array.Empty<ProbeDetail>(),
        .. Commands(),
        .. report.NotChecked.Count > 0 ? [new ProbeDetail($"Not checked: {report.NotCheckedCount}", report.NotChecked)] : Array.Empty<ProbeDetail>(),
        new ProbeDetail("Checked", [$"{options.Tags.Words} of each repository: {Seen()}", Read()]),
    ];

    private ProbeOutcome.Unhealthy Unhealthy(string reason, string step, string expected, string got) =>
        new(transcript.Clean(reason), step, expected, transcript.Clean(got));

    /// <summary>What most tags need.</summary>
    private Content First => Things().First().First();

    private string Broken()
    {
        var images = report.BrokenImages.SelectMany(image => image.Tags.Select(tag => $"{image.Repository}:{tag}"))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var named = string.Join(", ", images.Take(3)) + (images.Count > 3 ? $" and {images.Count - 3} more" : "");
        var ill = report.Faults.All(fault => fault.Fault!.IsRegistry) ? ". Only failures of the registry itself: look at its log first" : "";
        return $"{_host} cannot serve {Counts.Of(images.Count, "image")}: {named}. {OfOne(First)}{ill}";
    }

    private static string OfOne(Content content) => $"{Name(content)} {content.Fault!.Words}";

    private string Sound() => $"{Seen()}, all sound";

    private string Seen() => $"{Counts.Of(report.Repositories, "repository", "repositories")}, {Counts.Of(report.Tags, "tag")}, "
        + $"{Counts.Of(report.Indexes, "index", "indexes")}, {Counts.Of(report.Manifests, "manifest")}, {Counts.Of(report.Blobs, "blob")} "
        + $"in {Counts.Of(report.Requests, "request")}";

    private string Read() => string.Create(CultureInfo.InvariantCulture,
        $"{Mebibytes(report.Hashed)} of {Mebibytes(report.Bytes)} read whole and hashed in this run; of the rest the last byte");

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB");

    private static string Name(Content content)
    {
        var kind = content.Kind switch
        {
            ContentKind.Index => "index",
            ContentKind.Manifest when content.Platform is { } platform => $"manifest for {platform}",
            ContentKind.Manifest => "manifest",
            ContentKind.Config => "config",
            _ => "layer",
        };
        return $"{content.Repository}: {kind} {content.Digest}";
    }

    /// <summary>The same thing in several repositories is one thing.</summary>
    private IEnumerable<IGrouping<string, Content>> Things() => report.Faults
        .GroupBy(fault => ManifestReader.IsDigest(fault.Digest) ? fault.Digest : $"{fault.Repository}:{fault.Digest}", StringComparer.Ordinal)
        .OrderByDescending(thing => thing.Sum(fault => fault.Tags.Count)).ThenBy(thing => thing.Key, StringComparer.Ordinal);

    private ProbeDetail Detail(IGrouping<string, Content> thing)
    {
        var tags = thing.SelectMany(fault => fault.Tags.Select(tag => $"{_host}/{fault.Repository}:{tag}")).Order(StringComparer.Ordinal).ToList();
        var more = tags.Count > MostTags ? $" and {tags.Count - MostTags} more" : "";
        return new ProbeDetail(transcript.Clean(OfOne(thing.First())),
            [$"needed by {Counts.Of(tags.Count, "tag")}: {string.Join(", ", tags.Take(MostTags))}{more}"]);
    }

    /// <summary>Names of repositories and tags are checked, so that nothing in these lines means anything else to a shell.</summary>
    private IEnumerable<ProbeDetail> Commands()
    {
        var images = report.Faults.SelectMany(fault => fault.Tags.Select(tag => $"{_host}/{fault.Repository}:{tag}"))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (images.Count == 0)
        {
            yield break;
        }

        yield return new ProbeDetail("Build and push again, each from its commit; nothing else brings lost bytes back",
            [.. images.Take(MostCommands).Select(image => $"docker buildx build --push --tag {image} ."),
                .. images.Count > MostCommands ? [$"# and {images.Count - MostCommands} more"] : Array.Empty<string>()]);
        yield return new ProbeDetail("Or take it from a machine that still has it",
            [$"ctr -n k8s.io images push {images[0]}", $"docker push {images[0]}"]);
        yield return new ProbeDetail("See for yourself", [$"skopeo inspect --raw docker://{images[0]}"]);
    }
}
