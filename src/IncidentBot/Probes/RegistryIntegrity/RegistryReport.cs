namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>What a walk through a registry has found.</summary>
internal sealed class RegistryReport
{
    /// <summary>Why the catalog cannot be read; null when it was.</summary>
    public string? CatalogProblem { get; set; }

    /// <summary>Why the walk ended before its end; null when it did not.</summary>
    public string? Stopped { get; set; }

    /// <summary>The registry stopped answering, so that nothing is known of the images.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Nothing is known of what it holds.</summary>
    public bool IsOut => CatalogProblem is not null || IsSilent;

    public int BrokenBlobs => Faults.Count(fault => fault.Kind is ContentKind.Config or ContentKind.Layer);

    public int Repositories { get; set; }

    public int Tags { get; set; }

    public int Indexes { get; set; }

    public int Manifests { get; set; }

    public int Blobs { get; set; }

    public int Requests { get; set; }

    /// <summary>How many bytes of blobs were read and hashed.</summary>
    public long Hashed { get; set; }

    /// <summary>How many bytes all blobs have that were looked at, each counted once.</summary>
    public long Bytes { get; set; }

    /// <summary>Where hashing goes on in the next run.</summary>
    public string HashedUpTo { get; set; } = "";

    /// <summary>Images that cannot be pulled: manifests that are broken, or a config or layer of theirs is.</summary>
    public HashSet<Content> BrokenImages { get; } = [];

    /// <summary>Everything that has a fault of its own.</summary>
    public List<Content> Faults { get; } = [];

    /// <summary>What nothing is known of, each with the reason.</summary>
    public List<string> NotChecked { get; } = [];

    /// <summary>How many things of <see cref="NotChecked"/> there are, also those that it has no room for.</summary>
    public int NotCheckedCount { get; private set; }

    public void LeftOut(string words)
    {
        NotCheckedCount++;
        if (NotChecked.Count < 100)
        {
            NotChecked.Add(words);
        }
    }
}
