using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Settings;
using IncidentBot.Storage;

namespace IncidentBot.Sources;

/// <summary>What a silence hides, or would hide: alerts that fire now.</summary>
/// <param name="Labels">Of the alert.</param>
/// <param name="Incident">The open incident that has it; null when none does.</param>
/// <param name="IsQuiet">It is silenced, inhibited or muted already.</param>
internal sealed record HiddenAlert(string Fingerprint, LabelSet Labels, long? Incident, bool IsQuiet, IReadOnlyList<string> SilencedBy);

/// <summary>How the making or the end of a silence went, before it is written down.</summary>
/// <param name="Silence">As it is now, to be written by <see cref="Effect.SilenceIs"/>.</param>
/// <param name="Marks">What of open incidents it hides, or hides no more.</param>
/// <param name="Hidden">The alerts that it matches; null when nobody could be asked.</param>
/// <param name="Failure">Why no Alertmanager took it; empty when one did.</param>
internal sealed record SilenceTry(
    SilenceRow Silence, IReadOnlyList<Finding.Marked> Marks, IReadOnlyList<HiddenAlert>? Hidden, string Failure);

/// <summary>
/// Silences incidents in their Alertmanager. What is wanted is remembered before anybody is asked, so that after a kill a silence that
/// was
/// taken is found again and none is made twice.
/// </summary>
internal sealed class Silencing(AlertmanagerSilences alertmanagers, IIncidentStore store, CurrentSettings settings)
{
    /// <summary>The configured source of a name; null when it is not configured or names no addresses.</summary>
    public AlertmanagerOptions? Source(string name) => settings.Value.Alertmanagers
        .FirstOrDefault(source => string.Equals(source.Source, name, StringComparison.Ordinal) && source.Urls.Count > 0);

    /// <summary>The sources whose Alertmanagers can be asked.</summary>
    public IReadOnlyList<AlertmanagerOptions> Sources => [.. settings.Value.Alertmanagers.Where(source => source.Urls.Count > 0)];

    /// <summary>Exactly this incident: the labels that all its alerts share.</summary>
    public static IReadOnlyList<SilenceMatcher> Matchers(Incident incident) =>
        [.. incident.CommonLabels.Where(label => label.Value.Length > 0).Select(label => new SilenceMatcher(label.Name, label.Value))];

    /// <summary>Makes a silence, or finds the one that the same key made before.</summary>
    /// <param name="wanted">With a key that the same request always has.</param>
    public async Task<SilenceTry> MakeAsync(AlertmanagerOptions source, SilenceRow wanted, CancellationToken cancellationToken)
    {
        var (row, isNew) = await store.Deeds.WantSilenceAsync(wanted with { Until = Whole(wanted.Until) }, cancellationToken);
        if (row.State is not SilenceState.Begun)
        {
            return new SilenceTry(row, [], null, row.State == SilenceState.Failed ? "no Alertmanager took it before" : "");
        }

        if (!isNew)
        {
            // An attempt before this one was cut off.
            var (found, unknown) = await FindAsync(source, row, cancellationToken);
            if (found is not null || unknown.Length > 0)
            {
                return await EndedAsync(source, found ?? row, unknown, cancellationToken);
            }
        }

        var (id, reason) = await alertmanagers.PutAsync(source, row, cancellationToken);
        if (id is not null)
        {
            return await EndedAsync(source, row with { Id = id, State = SilenceState.Active }, "", cancellationToken);
        }

        // An answer that was lost may have been a yes; while nobody can tell, it stays begun and is found out about later.
        var (taken, unclear) = await FindAsync(source, row, cancellationToken);
        return taken is not null ? await EndedAsync(source, taken, "", cancellationToken)
            : await EndedAsync(source, unclear.Length > 0 ? row : row with { State = SilenceState.Failed }, reason, cancellationToken);
    }

    /// <summary>Ends a silence that was made here.</summary>
    public async Task<SilenceTry> EndAsync(AlertmanagerOptions source, SilenceRow row, CancellationToken cancellationToken)
    {
        var (done, reason) = row.Id is null ? new PeerResult<string>("done", "")
            : await alertmanagers.ExpireAsync(source, row.Id, cancellationToken);
        return await EndedAsync(source, done is null ? row : row with { State = SilenceState.Ended }, reason, cancellationToken);
    }

    /// <summary>Ends a silence that was made elsewhere.</summary>
    /// <returns>What it hides no more, and why it could not be ended; empty when it is.</returns>
    public async Task<(IReadOnlyList<Finding.Marked> Marks, string Failure)> EndAsync(
        AlertmanagerOptions source, ListedSilence silence, CancellationToken cancellationToken)
    {
        var (done, reason) = await alertmanagers.ExpireAsync(source, silence.Id, cancellationToken);
        return done is null ? ([], reason)
            : (await MarksAsync(source, await HiddenAsync(source, silence.Matchers, cancellationToken), null, cancellationToken), "");
    }

    /// <summary>Gives a silence a later end. The id may be another one then.</summary>
    public async Task<SilenceTry> ExtendAsync(AlertmanagerOptions source, SilenceRow row, DateTimeOffset until,
        CancellationToken cancellationToken)
    {
        var longer = row with { Until = Whole(until) };
        var (id, reason) = await alertmanagers.PutAsync(source, longer, cancellationToken);
        return await EndedAsync(source, id is null ? row : longer with { Id = id }, reason, cancellationToken);
    }

