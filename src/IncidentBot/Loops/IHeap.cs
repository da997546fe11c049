namespace IncidentBot.Loops;

/// <summary>The memory that the collector looks after.</summary>
internal interface IHeap
{
    /// <summary>Bytes allocated since the start.</summary>
    long Allocated { get; }

    /// <summary>Bytes that it holds, garbage included.</summary>
    long Held { get; }

    /// <summary>Collects everything, and returns to the system what is free then.</summary>
    void GiveBack();
}

/// <summary>The collector of this process.</summary>
internal sealed class ProcessHeap : IHeap
{
    public long Allocated => GC.GetTotalAllocatedBytes();

    public long Held => GC.GetTotalMemory(forceFullCollection: false);

    public void GiveBack() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
