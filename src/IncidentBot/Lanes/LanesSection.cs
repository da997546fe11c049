using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Server;
using IncidentBot.Settings;

namespace IncidentBot.Lanes;

/// <summary><c>lanes</c>: names, what they match, where they show it and whom they call.</summary>
internal sealed class LanesSection() : SettingsSection("lanes", typeof(List<LaneOptions>))
{
    private static readonly TimeSpan ShortestDigest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestReminder = TimeSpan.FromMinutes(1);

    public override void Check(BotOptions options, Requirements requirements)
    {
        var lanes = options.Lanes;
        var rooms = new RoomRules(options, requirements);
        for (var i = 0; i < lanes.Count; i++)
        {
            var lane = lanes[i];
            var path = FormattableString.Invariant($"lanes[{i}]");
            requirements.RequireName($"{path}.name", lane.Name, lanes.Take(i).Select(earlier => earlier.Name), "a lane");
            CheckMatch(lanes, i, path, options.Incidents.Words, requirements);
            rooms.CheckRooms($"{path}.rooms", lane.Rooms);
            rooms.CheckMention($"{path}.mention", lane.Mention);
            CheckEscalation($"{path}.escalate", lane.Escalate ?? [], rooms, requirements);
            if (lane.RemindEvery is { } pause)
            {
                requirements.RequireAtLeast($"{path}.remind_every", pause, ShortestReminder);
            }

            if (lane.AllClear is not (null or "thread" or "room"))
            {
                requirements.Complain($"{path}.all_clear", Requirements.Found(lane.AllClear), "thread, room");
            }

            for (var j = 0; j < lane.QuietHours.Count; j++)
            {
                CheckQuietHours(FormattableString.Invariant($"{path}.quiet_hours[{j}]"), lane.QuietHours[j], requirements);
            }

            if (HoldsAlways(lane.QuietHours))
            {
                requirements.Complain($"{path}.quiet_hours", "posts are held at every hour of the week: nothing would ever be announced",
                    "hours in which posts go out");
            }

            if (lane.Cascade is not ("tell" or "hold"))
            {
                requirements.Complain($"{path}.cascade", Requirements.Found(lane.Cascade), "tell, hold");
            }

            requirements.RequirePositive($"{path}.cascade_grace", lane.CascadeGrace);

            if (lane.Digest is { } digest)
            {
                requirements.RequireAtLeast($"{path}.digest", digest, ShortestDigest);
            }
        }
    }

    private static void CheckMatch(List<LaneOptions> lanes, int index, string path, SeverityWords words, Requirements requirements)
    {
        var lane = lanes[index];
        if (!requirements.Has($"{path}.match"))
        {
            requirements.Complain($"{path}.match", "missing", "labels and their values, { severity: critical }, or {} for every incident");
            return;
        }

        MatchRules.Check($"{path}.match", lane.Match, requirements);
        if (!requirements.IsGood($"{path}.match"))
        {
            return;
        }

        // An earlier lane that asks for less takes everything that this one asks for, and keeps it unless it continues.
        var before = lanes.Take(index).Where((_, i) => requirements.IsGood(FormattableString.Invariant($"lanes[{i}].match")))
            .FirstOrDefault(other => !other.Continue
                && other.MatchersBy(words).TrueForAll(less => lane.MatchersBy(words).Exists(less.Covers)));
        if (before is not null)
        {
            var spelling = Spelling(before.MatchersBy(words), lane.MatchersBy(words));
            requirements.Complain($"{path}.match",
                $"never reached, because the lane {Requirements.Quote(before.Name)} before it takes all of its incidents{spelling}",
                "the narrower lane first");
        }
    }

    /// <summary>Why a lane takes what another word is asked for by; empty when the words are the same.</summary>
    private static string Spelling(List<Matcher> one, List<Matcher> other) =>
        one.Find(LaneWarnings.IsOfSeverity)?.OnlyValue is { } word && other.Find(LaneWarnings.IsOfSeverity)?.OnlyValue is { } same
            && !string.Equals(word, same, StringComparison.OrdinalIgnoreCase)
            ? $": {Requirements.Quote(same)} is as bad as {Requirements.Quote(word)}, unless incidents.severities says how bad it is"
            : "";

