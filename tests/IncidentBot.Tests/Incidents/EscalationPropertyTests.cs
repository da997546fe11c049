using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Support;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>Calling people, over generated stories in which alerts come and go, people act and time passes, in any order.</summary>
public sealed class EscalationPropertyTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(1000).WithEndSize(60);

    private static readonly EscalationPlan Plan = new([TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(12)], TimeSpan.FromMinutes(7));

    private enum Act
    {
        Fire,
        Resolve,
        Worsen,
        Silence,
        Take,
        GiveBack,
        Wait,
    }

    /// <summary>What happens, and how many minutes after the thing before.</summary>
    private static readonly Gen<List<(Act Act, int Gap)>> Stories =
        (from act in Gen.Elements(Enum.GetValues<Act>())
         from gap in Gen.Elements(0, 1, 2, 6, 40, 500)
         select (act, gap)).NonEmptyListOf().Select(story => story.ToList());

    [Fact]
    public void Acting_and_escalating_never_change_what_burns()
    {
        Prop.ForAll(Stories.ToArbitrary(), story =>
        {
            var (people, nobody) = (Tell(story, (_, _) => true), Tell(story, (act, _) => act is not (Act.Take or Act.GiveBack)));
            var alone = Tell(story, (act, _) => act is not (Act.Take or Act.GiveBack), callsPeople: false);
            return What(people).SequenceEqual(What(nobody)) && What(people).SequenceEqual(What(alone));
        }).Check(Often);
    }

    [Fact]
    public void What_was_due_is_done_once_and_what_comes_next_is_later()
    {
        Prop.ForAll(Stories.ToArbitrary(), story =>
        {
            var good = true;
            Tell(story, (_, _) => true, each: (book, now) =>
            {
                book.TakeDue(Plan, now);
                good &= book.Incidents.All(incident => incident.DueAt is null || incident.DueAt > now) && book.TakeDue(Plan, now).Count == 0;
            });
            return good;
        }).Check(Often);
    }

    [Fact]
    public void Nobody_is_called_about_what_is_taken_silenced_or_over()
    {
        Prop.ForAll(Stories.ToArbitrary(), story =>
        {
            var good = true;
            Tell(story, (_, _) => true, each: (book, now) =>
            {
                var before = book.Incidents.ToDictionary(incident => incident.Number);
                var called = book.TakeDue(Plan, now).Count(change => change.Kind is ChangeKind.Escalated or ChangeKind.Reminded);
                good &= called <= before.Values.Count(incident => incident.Status == IncidentStatus.Firing && !incident.Escalation.IsTaken
                    && incident.Asking.Any(alert => alert.Suppression?.InForce(now) != true));
            });
            return good;
        }).Check(Often);
    }

    private static IncidentBook Tell(
        List<(Act Act, int Gap)> story, Func<Act, int, bool> happens, bool callsPeople = true, Action<IncidentBook, DateTimeOffset>? each = null)
    {
        var book = new IncidentBook { Plan = callsPeople ? Plan : EscalationPlan.Nothing };
        var now = Noon;
        foreach (var (act, gap) in story)
        {
            now = now.AddMinutes(gap);
            if (happens(act, gap))
            {
                Do(book, act, now);
            }

            (each ?? ((all, moment) => all.TakeDue(all.Plan, moment)))(book, now);
        }

        return book;
    }

    private static void Do(IncidentBook book, Act act, DateTimeOffset now)
    {
        var minute = (now - Noon).TotalMinutes;
        var last = book.Incidents.Count == 0 ? null : book.Incidents[^1];
        var burning = last?.Alerts.Values.Where(alert => alert.Firing).ToList() ?? [];
        switch (act)
        {
            case Act.Fire or Act.Worsen:
                book.Receive(Group(Firing(act == Act.Fire ? "plex-0" : "plex-1", minute, act == Act.Fire ? "warning" : "critical")), now);
                break;
            case Act.Resolve when burning.Count > 0:
                book.Receive(Group([.. burning.Select(alert => Resolved(alert.Labels["pod"]!, (alert.StartsAt - Noon).TotalMinutes, minute, alert.Severity.Word))]), now);
                break;
            case Act.Silence when burning.Count > 0:
                var marks = burning.ToDictionary(alert => alert.Fingerprint, _ => (Suppression?)new Suppression(SuppressionKind.Silenced, Until: now.AddMinutes(30)), StringComparer.Ordinal);
                book.Apply(last!.Number, incident => Reconciliation.Mark(incident, new Finding.Marked(incident.Number, marks), now), now);
                break;
            case Act.Take when last is not null:
                book.Apply(last.Number, incident => EscalationRules.Acknowledge(incident, "ada", "", now), now);
                break;
            case Act.GiveBack when last is not null:
                book.Apply(last.Number, incident => EscalationRules.Withdraw(incident, "ada", book.Plan, now), now);
                break;
        }
    }

    private static IEnumerable<object> What(IncidentBook book) => book.Incidents.Select(incident => (object)(
        incident.Number, incident.Status, incident.Severity, incident.Flaps, incident.FiringCount, incident.FiringSince, incident.Flapping,
        string.Join(';', incident.Alerts.Values.OrderBy(alert => alert.Fingerprint, StringComparer.Ordinal).Select(alert => (alert with { UntakenSince = null }).ToString()))));
}
