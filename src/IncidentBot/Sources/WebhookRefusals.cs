using System.Net;
using IncidentBot.Alerts;

namespace IncidentBot.Sources;

/// <summary>Why something that was posted here is not shown.</summary>
internal enum RefusalKind
{
    /// <summary>The credentials are nobody's: 401.</summary>
    Credentials,

    /// <summary>Nothing of the body could be used, or it was too large: Alertmanager drops what it held.</summary>
    Body,

    /// <summary>Some alerts of a notification could not be used; the others are shown.</summary>
    Alerts,
}

/// <summary>What was refused of one sender for one kind of reason.</summary>
/// <param name="Source">The configured source; empty when the credentials did not say which.</param>
/// <param name="Address">Where it came from.</param>
/// <param name="Kind">Why it was refused.</param>
/// <param name="Since">When the first was.</param>
/// <param name="Last">When the latest was.</param>
/// <param name="Count">How many notifications, or alerts, it was.</param>
/// <param name="Reason">What was wrong with the latest. Hostile text, bounded.</param>
internal sealed record Refusal(string Source, string Address, RefusalKind Kind, DateTimeOffset Since, DateTimeOffset Last, long Count,
    string Reason);

/// <summary>
/// Remembers what was refused at the door within the last hour, so that pages never say that nothing is on fire while somebody's
/// alerts are turned away. Bounded: of many senders the ones that were heard longest ago are forgotten.
/// </summary>
internal sealed class WebhookRefusals(TimeProvider clock)
{
    /// <summary>For how long a refusal is told after the latest of its kind.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private const int MostSenders = 100;
    private const int LongestReason = 300;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Source, string Address, RefusalKind Kind), Refusal> _refusals = [];
    private readonly Dictionary<string, DateTimeOffset> _welcome = new(StringComparer.Ordinal);
    private readonly HashSet<(string Source, string Version)> _versions = [];

    private long _repaired;
    private long _leftOut;

    /// <summary>Odd values that were repaired since the start.</summary>
    public long Repaired => Interlocked.Read(ref _repaired);

    /// <summary>Alerts that could not be used since the start.</summary>
    public long LeftOutInAll => Interlocked.Read(ref _leftOut);

    /// <summary>What was refused within the last hour, the latest first.</summary>
    public IReadOnlyList<Refusal> Recent
    {
        get
        {
            var now = clock.GetUtcNow();
            lock (_lock)
            {
                return [.. _refusals.Values.Where(refusal => now - refusal.Last <= Kept).OrderByDescending(refusal => refusal.Last)];
            }
        }
    }

    /// <summary>
    /// Something of this sender was taken: its address is known, and wrong credentials from there are a mistake and no stranger's try.
    /// </summary>
    public void Taken(string source, IPAddress? address)
    {
        var key = Text(address);
        lock (_lock)
        {
            Bound(_welcome, key, static at => at);
            _welcome[key] = clock.GetUtcNow();
            _refusals.Remove(("", key, RefusalKind.Credentials));
            _refusals.Remove((source, key, RefusalKind.Body));
        }
    }

    /// <summary>
    /// Wrong credentials. Strangers try them all day: only a known address, or one that says that it is an Alertmanager, is told of.
    /// </summary>
    /// <param name="address">Where it came from.</param>
    /// <param name="claims">What it calls itself, such as <c>Alertmanager/0.34.2</c>.</param>
    public void WrongCredentials(IPAddress? address, string claims)
    {
        var key = Text(address);
        lock (_lock)
        {
            if (_welcome.ContainsKey(key) || claims.StartsWith("Alertmanager/", StringComparison.Ordinal)
                || claims.StartsWith("Grafana", StringComparison.Ordinal))
            {
                Add("", key, RefusalKind.Credentials, 1, "wrong credentials");
            }
        }
    }

    /// <summary>A notification of which nothing is shown.</summary>
    public void Refused(string source, IPAddress? address, string reason)
    {
        lock (_lock)
        {
            Add(source, Text(address), RefusalKind.Body, 1, reason);
        }
    }

    /// <summary>A notification of which some alerts are not shown.</summary>
    public void LeftOut(string source, IPAddress? address, ReadRemarks remarks)
    {
        Interlocked.Add(ref _repaired, remarks.Repaired);
        Interlocked.Add(ref _leftOut, remarks.LeftOut);
        if (remarks.FirstLeftOut is { } first)
        {
            lock (_lock)
            {
                Add(source, Text(address), RefusalKind.Alerts, remarks.LeftOut, first.ToString());
            }
        }
    }

    /// <summary>Whether a source has not posted bodies of this version before.</summary>
    public bool IsFirst(string source, string version)
    {
        lock (_lock)
        {
            return _versions.Count < MostSenders && _versions.Add((source, version));
        }
    }

    private void Add(string source, string address, RefusalKind kind, int count, string reason)
    {
        var now = clock.GetUtcNow();
        var key = (source, address, kind);
        Bound(_refusals, key, static refusal => refusal.Last);
        var before = _refusals.TryGetValue(key, out var known) && now - known.Last <= Kept ? known : null;
        _refusals[key] = new Refusal(
            source, address, kind, before?.Since ?? now, now, (before?.Count ?? 0) + count, reason.Length > LongestReason
                ? reason[..LongestReason] : reason);
    }

    private static void Bound<TKey, TValue>(Dictionary<TKey, TValue> known, TKey key, Func<TValue, DateTimeOffset> last)
        where TKey : notnull
    {
        if (known.Count >= MostSenders && !known.ContainsKey(key))
        {
            known.Remove(known.MinBy(entry => last(entry.Value)).Key);
        }
    }

    /// <summary>An IPv4 address that came through an IPv6 socket is written as what it is.</summary>
    private static string Text(IPAddress? address) =>
        address is null ? "an unknown address" : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
