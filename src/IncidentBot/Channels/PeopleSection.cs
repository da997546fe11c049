using IncidentBot.Rooms;
using IncidentBot.Settings;

namespace IncidentBot.Channels;

/// <summary><c>people</c>: who may do what.</summary>
internal sealed class PeopleSection() : SettingsSection("people", typeof(PeopleOptions))
{
    private static readonly TimeSpan ShortestAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(1);

    public override void Check(BotOptions options, Requirements requirements)
    {
        var (people, rules) = (options.People, new RoomRules(options, requirements));
        rules.CheckOperators("people.operators", people.Operators);
        CheckKnown(people.Known, rules, requirements);
        foreach (var (name, members) in people.Groups)
        {
            CheckMembers($"people.groups.{name}", members, people, rules, requirements, groups: false);
        }

        foreach (var (word, members) in people.Allow)
        {
            CheckMembers($"people.allow.{word}", members, people, rules, requirements, groups: true);
        }

        if (people.MaxCommandAge < ShortestAge || people.MaxCommandAge > LongestAge)
        {
            requirements.Complain("people.max_command_age", Requirements.Found(Duration.Format(people.MaxCommandAge)), "1m to 1d");
        }
    }

    private static void CheckKnown(List<KnownPersonOptions> known, RoomRules rules, Requirements requirements)
    {
        var taken = new HashSet<Person>();
        for (var i = 0; i < known.Count; i++)
        {
            var path = FormattableString.Invariant($"people.known[{i}]");
            var name = known[i].Name;
            if (PlainText.Line(name, 60) is { Length: 0 } or { Length: > 40 } || name.Contains(':', StringComparison.Ordinal))
            {
                requirements.Complain($"{path}.name", Requirements.Found(name), "a name of 1 to 40 characters without a colon");
            }
            else if (known.Take(i).Any(other => string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                requirements.Complain($"{path}.name", $"somebody before is named {Requirements.Quote(name)} too", "a name of its own for each");
            }

            foreach (var id in known[i].Ids)
            {
                rules.CheckPerson($"{path}.{id.Kind}", id);
                if (!taken.Add(id))
                {
                    requirements.Complain($"{path}.{id.Kind}", $"{Requirements.Quote(id.Id)} is somebody else's already", "each id once");
                }
            }
        }
    }

    /// <param name="groups">Names of groups are taken too.</param>
    private static void CheckMembers(string path, List<string> members, PeopleOptions people, RoomRules rules, Requirements requirements,
        bool groups)
    {
        for (var i = 0; i < members.Count; i++)
        {
            var itemPath = FormattableString.Invariant($"{path}[{i}]");
            var itself = requirements.Has(itemPath) ? itemPath : path;
            if (Person.TryParse(members[i], out var person))
            {
                rules.CheckPerson(itself, person.Value);
            }
            else if (!people.Known.Exists(known => string.Equals(known.Name, members[i], StringComparison.OrdinalIgnoreCase))
                && !(groups && people.Groups.ContainsKey(members[i])))
            {
                requirements.Complain(itself, Requirements.Found(members[i]),
                    $"{(groups ? "a group of people.groups, " : "")}a name of people.known, or kind:id, such as slack:U024BE7LH");
            }
        }
    }
}

/// <summary>The section among all options.</summary>
internal static class PeopleOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>Who may do what.</summary>
        public PeopleOptions People => options.Of<PeopleOptions>("people");
    }
}
