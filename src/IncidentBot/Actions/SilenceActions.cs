using System.Globalization;
using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Sources;
using IncidentBot.Storage;

namespace IncidentBot.Actions;

/// <summary>How long a silence is wanted.</summary>
/// <param name="Until">The moment of its end; null for until the incident is resolved.</param>
internal readonly record struct SilenceLength(DateTimeOffset? Until);

/// <summary>What became of silencing an incident.</summary>
/// <param name="Silence">The silence; null when there is none.</param>
/// <param name="Problem">Why there is none, in a sentence without a full stop; empty when there is one.</param>
/// <param name="IsTransient">It may work later: no Alertmanager could be reached.</param>
internal sealed record SilenceOutcome(SilenceRow? Silence, string Problem, bool IsTransient = false);

/// <summary>What pages and programs do with silences, with its line in the audit log.</summary>
/// <exception cref="StoreUnavailableException">By every method: nothing was written.</exception>
internal sealed class SilenceActions(Silencing silencing, IIncidentStore store, TimeProvider clock, Random random)
{
    /// <summary>The longest silence.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    /// <summary>Silences exactly this incident: the labels that all its alerts share.</summary>
    /// <param name="comment">Hostile text. May be empty.</param>
    /// <param name="pages">The address of the pages, with a slash at the end.</param>
    public async Task<SilenceOutcome> SilenceAsync(
        Actor by, Incident incident, SilenceLength length, string comment, Uri pages, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var matchers = Silencing.Matchers(incident);
        var problem = incident.Status == IncidentStatus.Resolved ? "the incident is resolved: there is nothing to silence"
            : ByHand.IsOwn(incident) ? "the incident is IncidentBot's own, which no Alertmanager can silence"
            : silencing.Source(incident.Key.Source) is null ? $"alertmanagers of {incident.Key.Source} name no urls"
            : matchers.Count == 0 ? "its alerts have no label in common"
            : length.Until <= now ? "the end is over already"
            : length.Until - now > Longest ? "a silence may last 90 days" : "";
        if (problem.Length > 0)
        {
            return new SilenceOutcome(null, problem);
        }

        var said = PlainText.Line(comment, IncidentActions.CommentLength);
        var tried = await silencing.MakeAsync(silencing.Source(incident.Key.Source)!, new SilenceRow
        {
            Key = string.Create(CultureInfo.InvariantCulture, $"{by.Place}:{random.NextInt64():x16}{random.NextInt64():x16}"),
            Source = incident.Key.Source,
            Incident = incident.Number,
            Matchers = matchers,
            By = by.Name,
            Comment = SilenceComment.Write(said, incident.Number, pages, length.Until is null),
            MadeAt = now,
            Until = length.Until ?? now + SilenceWatch.Ahead,
            UntilResolved = length.Until is null,
        }, cancellationToken);
        var end = length.Until is { } until ? string.Create(CultureInfo.InvariantCulture, $"until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "until resolved";
        await WriteAsync(by, "silence", incident.Number, $"{tried.Silence.Matches} {end}{(said.Length > 0 ? $": {said}" : "")}",
            new Effect.SilenceIs(tried.Silence, tried.Marks),
            tried.Failure.Length > 0 ? $"failed: {tried.Failure}" : $"silence {tried.Silence.Number}, {tried.Silence.Id}", cancellationToken);
        return tried.Failure.Length > 0 ? new SilenceOutcome(null, $"no Alertmanager took it: {tried.Failure}", IsTransient: true)
            : new SilenceOutcome(tried.Silence, "");
    }

    /// <summary>Ends a silence by what Alertmanager calls it.</summary>
    /// <returns>Why it still holds; empty when it is ended or was over.</returns>
    public async Task<string> EndAsync(Actor by, string source, string id, CancellationToken cancellationToken)
    {
        if (silencing.Source(source) is not { } alertmanager)
        {
            return $"there is no Alertmanager {source} with urls";
        }

        var (listed, reason) = await silencing.ListAsync(alertmanager, cancellationToken);
        if (listed is null)
        {
            return reason;
        }

        if (listed.FirstOrDefault(one => string.Equals(one.Id, id, StringComparison.Ordinal)) is not { } silence)
        {
            return "";
        }

        var ours = (await store.Deeds.OpenSilencesAsync(cancellationToken))
            .FirstOrDefault(one => string.Equals(one.Id, id, StringComparison.Ordinal));
        Effect effect;
        if (ours is not null)
        {
            var tried = await silencing.EndAsync(alertmanager, ours, cancellationToken);
            (effect, reason) = (new Effect.SilenceIs(tried.Silence, tried.Marks), tried.Failure);
        }
        else
        {
            (var marks, reason) = await silencing.EndAsync(alertmanager, silence, cancellationToken);
            effect = new Effect.Marked(marks);
        }

        await WriteAsync(by, "unsilence", ours is { Incident: > 0 } ? ours.Incident : null,
            PlainText.Line($"{id} of {silence.By}: {string.Join(", ", silence.Matchers)}", 500), effect,
            reason.Length > 0 ? $"failed: {reason}" : "done", cancellationToken);
        return reason;
    }

    private Task WriteAsync(Actor by, string action, long? incident, string what, Effect effect, string result,
        CancellationToken cancellationToken) =>
        store.Deeds.DoAsync(
            new Deed(effect)
            {
                Audit = new AuditDraft(by.Name, by.Id, by.Place, action, incident, PlainText.Line(what, 500)),
                Tell = _ => new DeedWords("", result),
            },
            cancellationToken);
}
