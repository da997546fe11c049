namespace IncidentBot.Loops;

/// <summary>
/// Gives memory back when the program has come to rest: the collector acts only when something is allocated, so that what the last
/// storm left behind would stay for hours. Where much is held nothing is given back, because the pause would be felt.
/// </summary>
internal sealed class Rest(IHeap heap, LoopBook book) : Loop("rest", book, Every)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Bytes that are allocated between two looks at least while there is work.</summary>
    public const long Work = 3_000_000;

    /// <summary>Bytes that have to be allocated before a collection is worth its time.</summary>
    public const long Worth = 4_000_000;

    /// <summary>Bytes up to which a whole collection takes some 20 ms.</summary>
    public const long Felt = 64_000_000;

    private long _seen = heap.Allocated;
    private long _collected = heap.Allocated;

    /// <summary>The start is work.</summary>
    protected override TimeSpan FirstPause => Every;

    protected override Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        var allocated = heap.Allocated;
        if (allocated - _seen < Work && allocated - _collected >= Worth && heap.Held <= Felt)
        {
            heap.GiveBack();
            _collected = heap.Allocated;
        }

        _seen = allocated;
        return Task.FromResult<DateTimeOffset?>(now + Every);
    }
}