    private static void CheckQuietHours(string path, QuietHoursOptions hours, Requirements requirements)
    {
        requirements.Require($"{path}.from", hours.From);
        requirements.Require($"{path}.to", hours.To);
        if (hours.Posts is not ("silent" or "held"))
        {
            requirements.Complain($"{path}.posts", Requirements.Found(hours.Posts), "silent, held");
        }
    }

    public override void Warn(BotOptions options, Requirements requirements)
    {
        var lanes = options.Lanes;
        if (lanes.Count == 0 && requirements.HasAny)
        {
            requirements.Warn("lanes: none, so no chat is told of anything: every incident is on the page only");
        }

        var rooms = new RoomRules(options, requirements);
        for (var i = 0; i < lanes.Count; i++)
        {
            var path = FormattableString.Invariant($"lanes[{i}]");
            MatchRules.Warn($"{path}.match", lanes[i].MatchersBy(options.Incidents.Words), requirements);
            rooms.WarnOfRooms($"{path}.rooms", lanes[i].Rooms);
            for (var j = 0; j < (lanes[i].Escalate?.Count ?? 0); j++)
            {
                rooms.WarnOfRooms(FormattableString.Invariant($"{path}.escalate[{j}].rooms"), lanes[i].Escalate![j].Rooms);
            }
        }

        LaneWarnings.Among(lanes, options.Incidents.Words, requirements);
    }

    /// <summary>Whether no minute of the week is left, as if all hours were of one time zone.</summary>
    private static bool HoldsAlways(List<QuietHoursOptions> all)
    {
        const int Day = 24 * 60;
        var held = new bool[7 * Day];
        foreach (var hours in all.Where(hours => hours is { Posts: "held", From: not null, To: not null }))
        {
            var begins = (int)hours.From!.Value.ToTimeSpan().TotalMinutes;
            var length = ((int)hours.To!.Value.ToTimeSpan().TotalMinutes - begins + Day) % Day;
            foreach (var day in hours.Days.Count > 0 ? hours.Days : [.. Enum.GetValues<DayOfWeek>()])
            {
                for (var i = 0; i < (length == 0 ? Day : length); i++)
                {
                    held[(((int)day * Day) + begins + i) % held.Length] = true;
                }
            }
        }

        return held.All(minute => minute);
    }

    private static void CheckEscalation(string path, List<EscalationOptions> steps, RoomRules rooms, Requirements requirements)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            var stepPath = FormattableString.Invariant($"{path}[{i}]");
            CheckStep(stepPath, steps[i], rooms, requirements);
            if (i > 0 && steps[i].After is { } after && steps[i - 1].After is { } before && after <= before)
            {
                requirements.Complain($"{stepPath}.after",
                    $"{Requirements.Found(Duration.Format(after))}, and the step before it is after {Duration.Format(before)}",
                    "longer from step to step");
            }
        }
    }

    private static void CheckStep(string path, EscalationOptions escalation, RoomRules rooms, Requirements requirements)
    {
        requirements.Require($"{path}.after", escalation.After);
        if (escalation.After is { } after)
        {
            requirements.RequirePositive($"{path}.after", after);
        }

        rooms.CheckRooms($"{path}.rooms", escalation.Rooms);
        rooms.CheckMention($"{path}.mention", escalation.Mention);
        if (escalation.Rooms.Count == 0 && escalation.Mention.Count == 0)
        {
            requirements.Complain(path, "neither rooms nor mention: nobody would hear of it", "rooms, mention or both");
        }
    }
}

/// <summary>The section among all options.</summary>
internal static class LanesOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>First match wins; order is priority. Empty: one lane <c>all</c> that shows everything on the web page only.</summary>
        public List<LaneOptions> Lanes => options.Of<List<LaneOptions>>("lanes");

        /// <summary>The lanes that they make; the same object for as long as these options are in force.</summary>
        public LaneBook LaneBook => options.Once(static all => LaneBook.Of(all.Lanes, all.Server.TimeZone, all.Incidents.Words));
    }
}
