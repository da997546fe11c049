using IncidentBot.Settings;

namespace IncidentBot.Channels;

/// <summary><c>people</c>: who may do what.</summary>
internal sealed class PeopleSection() : SettingsSection("people", typeof(PeopleOptions))
{
    public override void Check(BotOptions options, Requirements requirements)
    {
        new RoomRules(options, requirements).CheckOperators("people.operators", options.People.Operators);
    }

    public override IEnumerable<(string Path, string Meaning)> NotYetActive(BotOptions options) => [("people.operators", "no commands")];
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
