using System.Collections.Concurrent;

namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>
/// Looks at the chosen tags of one repository and at all that they consist of, each thing once. Many repositories are walked at the
/// same time; the client sees to it that not too much is asked.
/// </summary>
internal sealed class RepositoryWalk(string repository, RegistryOptions options, RegistryClient client)
{
    private const int LargestConfig = 4 * 1024 * 1024;
    private const int DeepestIndex = 4;

    private readonly ConcurrentDictionary<string, Lazy<Task<Content>>> _contents = new(StringComparer.Ordinal);
    private readonly string _scope = RegistryClient.ScopeOf(repository);

    /// <summary>Everything that was looked at.</summary>
    public IEnumerable<Content> Contents => _contents.Values
        .Where(content => content is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        .Select(content => content.Value.Result);

    public int TagsChecked { get; private set; }

    /// <summary>Why nothing or not all of it was looked at; null when all was.</summary>
    public string? Problem { get; private set; }

    public async Task RunAsync(SkipRules skip, CancellationToken cancellationToken)
    {
        var list = await NameList.TagsAsync(client, repository, options.PageSize, cancellationToken);

        // A catalog goes on listing repositories that have been deleted.
        if (list.Problem is not null && list.Status != 404)
        {
            Problem = $"its tags cannot be listed: {list.Problem}";
        }

        var odd = list.Names.FirstOrDefault(tag => !Names.IsTag(tag));
        Problem ??= odd is null ? null : $"it lists a tag that cannot be one: {(odd.Length > 40 ? odd[..40] : odd)}";
        var tags = list.Names.Where(tag => Names.IsTag(tag) && !skip.Skips(repository, tag)).ToList();
        var chosen = options.Tags switch
        {
            { Count: null } => tags,
            { Newest: false, Count: { } count } => tags[Math.Max(0, tags.Count - count)..],
            { Count: { } count } => await NewestAsync(tags, count, cancellationToken),
        };

        var checkedTags = new (string Tag, Content Content)[chosen.Count];
        await Parallel.ForAsync(0, chosen.Count, Several(cancellationToken),
            async (index, stop) => checkedTags[index] = (chosen[index], await LookAtTagAsync(chosen[index], stop)));
        foreach (var (tag, content) in checkedTags)
        {
            content.NeededBy(tag);
            TagsChecked++;
        }
    }

    /// <summary>By the time when they were made; one small file more to read for each.</summary>
    private async Task<List<string>> NewestAsync(List<string> tags, int count, CancellationToken cancellationToken)
    {
        if (tags.Count <= count)
        {
            return tags;
        }

        var times = new (string Tag, DateTimeOffset Created)[tags.Count];
        await Parallel.ForAsync(0, tags.Count, Several(cancellationToken), async (index, stop) =>
            times[index] = (tags[index], await CreatedAsync(tags[index], DeepestIndex, stop) ?? DateTimeOffset.MaxValue));

        // What does not say when it was made, or cannot be had, comes first: it is not to be missed for that.
        return [.. times.OrderByDescending(time => time.Created).Take(count).Select(time => time.Tag)];
    }

    private async Task<DateTimeOffset?> CreatedAsync(string reference, int depth, CancellationToken cancellationToken)
    {
        var answer = await ManifestAsync(reference, cancellationToken);
        if (answer.Status != 200 || ManifestReader.Read(answer.Body).Manifest is not { } manifest)
        {
            return null;
        }

        if (manifest.Created is { } created)
        {
            return created;
        }

        var part = manifest.Parts.FirstOrDefault(part => part.Kind != ContentKind.Layer && part.Platform is not "unknown/unknown");
        if (part is null || (part.Kind != ContentKind.Config && depth == 0))
        {
            return null;
        }

        if (part.Kind != ContentKind.Config)
        {
            return await CreatedAsync(part.Digest, depth - 1, cancellationToken);
        }

        var path = $"v2/{repository}/blobs/{part.Digest}";
        var config = await client.ReadAsync(path, _scope, LargestConfig, isManifest: false, cancellationToken);
        return config is { Status: 200, Problem: null } ? ManifestReader.CreatedOf(config.Body) : null;
    }

    private async Task<Content> LookAtTagAsync(string tag, CancellationToken cancellationToken)
    {
        var answer = await ManifestAsync(tag, cancellationToken);
        if (answer.Status == 200 && answer.Problem is null)
        {
            var named = answer.Digest is { } said && ManifestReader.IsDigest(said) ? said : null;
            var digest = ManifestReader.DigestLike(named ?? "sha256:", answer.Body.Span);
            return named is null || named.Equals(digest, StringComparison.Ordinal)
                ? await Once(digest, () => ReadManifestAsync(digest, null, answer, 0, cancellationToken))
                : await Once("tag:" + tag, () => Task.FromResult(new Content(repository, ContentKind.Manifest, named, null)
                {
                    Fault = Fault.OtherBytes(digest),
                }));
        }

        return await Once("tag:" + tag, () => Task.FromResult(Judged(new Content(repository, ContentKind.Manifest, tag, null), answer)));
    }

    private Task<Content> LookAtPartAsync(Descriptor part, int depth, CancellationToken cancellationToken) => Once(part.Digest, async () =>
        part.Kind is ContentKind.Index or ContentKind.Manifest
            ? await ReadManifestAsync(part.Digest, part, await ManifestAsync(part.Digest, cancellationToken), depth, cancellationToken)
            : await LookAtBlobAsync(part, cancellationToken));

    /// <summary>Looks at what a manifest consists of, after it has been judged itself.</summary>
    private async Task<Content> ReadManifestAsync(
        string digest, Descriptor? described, RegistryAnswer answer, int depth, CancellationToken cancellationToken)
    {
        var kind = described?.Kind ?? ContentKind.Manifest;
        var content = Judged(new Content(repository, kind, digest, described?.Size) { Platform = described?.Platform }, answer);
        if (content.Fault is not null || content.Unchecked is not null)
        {
            return content;
        }

        var hash = ManifestReader.DigestLike(digest, answer.Body.Span);
        if (!hash.Equals(digest, StringComparison.Ordinal))
        {
            content.Fault = Fault.OtherBytes(hash);
            return content;
        }

        if (described?.Size is { } size && size != answer.Came)
        {
            content.Fault = new Fault(FormattableString.Invariant($"has {answer.Came} bytes, and its index says {size}"));
            return content;
        }

        var (manifest, problem) = ManifestReader.Read(answer.Body);
        if (manifest is null)
        {
            content.Fault = new Fault(problem!);
            return content;
        }

        content.Kind = manifest.IsIndex ? ContentKind.Index : ContentKind.Manifest;
        if (depth >= DeepestIndex && manifest.IsIndex)
        {
            content.Unchecked = "an index in an index in an index, and so on";
            return content;
        }

        content.Parts = await Task.WhenAll(manifest.Parts.DistinctBy(part => part.Digest, StringComparer.Ordinal)
            .Select(part => LookAtPartAsync(part, depth + 1, cancellationToken)));
        return content;
    }

    private async Task<Content> LookAtBlobAsync(Descriptor part, CancellationToken cancellationToken)
    {
        var content = new Content(repository, part.Kind, part.Digest, part.Size);
        if (part.Size == 0)
        {
            // Of nothing there is no byte.
            return Judged(content, await client.HashAsync(repository, part.Digest, cancellationToken));
        }

        var answer = await client.OneByteAsync(repository, part.Digest, part.Size - 1 ?? 0, cancellationToken);
        Judged(content, answer);
        if (content.Fault is null && content.Unchecked is null)
        {
            content.Fault = answer.Came == 0 ? new Fault("is empty") : WrongSize(answer.Total, part.Size);
        }

        return content;
    }

    internal static Fault? WrongSize(long? total, long? size) => total is { } came && size is { } promised && came != promised
        ? new Fault(FormattableString.Invariant($"has {came} bytes, and its manifest says {promised}"))
        : null;

    /// <summary>What an answer that is not the thing itself says about it.</summary>
    internal static Content Judged(Content content, RegistryAnswer answer)
    {
        switch (answer)
        {
            case { Status: 200 or 206, Problem: null }:
                break;
            case { Status: 404 }:
                content.Fault = new Fault("is missing (404)");
                break;
            case { Status: 416 }:
                content.Fault = WrongSize(answer.Total, content.Size) ?? new Fault("is shorter than its manifest says (416)");
                break;
            case { Status: 200 or 206, CutOff: true }:
                content.Fault = new Fault($"cannot be read: the registry answers {answer.Status} and {answer.Problem}; its file is gone or shorter than it was");
                break;
            case { Refusal: { } refusal }:
                content.Unchecked = refusal;
                break;
            case { Status: 401 or 403 or 429 }:
                content.Unchecked = answer.Words;
                break;
            default:
                content.Fault = new Fault($"cannot be had: {answer.Words}", IsRegistry: answer.Status is 0 or >= 500);
                break;
        }

        return content;
    }

    private Task<Content> Once(string key, Func<Task<Content>> look) =>
        _contents.GetOrAdd(key, _ => new Lazy<Task<Content>>(look)).Value;

    private Task<RegistryAnswer> ManifestAsync(string reference, CancellationToken cancellationToken)
    {
        var path = $"v2/{repository}/manifests/{reference}";
        return client.ReadAsync(path, _scope, ManifestReader.LargestBytes, isManifest: true, cancellationToken);
    }

    /// <summary>No more at once than the client lets through: a repository may have thousands of tags.</summary>
    private ParallelOptions Several(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellationToken };
}
