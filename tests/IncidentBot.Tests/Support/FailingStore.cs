using IncidentBot.Alerts;
using IncidentBot.Graph;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace IncidentBot.Support;

/// <summary>The program's own store, of which single steps can be told to fail.</summary>
internal sealed class FailingStore(IIncidentStore inner) : IIncidentStore
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, Exception> _failures = new(StringComparer.Ordinal);

    private readonly System.Collections.Concurrent.ConcurrentDictionary<long, bool> _stuck = new();

    /// <summary>How many posts wait for their end to be written down.</summary>
    public int Stuck => _stuck.Count;

    public string Identity => inner.Identity;

    public IProbeRecords Probes => inner.Probes;

    public IDeeds Deeds => inner.Deeds;

    /// <summary>Puts itself in the place of the program's store.</summary>
    public static void Use(IServiceCollection services) => Use(services, failing: null);

    /// <summary>The same, with a method that meets a bug from the start.</summary>
    public static void Use(IServiceCollection services, string? failing)
    {
        var make = services.Last(service => service.ServiceType == typeof(IIncidentStore)).ImplementationFactory!;
        services.AddSingleton<IIncidentStore>(provider =>
        {
            var store = new FailingStore((IIncidentStore)make(provider));
            if (failing is not null)
            {
                store.Fail(failing, new InvalidOperationException("a bug"));
            }

            return store;
        });
    }

    /// <summary>Lets a method fail from now on; the store is full unless another failure is given.</summary>
    public void Fail(string method, Exception? failure = null) => _failures[method] = failure ?? new StoreUnavailableException("the disk is full");

    public void Recover() => _failures.Clear();

    public Task StartAsync(CancellationToken cancellationToken) => inner.StartAsync(cancellationToken);

    public Task<bool> ReceiveAsync(Notification notification, CancellationToken cancellationToken) => inner.ReceiveAsync(notification, cancellationToken);

    public Task<bool> ReconcileAsync(Finding finding, CancellationToken cancellationToken) => inner.ReconcileAsync(finding, cancellationToken);

    public Task<IReadOnlyList<Incident>> FiringAsync(long after, int limit, CancellationToken cancellationToken) =>
        Or(nameof(FiringAsync), () => inner.FiringAsync(after, limit, cancellationToken));

    public Task<IReadOnlyList<OpenAlert>> OpenAlertsAsync(string source, CancellationToken cancellationToken) =>
        Or(nameof(OpenAlertsAsync), () => inner.OpenAlertsAsync(source, cancellationToken));

    public Task<IReadOnlyList<string>> ReceiversAsync(string source, DateTimeOffset after, CancellationToken cancellationToken) =>
        inner.ReceiversAsync(source, after, cancellationToken);

    public Task RewriteAsync(IReadOnlyList<long> incidents, CancellationToken cancellationToken) => inner.RewriteAsync(incidents, cancellationToken);

    public Task<IReadOnlyList<(long Incident, string Alert)>> OpenAlertNamesAsync(CancellationToken cancellationToken) =>
        inner.OpenAlertNamesAsync(cancellationToken);

    public Task<IReadOnlyList<KeptLinks>> KeptLinksAsync(int most, CancellationToken cancellationToken) => inner.KeptLinksAsync(most, cancellationToken);

    public Task KeepLinksAsync(IReadOnlyList<KeptLinks> links, CancellationToken cancellationToken) => inner.KeepLinksAsync(links, cancellationToken);

    public Task<int> SweepAsync(CancellationToken cancellationToken) => Or(nameof(SweepAsync), () => inner.SweepAsync(cancellationToken));

    public Task<int> TakeDueAsync(CancellationToken cancellationToken) => Or(nameof(TakeDueAsync), () => inner.TakeDueAsync(cancellationToken));

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => Or(nameof(NextDueAsync), () => inner.NextDueAsync(cancellationToken));

    public Task RecalculateDueAsync(CancellationToken cancellationToken) => inner.RecalculateDueAsync(cancellationToken);

    public Task<int> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken) => inner.DeleteEndedAsync(before, cancellationToken);

    public Task<IReadOnlyList<Post>> WaitingAsync(CancellationToken cancellationToken) =>
        Or(nameof(WaitingAsync), () => inner.WaitingAsync(cancellationToken));

    public Task<IReadOnlyList<Post>> UntoldAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        Or(nameof(UntoldAsync), () => inner.UntoldAsync(before, cancellationToken));

    public Task<Claim> ClaimAsync(long post, ClaimTerms terms, CancellationToken cancellationToken) =>
        Or(nameof(ClaimAsync), () => inner.ClaimAsync(post, terms, cancellationToken));

    public Task<Post?> EndAsync(long post, RequestEnd end, CancellationToken cancellationToken)
    {
        _stuck.TryRemove(post, out _);
        if (!_failures.ContainsKey(nameof(EndAsync)))
        {
            return inner.EndAsync(post, end, cancellationToken);
        }

        _stuck[post] = true;
        return Or(nameof(EndAsync), () => inner.EndAsync(post, end, cancellationToken));
    }

    public Task<IReadOnlyList<PastRequest>> PastRequestsAsync(CancellationToken cancellationToken) => inner.PastRequestsAsync(cancellationToken);

    public Task<long> SummarizeAsync(Room room, long? summary, StormPhase phase, CancellationToken cancellationToken) =>
        Or(nameof(SummarizeAsync), () => inner.SummarizeAsync(room, summary, phase, cancellationToken));

    public Task<int> DigestAsync(Lane lane, DateTimeOffset until, CancellationToken cancellationToken) =>
        Or(nameof(DigestAsync), () => inner.DigestAsync(lane, until, cancellationToken));

    public Task<IReadOnlyList<Summary>> OpenSummariesAsync(CancellationToken cancellationToken) => inner.OpenSummariesAsync(cancellationToken);

    public Task<IReadOnlyList<Post>> SendAgainAsync(long? post, Room? room, CancellationToken cancellationToken) => inner.SendAgainAsync(post, room, cancellationToken);

    public Task<IReadOnlyList<IncidentSummary>> ListAsync(IncidentFilter filter, CancellationToken cancellationToken) => inner.ListAsync(filter, cancellationToken);

    public Task<IncidentDetail?> FindAsync(long number, CancellationToken cancellationToken) => inner.FindAsync(number, cancellationToken);

    public Task<IReadOnlyList<PostSummary>> PostsAsync(int limit, CancellationToken cancellationToken) => inner.PostsAsync(limit, cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken) => inner.CountAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private Task<T> Or<T>(string method, Func<Task<T>> call) =>
        _failures.TryGetValue(method, out var failure) ? Task.FromException<T>(failure) : call();
}
