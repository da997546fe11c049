using System.Collections.Immutable;
using IncidentBot.Alerts;
using IncidentBot.Graph;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Storage;

namespace IncidentBot.Support;

/// <summary>A store of incidents that tests put in as they need them; only reading means anything.</summary>
internal sealed class StoreStub : IIncidentStore
{
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 3, 12, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly ProbeRecordsStub _probes = new();
    private readonly SortedDictionary<long, IncidentDetail> _incidents = [];

    /// <summary>While it is set, every read fails for this reason.</summary>
    public string? Unavailable { get; set; }

    /// <summary>Puts in an incident, or puts it in the place of the one with its number.</summary>
    public IncidentDetail Put(IncidentBuilder builder)
    {
        var detail = builder.Build();
        lock (_lock)
        {
            _incidents[detail.Summary.Number] = detail;
        }

        return detail;
    }

    public Task<IReadOnlyList<IncidentSummary>> ListAsync(IncidentFilter filter, CancellationToken cancellationToken)
    {
        var found = All().Where(incident => Matches(incident, filter))
            .OrderBy(incident => incident.Status switch { IncidentStatus.Firing => 0, IncidentStatus.Stale => 1, _ => 2 })
            .ThenByDescending(incident => incident.Status == IncidentStatus.Resolved ? 0 : (int)incident.Severity.Level)
            .ThenByDescending(incident => incident.Status == IncidentStatus.Resolved ? incident.ResolvedAt : incident.OpenedAt)
            .ThenByDescending(incident => incident.Number);
        return Task.FromResult<IReadOnlyList<IncidentSummary>>([.. found.Skip(filter.Skip).Take(filter.Limit)]);
    }

    public Task<IncidentDetail?> FindAsync(long number, CancellationToken cancellationToken)
    {
        _ = All();
        lock (_lock)
        {
            return Task.FromResult(_incidents.GetValueOrDefault(number));
        }
    }

