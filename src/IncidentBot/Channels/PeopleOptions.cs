using IncidentBot.Rooms;

namespace IncidentBot.Channels;

/// <summary>Who may do what.</summary>
internal sealed class PeopleOptions
{
    /// <summary>
    /// Who may act from chat, as <c>slack:U…</c>, <c>telegram:123</c>, <c>matrix:@me:example.org</c>, and <c>web:name</c> for whom a
    /// proxy
    /// has signed in. Everybody else in the rooms reads. Empty: nobody acts from chat.
    /// </summary>
    public List<Person> Operators { get; set; } = [];

    /// <summary>
    /// Who is the same person in several chats, so that history has one name for them; what one of them may, all may. Empty: nobody is.
    /// </summary>
    public List<KnownPersonOptions> Known { get; set; } = [];

    /// <summary>Groups by name, each of people as in <see cref="Operators"/>, or names of <see cref="Known"/>. Empty: none.</summary>
    public Dictionary<string, List<string>> Groups { get; set; } = [];

    /// <summary>
    /// By the word of a command that acts: the groups, people or names that may use it, in place of the operators. Empty: operators.
    /// </summary>
    public Dictionary<string, List<string>> Allow { get; set; } = [];

    /// <summary>
    /// What was said longer ago, because the bot was away, is not done but asked to be said again. Default 15m; 1m to 1d.
    /// </summary>
    public TimeSpan MaxCommandAge { get; set; } = TimeSpan.FromMinutes(15);
}

/// <summary>One person, by what each kind of chat calls them.</summary>
internal sealed class KnownPersonOptions
{
    /// <summary>As history calls them. Required, unique.</summary>
    public string Name { get; set; } = "";

    /// <summary>Member id: <c>U024BE7LH</c>. Absent: not there.</summary>
    public string? Slack { get; set; }

    /// <summary>User id: <c>12345</c>. Absent: not there.</summary>
    public string? Telegram { get; set; }

    /// <summary>User id: <c>@ada:example.org</c>. Absent: not there.</summary>
    public string? Matrix { get; set; }

    /// <summary>Name by which a proxy signs them in (<c>server.trusted_proxy</c>). Absent: not there.</summary>
    public string? Web { get; set; }

    /// <summary>IANA name of their time zone, for <c>until 18:00</c>. Absent: <c>server.time_zone</c>.</summary>
    public TimeZoneInfo? TimeZone { get; set; }

    /// <summary>All that they are called.</summary>
    internal IEnumerable<Person> Ids => new[] { ("slack", Slack), ("telegram", Telegram), ("matrix", Matrix), (WebKind, Web) }
        .Where(id => !string.IsNullOrEmpty(id.Item2)).Select(id => new Person(id.Item1, id.Item2!));

    /// <summary>The kind of whom a proxy has signed in.</summary>
    internal const string WebKind = "web";
}
