namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>
/// Walks through a registry: its catalog to the end, the chosen tags of each repository, and all that they consist of; then reads so many
/// bytes of blobs whole as the budget allows, going on where the last walk ended.
/// </summary>
internal sealed class RegistryWalk(RegistryOptions options, ProbeLook look, RegistryClient client) : IDisposable
{
    /// <summary>So many requests in a row that came to nothing, retries and all, and the registry has stopped answering.</summary>
    private const int MostSilent = 20;

    private readonly RegistryReport _report = new();
    private readonly SkipRules _skip = new(options.Skip);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Content> _blobs = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();

    /// <param name="limit">Ends the walk in time for its result to be told.</param>
    /// <param name="hashedUpTo">Where the last walk's hashing ended; null when there was none.</param>
    public async Task<RegistryReport> RunAsync(TimeSpan limit, string? hashedUpTo, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, look.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token, _stop.Token);
        try
        {
            await WalkAsync(hashedUpTo, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _report.Stopped ??= FormattableString.Invariant(
                $"not finished within {limit.TotalSeconds:0} s: {_report.Repositories} repositories and {_report.Tags} tags were checked; give it a longer timeout, fewer tags or a higher rate");
        }

        _report.Requests = client.Gate.Requests;
        return _report;
    }

    public void Dispose() => _stop.Dispose();

    private async Task WalkAsync(string? hashedUpTo, CancellationToken cancellationToken)
    {
        var repositories = await RepositoriesAsync(cancellationToken);
        if (_report.CatalogProblem is not null)
        {
            return;
        }

        look.Step(FormattableString.Invariant($"checking {repositories.Count} repositories"));
        var several = new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(repositories, several, async (repository, stop) => await WalkRepositoryAsync(repository, stop));
        await HashAsync(hashedUpTo, cancellationToken);
    }

    private async Task<List<string>> RepositoriesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> listed = options.Repositories;
        if (listed.Count == 0)
        {
            look.Step("reading the catalog");
            var catalog = await NameList.CatalogAsync(client, options.PageSize, cancellationToken);
            look.Transcript.Got(FormattableString.Invariant($"{catalog.Status}: {catalog.Names.Count} repositories"));
            _report.CatalogProblem = catalog.Problem is not { } problem ? null
                : catalog.Status == 404 ? "it has no catalog (404); name what to check in repositories"
                : catalog.Names.Count == 0 ? problem
                : FormattableString.Invariant($"its catalog ends after {catalog.Names.Count} repositories: {problem}");
            listed = catalog.Names;
        }

        foreach (var odd in listed.Where(name => !Names.IsRepository(name)))
        {
            _report.LeftOut($"{look.Transcript.Clean(odd.Length > 60 ? odd[..60] : odd)}: cannot be the name of a repository");
        }

        return [.. listed.Where(name => Names.IsRepository(name) && !_skip.Skips(name)).Distinct(StringComparer.Ordinal)];
    }

    private async Task WalkRepositoryAsync(string repository, CancellationToken cancellationToken)
    {
        var walk = new RepositoryWalk(repository, options, client);
        await walk.RunAsync(_skip, cancellationToken);
        client.Login.Forget(RegistryClient.ScopeOf(repository));
        lock (_lock)
        {
            Add(repository, walk);
        }

        if (client.Silent >= MostSilent && !_stop.IsCancellationRequested)
        {
            lock (_lock)
            {
                _report.IsSilent = true;
                _report.Stopped = FormattableString.Invariant($"the registry stopped answering: {MostSilent} requests in a row came to nothing");
            }

            await _stop.CancelAsync();
        }
    }

    private void Add(string repository, RepositoryWalk walk)
    {
        _report.Repositories++;
        _report.Tags += walk.TagsChecked;
        if (walk.Problem is { } problem)
        {
            _report.LeftOut($"{repository}: {problem}");
        }

        foreach (var content in walk.Contents)
        {
            Count(content);
            if (content.Unchecked is { } reason)
            {
                _report.LeftOut($"{repository}: {content.Digest}: {reason}");
            }

            if (content.Fault is not null)
            {
                _report.Faults.Add(content);
            }

            if (content.IsBrokenImage)
            {
                _report.BrokenImages.Add(content);
            }
        }
    }

    private void Count(Content content)
    {
        switch (content.Kind)
        {
            case ContentKind.Index:
                _report.Indexes++;
                break;
            case ContentKind.Manifest:
                _report.Manifests++;
                break;
            default:
                _report.Blobs++;
                if (content.Fault is null && content.Unchecked is null)
                {
                    Remember(content);
                }

                break;
        }
    }

    private void Remember(Content blob)
    {
        if (_blobs.TryAdd(blob.Digest, blob))
        {
            _report.Bytes += blob.Size ?? 0;
        }
        else
        {
            (blob.Same, _blobs[blob.Digest].Same) = (_blobs[blob.Digest].Same, blob);
        }
    }

    /// <summary>The same bytes are hashed once, whatever repository they are in.</summary>
    private async Task HashAsync(string? hashedUpTo, CancellationToken cancellationToken)
    {
        look.Step("hashing");
        var turn = HashRota.Choose(_blobs.Values, options.HashMb * 1024L * 1024, hashedUpTo, look.Random);
        _report.HashedUpTo = hashedUpTo ?? "";
        foreach (var batch in turn.Chunk(options.Parallel))
        {
            await Task.WhenAll(batch.Select(blob => HashAsync(blob, cancellationToken)));
            _report.HashedUpTo = batch[^1].Digest;
        }
    }

    private async Task HashAsync(Content blob, CancellationToken cancellationToken)
    {
        var answer = await client.HashAsync(blob.Repository, blob.Digest, cancellationToken);
        if (RepositoryWalk.Judged(blob, answer).Unchecked is not null)
        {
            return;
        }

        blob.Fault ??= RepositoryWalk.WrongSize(answer.Came, blob.Size)
            ?? (blob.Digest.Equals(answer.Hash, StringComparison.Ordinal) ? null : Fault.OtherBytes(answer.Hash!));
        lock (_lock)
        {
            _report.Hashed += answer.Came;
            for (var same = blob.Fault is null ? null : blob; same is not null; same = same.Same)
            {
                same.Fault = blob.Fault;
                _report.Faults.Add(same);
                _report.BrokenImages.UnionWith(same.Parents);
            }
        }
    }
}
