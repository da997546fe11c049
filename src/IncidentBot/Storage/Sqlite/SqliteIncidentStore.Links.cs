using IncidentBot.Graph;

namespace IncidentBot.Storage.Sqlite;

/// <content>What a graph server said, and what follows for what rooms show.</content>
internal sealed partial class SqliteIncidentStore
{
    public async Task RewriteAsync(IReadOnlyList<long> incidents, CancellationToken cancellationToken)
    {
        foreach (var few in incidents.Chunk(InSlice))
        {
            await LivingAsync(session => session.Calendar.Rewrite(few, By(session)), cancellationToken);
        }
    }

    public Task<IReadOnlyList<(long Incident, string Alert)>> OpenAlertNamesAsync(CancellationToken cancellationToken) =>
        Reads.OpenAlertNamesAsync(cancellationToken);

    public Task<IReadOnlyList<KeptLinks>> KeptLinksAsync(int most, CancellationToken cancellationToken) =>
        Reads.KeptLinksAsync(most, cancellationToken);

    public Task KeepLinksAsync(IReadOnlyList<KeptLinks> links, CancellationToken cancellationToken) =>
        Commits.RunAsync(session => session.Keep(links), cancellationToken);
}
