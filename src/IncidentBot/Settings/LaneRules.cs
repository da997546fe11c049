using IncidentBot.Incidents;
using IncidentBot.Yaml;

namespace IncidentBot.Settings;

/// <summary>What must hold for lanes: names, what they match, where they show it and whom they call.</summary>
internal sealed class LaneRules(BotOptions options, SettingsBinder places, Demands demands, RoomRules rooms)
{
    private const string MatchAllowed = "a value, \"!=value\", \"=~expression\", \"!~expression\", or \"\" for a label that is absent";
    private static readonly TimeSpan ShortestDigest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestReminder = TimeSpan.FromMinutes(1);

    public void Check()
    {
        var lanes = options.Lanes;
        for (var i = 0; i < lanes.Count; i++)
        {
            var lane = lanes[i];
            var path = FormattableString.Invariant($"lanes[{i}]");
            demands.RequireName($"{path}.name", lane.Name, lanes.Take(i).Select(earlier => earlier.Name), "a lane");
            CheckMatch(i, path);
            rooms.CheckRooms($"{path}.rooms", lane.Rooms);
            rooms.CheckMention($"{path}.mention", lane.Mention);
            CheckEscalation($"{path}.escalate", lane.Escalate ?? []);
            if (lane.RemindEvery is { } pause)
            {
                demands.RequireAtLeast($"{path}.remind_every", pause, ShortestReminder);
            }

            for (var j = 0; j < lane.QuietHours.Count; j++)
            {
                CheckQuietHours(FormattableString.Invariant($"{path}.quiet_hours[{j}]"), lane.QuietHours[j]);
            }

            if (HoldsAlways(lane.QuietHours))
            {
                places.Complain($"{path}.quiet_hours", "posts are held at every hour of the week: nothing would ever be announced", "hours in which posts go out");
            }

            if (lane.Digest is { } digest)
            {
                demands.RequireAtLeast($"{path}.digest", digest, ShortestDigest);
            }
        }
    }

    /// <summary>What must hold for the rules by which one alert explains another.</summary>
    public void CheckInhibit()
    {
        for (var i = 0; i < options.Inhibit.Count; i++)
        {
            var (path, rule) = (FormattableString.Invariant($"inhibit[{i}]"), options.Inhibit[i]);
            CheckSide($"{path}.source", rule.Source);
            CheckSide($"{path}.target", rule.Target);
            for (var j = 0; j < rule.Equal.Count; j++)
            {
                demands.RequireLabelName(FormattableString.Invariant($"{path}.equal[{j}]"), rule.Equal[j]);
            }
        }
    }

    private void CheckSide(string path, Dictionary<string, string> labels)
    {
        if (labels.Count == 0 && (places.IsGood(path) || !places.Has(path)))
        {
            places.Complain(path, "no labels: it would be every alert", "labels and their values, { alertname: NodeDown }");
        }

        CheckMatchers(path, labels);
    }

    private void CheckMatch(int index, string path)
    {
        var lane = options.Lanes[index];
        if (!places.Has($"{path}.match"))
        {
            places.Complain($"{path}.match", "missing", "labels and their values, { severity: critical }, or {} for every incident");
            return;
        }

        CheckMatchers($"{path}.match", lane.Match);
        if (!places.IsGood($"{path}.match"))
        {
            return;
        }

        // An earlier lane that asks for less takes everything that this one asks for, and keeps it unless it continues.
        var asked = Matcher.ParseAll(lane.Match);
        var before = options.Lanes.Take(index).Where((_, i) => places.IsGood(FormattableString.Invariant($"lanes[{i}].match")))
            .FirstOrDefault(other => !other.Continue && Matcher.ParseAll(other.Match).TrueForAll(less => asked.Exists(less.Covers)));
        if (before is not null)
        {
            places.Complain($"{path}.match", $"never reached, because the lane {Complaint.Quote(before.Name)} before it takes all of its incidents",
                "the narrower lane first");
        }
    }

    private void CheckMatchers(string path, Dictionary<string, string> match)
    {
        foreach (var (label, text) in match)
        {
            var at = SettingsBinder.Join(path, label);
            demands.RequireLabelName(at, label);
            if (Matcher.TryParse(label, text, out var problem) is null)
            {
                places.Complain(at, $"found {Complaint.Quote(text)}, {problem}", MatchAllowed);
            }
        }
    }

    private void CheckQuietHours(string path, QuietHoursOptions hours)
    {
        demands.Require($"{path}.from", hours.From);
        demands.Require($"{path}.to", hours.To);
        if (hours.Posts is not ("silent" or "held"))
        {
            places.Complain($"{path}.posts", Demands.Found(hours.Posts), "silent, held");
        }
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

    private void CheckEscalation(string path, List<EscalationOptions> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            var stepPath = FormattableString.Invariant($"{path}[{i}]");
            CheckStep(stepPath, steps[i]);
            if (i > 0 && steps[i].After is { } after && steps[i - 1].After is { } before && after <= before)
            {
                places.Complain($"{stepPath}.after", $"{Demands.Found(Duration.Format(after))}, and the step before it is after {Duration.Format(before)}", "longer from step to step");
            }
        }
    }

    private void CheckStep(string path, EscalationOptions escalation)
    {
        demands.Require($"{path}.after", escalation.After);
        if (escalation.After is { } after)
        {
            demands.RequirePositive($"{path}.after", after);
        }

        rooms.CheckRooms($"{path}.rooms", escalation.Rooms);
        rooms.CheckMention($"{path}.mention", escalation.Mention);
        if (escalation.Rooms.Count == 0 && escalation.Mention.Count == 0)
        {
            places.Complain(path, "neither rooms nor mention: nobody would hear of it", "rooms, mention or both");
        }
    }
}
