namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>
/// Which blobs are read whole in a run: so many as the budget allows, in the order of their digests, from where the last run ended. Over
/// the runs each gets its turn. A run that remembers nothing begins anywhere.
/// </summary>
internal static class HashRota
{
    /// <param name="budget">In bytes. A blob that is larger than all of it is read too, alone.</param>
    public static IReadOnlyList<Content> Choose(IEnumerable<Content> blobs, long budget, string? upTo, Random random)
    {
        var all = blobs.OrderBy(blob => blob.Digest, StringComparer.Ordinal).ToList();
        if (budget <= 0 || all.Count == 0)
        {
            return [];
        }

        var first = upTo is null ? random.Next(all.Count) : all.FindIndex(blob => string.CompareOrdinal(blob.Digest, upTo) > 0);
        first = Math.Max(first, 0);
        var (chosen, bytes) = (new List<Content>(), 0L);
        for (var i = 0; i < all.Count; i++)
        {
            var blob = all[(first + i) % all.Count];
            bytes += blob.Size ?? 0;
            if (bytes > budget && chosen.Count > 0)
            {
                break;
            }

            chosen.Add(blob);
        }

        return chosen;
    }
}
