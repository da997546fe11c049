using System.Collections.Concurrent;
using IncidentBot.Runbooks;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary>
/// Runbook pages as they were last sent, so that many readers cost one rendering. A page is made anew when its text or any
/// incident changed, and every second, because it says how long ago things were.
/// </summary>
internal sealed class RunbookPageCache
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>How many filled-in pages are kept: readers choose their addresses, and may make up any number.</summary>
    private const int MostFilled = 200;

    private readonly ConcurrentDictionary<string, Entry> _plain = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Entry> _filled = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private long _changes;

    public RunbookPageCache(ChangeFeed feed, TimeProvider clock)
    {
        _clock = clock;
        feed.Subscribe(change => Interlocked.Add(ref _changes, change.Incidents.Count));
    }

    /// <summary>The bytes of a page; those who ask for it at the same time share one making.</summary>
    public Task<byte[]> GetAsync(Runbook page, RunbookQuery query, PageSettings settings, Func<Task<byte[]>> make)
    {
        var changes = Interlocked.Read(ref _changes);
        var now = _clock.GetTimestamp();
        var entries = query.IsPlain ? _plain : _filled;
        var key = query.IsPlain ? page.Path : $"{page.Path}\n{query}";
        if (entries.TryGetValue(key, out var entry) && ReferenceEquals(entry.Page, page) && entry.Changes == changes
            && entry.Settings == settings && _clock.GetElapsedTime(entry.Made, now) < Fresh && !entry.Html.Value.IsFaulted)
        {
            return entry.Html.Value;
        }

        if (_filled.Count >= MostFilled)
        {
            _filled.Clear();
            entry = query.IsPlain ? entry : null;
        }

        var next = new Entry(page, settings, changes, now, new Lazy<Task<byte[]>>(make));
        var kept = entry is null ? entries.GetOrAdd(key, next) : entries.TryUpdate(key, next, entry) ? next
            : entries.GetValueOrDefault(key, next);
        return kept.Html.Value;
    }

    private sealed record Entry(Runbook Page, PageSettings Settings, long Changes, long Made, Lazy<Task<byte[]>> Html);
}
