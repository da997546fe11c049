using System.Collections.Concurrent;
using System.Globalization;

namespace IncidentBot.Channels;

/// <summary>
/// Which channels are heard, which are deaf and why, and how much came of each. A deaf bot sends as before: nobody would notice.
/// </summary>
internal sealed class Listening(TimeProvider clock)
{
    /// <summary>So long a remark about what came is shown after it was last true.</summary>
    private static readonly TimeSpan RemarksLast = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Ear> _ears = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Channel, string Key), (string Words, DateTimeOffset At)> _remarks = new();
    private readonly ConcurrentDictionary<(string Channel, DoorRefusal Reason), long> _refused = new();

    private readonly ConcurrentDictionary<string, DateTimeOffset> _tests = new(StringComparer.Ordinal);

    /// <summary>The channels that are configured to be heard, by name, and whether they are.</summary>
    public IReadOnlyList<(string Channel, bool Heard, long Received)> States =>
    [
        .. _ears.OrderBy(ear => ear.Key, StringComparer.Ordinal)
            .Select(ear => (ear.Key, ear.Value.DeafSince is null && ear.Value.EverHeard, Interlocked.Read(ref ear.Value.Received))),
    ];

    /// <summary>How often something was not handed on.</summary>
    public IReadOnlyList<(string Channel, DoorRefusal Reason, long Count)> Refusals =>
        [.. _refused.Select(pair => (pair.Key.Channel, pair.Key.Reason, pair.Value)).OrderBy(row => row.Channel,
            StringComparer.Ordinal).ThenBy(row => row.Reason)];

    /// <summary>What an operator is told of channels that are deaf, a line for each.</summary>
    public IReadOnlyList<string> Problems =>
    [
        .. _ears.Where(ear => ear.Value.DeafSince is not null).OrderBy(ear => ear.Key, StringComparer.Ordinal)
            .Select(ear => string.Create(CultureInfo.InvariantCulture,
                $"{Title(ear.Key)} is not heard since {ear.Value.DeafSince:HH:mm:ss} UTC, so commands and buttons there do nothing: {ear.Value.Reason}.")),
    ];

    /// <summary>What came in and tells that something is set up wrongly; each is shown for an hour.</summary>
    public IReadOnlyList<string> Remarks
    {
        get
        {
            var since = clock.GetUtcNow() - RemarksLast;
            return [.. _remarks.Where(remark => remark.Value.At >= since).OrderBy(remark => remark.Key).Select(remark =>
                remark.Value.Words)];
        }
    }

    /// <summary>A channel is listened to from now on; whether anything is heard is not yet known.</summary>
    public void Begin(string channel) => _ears.GetOrAdd(channel, _ => new Ear());

    /// <summary>A channel is not listened to any more, because it is not configured to be.</summary>
    public void End(string channel)
    {
        _ears.TryRemove(channel, out _);
        foreach (var key in _remarks.Keys.Where(key => string.Equals(key.Channel, channel, StringComparison.Ordinal)))
        {
            _remarks.TryRemove(key, out _);
        }
    }

    /// <summary>The vendor speaks to us. True when it did not before.</summary>
    public bool Heard(string channel)
    {
        var ear = _ears.GetOrAdd(channel, _ => new Ear());
        lock (ear)
        {
            var news = ear.DeafSince is not null || !ear.EverHeard;
            (ear.EverHeard, ear.DeafSince, ear.Reason) = (true, null, "");
            return news;
        }
    }

    /// <summary>Nothing can be heard from a vendor. True when that, or its reason, is new.</summary>
    /// <param name="reason">Our own words, without secrets and without a full stop.</param>
    public bool Deaf(string channel, string reason)
    {
        var ear = _ears.GetOrAdd(channel, _ => new Ear());
        lock (ear)
        {
            var news = ear.DeafSince is null || !string.Equals(ear.Reason, reason, StringComparison.Ordinal);
            (ear.DeafSince, ear.Reason) = (ear.DeafSince ?? clock.GetUtcNow(), reason);
            return news;
        }
    }

    /// <summary>Something came that a person said or pressed.</summary>
    public void Received(string channel) => Interlocked.Increment(ref _ears.GetOrAdd(channel, _ => new Ear()).Received);

    /// <summary>When the test button of a channel was last pressed, of those where it was.</summary>
    public IReadOnlyList<(string Channel, DateTimeOffset At)> Tests =>
        [.. _tests.Select(test => (test.Key, test.Value)).OrderBy(test => test.Key, StringComparer.Ordinal)];

    /// <summary>The test button was pressed, and that was heard.</summary>
    public void Tested(string channel) => _tests[channel] = clock.GetUtcNow();

    /// <summary>Something was not handed on.</summary>
    public void Refused(string channel, DoorRefusal reason) => _refused.AddOrUpdate((channel, reason), 1, (_, count) => count + 1);

    /// <summary>Remembers a sentence about what came; the latest of a key counts.</summary>
    public void Remark(string channel, string key, string words) => _remarks[(channel, key)] = (words, clock.GetUtcNow());

    /// <summary>What was remarked is not so any more.</summary>
    public void Mended(string channel, string key) => _remarks.TryRemove((channel, key), out _);

    private static string Title(string channel) => channel.Length == 0 ? "" : char.ToUpperInvariant(channel[0]) + channel[1..];

    /// <summary>What is known of one channel; locked for every change of more than one value.</summary>
    private sealed class Ear
    {
        public long Received;

        public bool EverHeard { get; set; }

        public DateTimeOffset? DeafSince { get; set; }

        public string Reason { get; set; } = "";
    }
}
