using IncidentBot.Storage;

namespace IncidentBot.Support;

/// <summary>What people do most, in one call.</summary>
internal static class StoreActs
{
    /// <summary>Takes an incident on, also from somebody else.</summary>
    public static Task<DeedOutcome> AcknowledgeAsync(this IIncidentStore store, long number, string by, string comment, CancellationToken cancellationToken) =>
        DoAsync(store, new Effect.Acknowledge(number, by, comment, TakesOver: true), cancellationToken);

    public static Task<DeedOutcome> WithdrawAsync(this IIncidentStore store, long number, string by, CancellationToken cancellationToken) =>
        DoAsync(store, new Effect.GiveBack(number, by), cancellationToken);

    private static async Task<DeedOutcome> DoAsync(IIncidentStore store, Effect effect, CancellationToken cancellationToken) =>
        (await store.Deeds.DoAsync(new Deed(effect) { Tell = _ => default }, cancellationToken)).End!.Outcome;
}