    public Task<IReadOnlyList<PostSummary>> PostsAsync(int limit, CancellationToken cancellationToken)
    {
        var posts = All().SelectMany(incident => incident.Posts.Select(post =>
            new PostSummary(post, incident.Title, incident.Place, incident.Status, incident.Severity, incident.Lane)));
        return Task.FromResult<IReadOnlyList<PostSummary>>(
            [.. posts.OrderBy(post => post.Post.State == PostState.Shown).ThenByDescending(post => post.Post.Id).Take(limit)]);
    }

    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken)
    {
        var all = All();
        var posts = all.SelectMany(incident => incident.Posts).ToList();
        return Task.FromResult(new StoreCounts(
            all.LongCount(incident => incident.Status == IncidentStatus.Firing),
            all.LongCount(incident => incident.Status == IncidentStatus.Stale),
            posts.LongCount(post => post.State == PostState.Waiting),
            posts.LongCount(post => post.State == PostState.Refused),
            [.. all.Where(incident => incident.Status == IncidentStatus.Firing)
                .GroupBy(incident => (incident.Lane, incident.Severity.Word))
                .Select(group => (group.Key.Lane, group.Key.Word, group.LongCount()))]));
    }

    public string Identity => "stub";

    public IProbeRecords Probes
    {
        get
        {
            _ = All();
            return _probes;
        }
    }

    public Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> ReceiveAsync(Notification notification, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> ReconcileAsync(Finding finding, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Incident>> FiringAsync(long after, int limit, CancellationToken cancellationToken)
    {
        _ = All();
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<Incident>>([.. _incidents.Values.Select(detail => detail.Incident)
                .Where(incident => incident.Status == IncidentStatus.Firing && incident.Number > after).Take(limit)]);
        }
    }

    public Task<IReadOnlyList<OpenAlert>> OpenAlertsAsync(string source, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RewriteAsync(IReadOnlyList<long> incidents, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<(long Incident, string Alert)>> OpenAlertNamesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<KeptLinks>> KeptLinksAsync(int most, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task KeepLinksAsync(IReadOnlyList<KeptLinks> links, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> ReceiversAsync(string source, DateTimeOffset after, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<int> SweepAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> TakeDueAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RecalculateDueAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Who took which incident on, with what they said, and who gave it back.</summary>
    public List<string> Acts { get; } = [];

    public IDeeds Deeds => new DeedStub(this);

    public Task<int> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Post>> WaitingAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Post>> UntoldAsync(DateTimeOffset before, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Claim> ClaimAsync(long post, ClaimTerms terms, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Post?> EndAsync(long post, RequestEnd end, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<PastRequest>> PastRequestsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> SummarizeAsync(Room room, long? summary, StormPhase phase, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> DigestAsync(Lane lane, DateTimeOffset until, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Summary>> OpenSummariesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Post>> SendAgainAsync(long? post, Room? room, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private DeedOutcome Act(long number, string act)
    {
        var known = All().Find(incident => incident.Number == number);
        Acts.Add(act);
        return known is null ? DeedOutcome.Unknown : known.Status == IncidentStatus.Resolved ? DeedOutcome.Over : DeedOutcome.Done;
    }

    private List<IncidentSummary> All()
    {
        if (Unavailable is { } reason)
        {
            throw new StoreUnavailableException(reason);
        }

        lock (_lock)
        {
            return [.. _incidents.Values.Select(detail => detail.Summary)];
        }
    }

    private static bool Matches(IncidentSummary incident, IncidentFilter filter) =>
        (filter.Status switch
        {
            null => true,
            "firing" => incident.Status != IncidentStatus.Resolved,
            _ => incident.Status == IncidentStatus.Resolved,
        })
        && (filter.Severity is null || string.Equals(filter.Severity, incident.Severity.Word, StringComparison.OrdinalIgnoreCase))
        && (filter.Lane is null || string.Equals(filter.Lane, incident.Lane, StringComparison.Ordinal))
        && FilterWord.Parse(filter.Text).All(word => word.Not != (
            $"{incident.Title} {incident.Labels} {incident.Lane}".Contains(word.Text, StringComparison.OrdinalIgnoreCase)
            || (word.Pair is var (name, value) && string.Equals(incident.Labels[name], value, StringComparison.OrdinalIgnoreCase))));

    /// <summary>Only taking on and giving back mean anything.</summary>
    private sealed class DeedStub(StoreStub store) : IDeeds
    {
        public Task<DeedResult> DoAsync(Deed deed, CancellationToken cancellationToken) => Task.FromResult(new DeedResult(
            new DeedEnd(deed.Effect switch
            {
                Effect.Acknowledge taking => store.Act(taking.Number, $"{taking.By} takes {taking.Number}: {taking.Comment}"),
                Effect.GiveBack giving => store.Act(giving.Number, $"{giving.By} gives back {giving.Number}"),
                Effect.Nothing => DeedOutcome.Done,
                _ => throw new NotSupportedException(),
            }), "", 0));

        public Task<RequestRow?> RequestAsync(string channel, string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<RequestRow?> RequestAsync(long number, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<RequestRow?> LatestAsync(Room room, Person by, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ToldAsync(string channel, string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<RequestRow>> UntoldRequestsAsync(string channel, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<string?> PositionAsync(string channel, string key, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task PassAsync(PositionRow position, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<AuditEntry>> AuditAsync(long? before, int limit, CancellationToken cancellationToken)
        {
            _ = store.All();
            return Task.FromResult<IReadOnlyList<AuditEntry>>([
                new AuditEntry(7, Start, new AuditDraft("Ada <b>", "slack:UADA", "slack:C01", "ack", 41, "on my way"), "done"),
            ]);
        }

        public Task<(SilenceRow Row, bool IsNew)> WantSilenceAsync(SilenceRow silence, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<SilenceRow>> OpenSilencesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SilenceRow>>([]);

        public Task<SilenceRow?> SilenceAsync(long number, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<long?> IncidentOfAsync(Room room, string messageId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ReadOnlyMemory<byte> LinkKey => new byte[32];
    }
}

/// <summary>Makes an incident of notifications by the real rules, so that what is shown is what would be stored.</summary>
internal sealed class IncidentBuilder(long number, DateTimeOffset openedAt)
{
    private readonly List<TimelineEntry> _timeline = [];
    private readonly List<Post> _posts = [];
    private string _lane = "default";
    private string _externalUrl = "http://alertmanager.example.org:9093";
    private Incident? _incident;

    public IncidentBuilder Lane(string lane)
    {
        _lane = lane;
        return this;
    }

    public IncidentBuilder ExternalUrl(string address)
    {
        _externalUrl = address;
        return this;
    }

    /// <summary>An alert begins.</summary>
    public IncidentBuilder Fires(
        TimeSpan after, LabelSet labels, LabelSet? annotations = null, string graph = "http://prometheus.example.org:9090/graph?g0.expr=up") =>
        Apply(after, [Report(labels, annotations, openedAt + after, null, graph)]);

    /// <summary>Many alerts begin at once.</summary>
    public IncidentBuilder Fire(IEnumerable<LabelSet> alerts) =>
        Apply(TimeSpan.Zero, [.. alerts.Select(labels => Report(labels, null, openedAt, null, ""))]);

    /// <summary>An alert ends that began <paramref name="began"/> after the incident.</summary>
    public IncidentBuilder Ends(TimeSpan after, LabelSet labels, TimeSpan began = default, LabelSet? annotations = null) =>
        Apply(after, [Report(labels, annotations, openedAt + began, openedAt + after, "")]);

    /// <summary>Nobody speaks of it for long.</summary>
    public IncidentBuilder GoesStale(TimeSpan after)
    {
        Take(_incident!.Sweep(new IncidentRules(TimeSpan.Zero, TimeSpan.Zero), openedAt + after));
        return this;
    }

    public IncidentBuilder Post(string room, PostState state = PostState.Shown, string? reason = null, string? message = "1763605920.000100")
    {
        var id = (number * 10) + _posts.Count;
        var isShown = state == PostState.Shown;
        _posts.Add(new Post(
            id, new PostSubject.OfIncident(number), new PostAddress(Room.Parse(room), _lane),
            new PostProgress { Wanted = 2, Shown = isShown ? 2 : 1, MessageId = message, WantedSince = openedAt, ShownAt = isShown ? openedAt : null },
            new PostTrouble(reason, state == PostState.Refused, state == PostState.Waiting ? 2 : 0)));
        return this;
    }

    /// <summary>Somebody takes it on.</summary>
    public IncidentBuilder Acknowledged(TimeSpan after, string by, string comment = "")
    {
        Take(EscalationRules.Acknowledge(_incident!, by, comment, openedAt + after));
        return this;
    }

    /// <summary>Alertmanager keeps quiet about everything that fires in it.</summary>
    public IncidentBuilder Suppressed(Suppression why)
    {
        _incident = _incident! with { Alerts = _incident.Alerts.ToImmutableDictionary(pair => pair.Key, pair => pair.Value with { Suppression = why }) };
        return this;
    }

    /// <summary>Another incident explains it.</summary>
    public IncidentBuilder ExplainedBy(long number, string cause)
    {
        _incident = _incident! with { Inhibition = new Inhibition([number], cause) };
        return this;
    }

    public IncidentDetail Build()
    {
        var incident = _incident ?? throw new InvalidOperationException("an incident needs an alert");
        return new IncidentDetail(IncidentSummary.Of(incident, _lane, _posts), incident, _timeline);
    }

    private static AlertReport Report(LabelSet labels, LabelSet? annotations, DateTimeOffset from, DateTimeOffset? to, string graph) =>
        new(Fingerprint.Of(labels), labels, annotations ?? LabelSet.Empty, from, to, graph);

    private IncidentBuilder Apply(TimeSpan after, IReadOnlyList<AlertReport> reports)
    {
        var notification = new Notification("home", "incidentbot", LabelSet.Empty, reports, _externalUrl, 0);
        _incident ??= new Incident { Number = number, Key = IncidentKey.Of(notification) };
        Take(_incident.Apply(reports, notification, openedAt + after));
        return this;
    }

    private void Take(Applied applied)
    {
        _incident = applied.Changes.IsEmpty ? applied.Incident : applied.Incident with { Version = applied.Incident.Version + 1, UpdatedAt = applied.Changes[^1].At };
        _timeline.AddRange(applied.Changes.Select(change => new TimelineEntry((number * 1000) + _timeline.Count + 1, number, change)));
    }
}
