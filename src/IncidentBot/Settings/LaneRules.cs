namespace IncidentBot.Settings;

/// <summary>What must hold for lanes: names, what they match, where they show it and whom they call.</summary>
internal sealed class LaneRules(BotOptions options, SettingsBinder places, Demands demands, RoomRules rooms)
{
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
            for (var j = 0; j < lane.Escalate.Count; j++)
            {
                CheckEscalation(FormattableString.Invariant($"{path}.escalate[{j}]"), lane.Escalate[j]);
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

    private void CheckEscalation(string path, EscalationOptions escalation)
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
