namespace IncidentBot.Settings;

/// <summary>What must hold for lanes: names, what they match, where they show it and whom they call.</summary>
internal sealed class LaneRules(BotOptions options, SettingsBinder places, Demands demands, RoomRules rooms)
{
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
            if (lane.RemindEvery is { } pause && pause < ShortestReminder)
            {
                places.Complain($"{path}.remind_every", Demands.Found(Duration.Format(pause)), $"at least {Duration.Format(ShortestReminder)}");
            }

            if (lane.Digest is { } digest)
            {
                demands.RequirePositive($"{path}.digest", digest);
            }
        }
    }

    private void CheckMatch(int index, string path)
    {
        var lane = options.Lanes[index];
        if (!places.Has($"{path}.match"))
        {
            places.Complain($"{path}.match", "missing", "labels and their values, { severity: critical }, or {} for every incident");
            return;
        }

        foreach (var label in lane.Match.Keys)
        {
            demands.RequireLabelName(SettingsBinder.Join($"{path}.match", label), label);
        }

        // An earlier lane that asks for less takes everything that this one asks for.
        var before = options.Lanes.Take(index).Where((_, i) => places.IsGood(FormattableString.Invariant($"lanes[{i}].match")))
            .FirstOrDefault(other => other.Match.All(pair =>
                string.Equals(lane.Match.GetValueOrDefault(pair.Key), pair.Value, StringComparison.Ordinal)));
        if (before is not null)
        {
            places.Complain($"{path}.match", $"never reached, because the lane {Complaint.Quote(before.Name)} before it takes all of its incidents",
                "the narrower lane first");
        }
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