    /// <summary>
    /// Looks for a silence of which nobody knows whether an Alertmanager took it: author, labels and end tell it from all others.
    /// </summary>
    /// <returns>Null when there is none, and why nobody knows; empty when it is known.</returns>
    public async Task<(SilenceRow? Found, string Unknown)> FindAsync(AlertmanagerOptions source, SilenceRow row,
        CancellationToken cancellationToken)
    {
        var (silences, reason) = await alertmanagers.ListAsync(source, cancellationToken);
        var found = silences?.FirstOrDefault(one => string.Equals(one.By, row.By, StringComparison.Ordinal)
            && (one.EndsAt - row.Until).Duration() < TimeSpan.FromMilliseconds(2) && one.Matchers.Count == row.Matchers.Count
            && !one.Matchers.Except(row.Matchers).Any());
        return (found is null ? null : row with { Id = found.Id, State = SilenceState.Active }, silences is null ? reason : "");
    }

    /// <summary>The silences of a source that hold or will hold.</summary>
    public Task<PeerResult<IReadOnlyList<ListedSilence>>> ListAsync(AlertmanagerOptions source, CancellationToken cancellationToken) =>
        alertmanagers.ListAsync(source, cancellationToken);

    /// <summary>
    /// What a silence with these matchers hides, by Alertmanager's own reading of them; null when no peer answers, and why.
    /// </summary>
    public async Task<(IReadOnlyList<HiddenAlert>? Hidden, string Reason)> PreviewAsync(
        AlertmanagerOptions source, IReadOnlyList<SilenceMatcher> matchers, CancellationToken cancellationToken)
    {
        var (alerts, reason) = await alertmanagers.MatchingAsync(source, matchers, cancellationToken);
        if (alerts is null)
        {
            return (null, reason);
        }

        var ignored = settings.Value.Incidents.Ignored;
        var open = (await store.OpenAlertsAsync(source.Source, cancellationToken))
            .ToLookup(one => one.Fingerprint, StringComparer.Ordinal);
        return ([.. alerts.Select(one => Hidden(one, ignored, open)).DistinctBy(one => one.Fingerprint, StringComparer.Ordinal)], "");
    }

    /// <summary>As exactly as Alertmanager lists it, so that what is shown at once is what is read later.</summary>
    private static DateTimeOffset Whole(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    private static HiddenAlert Hidden(GroupedAlertAnswer alert, IReadOnlySet<string> ignored, ILookup<string, OpenAlert> open)
    {
        var labels = alert.Labels is null ? LabelSet.Empty
            : LabelSet.From([.. alert.Labels.Select(pair => new Label(pair.Key, pair.Value ?? ""))]);
        var kept = labels.Without(ignored);
        var fingerprint = ReferenceEquals(kept, labels) && alert.Fingerprint is { Length: > 0 and <= 64 } given ? given
            : Fingerprint.Of(kept);
        var status = alert.Status;
        return new HiddenAlert(fingerprint, kept, open[fingerprint].FirstOrDefault()?.Incident,
            status is not null && ((status.SilencedBy?.Count ?? 0) + (status.InhibitedBy?.Count ?? 0) + (status.MutedBy?.Count ?? 0)) > 0,
            [.. (status?.SilencedBy ?? []).OfType<string>()]);
    }

    private async Task<SilenceTry> EndedAsync(AlertmanagerOptions source, SilenceRow row, string failure,
        CancellationToken cancellationToken)
    {
        if (failure.Length > 0)
        {
            return new SilenceTry(row, [], null, failure);
        }

        var hidden = await HiddenAsync(source, row.Matchers, cancellationToken);
        return new SilenceTry(row, await MarksAsync(source, hidden, row, cancellationToken), hidden, "");
    }

    private async Task<IReadOnlyList<HiddenAlert>?> HiddenAsync(
        AlertmanagerOptions source, IReadOnlyList<SilenceMatcher> matchers, CancellationToken cancellationToken) =>
        (await PreviewAsync(source, matchers, cancellationToken)).Hidden;

    /// <summary>
    /// What open incidents show at once and not only when the list is read next: what this silence hides, and what no silence hides any
    /// more.
    /// </summary>
    private async Task<IReadOnlyList<Finding.Marked>> MarksAsync(
        AlertmanagerOptions source, IReadOnlyList<HiddenAlert>? hidden, SilenceRow? row, CancellationToken cancellationToken)
    {
        if (hidden is null)
        {
            return [];
        }

        var shown = (await store.OpenAlertsAsync(source.Source, cancellationToken)).ToLookup(one => one.Fingerprint,
            StringComparer.Ordinal);
        var marks = new List<(long Incident, string Fingerprint, Suppression? Mark)>();
        foreach (var alert in hidden)
        {
            foreach (var open in shown[alert.Fingerprint])
            {
                if (row is { State: SilenceState.Active, Id: { } id } && alert.SilencedBy.Contains(id, StringComparer.Ordinal))
                {
                    marks.Add((open.Incident, open.Fingerprint, new Suppression(SuppressionKind.Silenced, Headline.Cut(row.By, 100),
                        Headline.Cut(SilenceComment.Words(row.Comment), 300), row.Until)));
                }
                else if (!alert.IsQuiet && open.Suppression is { Kind: SuppressionKind.Silenced })
                {
                    marks.Add((open.Incident, open.Fingerprint, null));
                }
            }
        }

        return
        [
            .. marks.GroupBy(mark => mark.Incident).Select(group => new Finding.Marked(group.Key,
                group.ToDictionary(mark => mark.Fingerprint, mark => mark.Mark, StringComparer.Ordinal))),
        ];
    }
}
