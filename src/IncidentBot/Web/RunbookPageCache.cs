using System.Collections.Concurrent;
using IncidentBot.Runbooks;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary>
/// Runbook pages as they were last sent, so that many readers cost one rendering. A page is made anew when its text or any
/// incident changed, and every second, because it says how long ago things were.
/// </summary>
internal sealed class RunbookPageCache(TimeProvider clock) : IIncidentListener
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _changes;

    public void Changed(IReadOnlyList<long> numbers) => Interlocked.Increment(ref _changes);

    /// <summary>The bytes of a page; those who ask for it at the same time share one making.</summary>
    public Task<byte[]> GetAsync(Runbook page, PageSettings settings, Func<Task<byte[]>> make)
    {
        var changes = Interlocked.Read(ref _changes);
        var now = clock.GetTimestamp();
        if (_entries.TryGetValue(page.Path, out var entry) && ReferenceEquals(entry.Page, page) && entry.Changes == changes
            && entry.Settings == settings && clock.GetElapsedTime(entry.Made, now) < Fresh && !entry.Html.Value.IsFaulted)
        {
            return entry.Html.Value;
        }

        var next = new Entry(page, settings, changes, now, new Lazy<Task<byte[]>>(make));
        var kept = entry is null ? _entries.GetOrAdd(page.Path, next) : _entries.TryUpdate(page.Path, next, entry) ? next : _entries.GetValueOrDefault(page.Path, next);
        return kept.Html.Value;
    }

    private sealed record Entry(Runbook Page, PageSettings Settings, long Changes, long Made, Lazy<Task<byte[]>> Html);
}
