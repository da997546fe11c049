using IncidentBot.Incidents;
using IncidentBot.Rooms;
using IncidentBot.Settings;

namespace IncidentBot.Lanes;

/// <summary>How urgently and where incidents are shown that its labels match.</summary>
internal sealed class LaneOptions
{
    private List<Matcher>? _matchers;
    private SeverityWords? _words;

    /// <summary>Required, unique.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// Labels and what they must be: a value, <c>!=</c> and a value, <c>=~</c> or <c>!~</c> and a regular expression for the whole
    /// value, or <c>""</c> for a label that is absent. All must match. <c>{}</c> matches everything.
    /// </summary>
    public Dictionary<string, string> Match
    {
        get;
        set => (field, _matchers) = (value, null);
    } = [];

    /// <summary>The lanes after this one are tried as well. Default false.</summary>
    public bool Continue { get; set; }

    /// <summary>Where its incidents are shown, beside the web page.</summary>
    public List<Room> Rooms { get; set; } = [];

    /// <summary>
    /// <c>everyone</c>, or ids of people and groups as <c>slack:U…</c>; called by the first announcement, when something urgent
    /// joins, when it fires again, moves up, or is reminded of.
    /// </summary>
    [SingleOrList]
    public List<string> Mention { get; set; } = [];

    /// <summary>Without sound, where the channel knows that. Default false.</summary>
    public bool Quiet { get; set; }

    /// <summary>When its posts make no sound, or wait. Empty: never.</summary>
    [SingleOrList]
    public List<QuietHoursOptions> QuietHours { get; set; } = [];

    /// <summary>
    /// Who else is told when nobody acknowledges, and after which time. Absent: the lane's own people are called once more, for
    /// a critical incident after 5m, for a warning after 30m. <c>[]</c> is never, and so it is in a quiet lane or one with a digest.
    /// </summary>
    public List<EscalationOptions>? Escalate { get; set; }

    /// <summary>How often people are called again for as long as nobody acknowledges. Absent: never.</summary>
    public TimeSpan? RemindEvery { get; set; }

    /// <summary>
    /// Where the end of an incident is told: <c>thread</c>, without a sound, or <c>room</c>. Absent: in the room when it was urgent,
    /// for that is where its call was; else in the thread.
    /// </summary>
    public string? AllClear { get; set; }

    /// <summary>
    /// One message per this time about what opened, was resolved and still burns, instead of one for each incident. Absent: no digest.
    /// </summary>
    public TimeSpan? Digest { get; set; }

    /// <summary>
    /// <c>hold</c>: what has its cause upstream, by <c>runbooks/services.yml</c>, is not announced by itself but listed in the cause's
    /// post, as with <c>inhibit</c>. <c>tell</c>, the default: it is announced, and says its probable cause.
    /// </summary>
    public string Cascade { get; set; } = "tell";

    /// <summary>How long after its cause is over an incident that was held is let be, in case it ends too. Default 2m.</summary>
    public TimeSpan CascadeGrace { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The same as <see cref="Match"/>, read once; only of texts that are right.</summary>
    internal List<Matcher> Matchers => MatchersBy(SeverityWords.Usual);

    /// <summary>The same, with severities compared by these words.</summary>
    internal List<Matcher> MatchersBy(SeverityWords words)
    {
        if (_matchers is null || _words != words)
        {
            (_matchers, _words) = (Matcher.ParseAll(Match, words), words);
        }

        return _matchers;
    }

    /// <summary>The lane that these options make.</summary>
    /// <param name="rank">Its place among all lanes.</param>
    /// <param name="zone">Of quiet hours that name none, and of digests.</param>
    /// <param name="words">By which severities are compared.</param>
    internal Lane At(int rank, TimeZoneInfo zone, SeverityWords words) =>
        new(Name, rank, MatchersBy(words), Rooms, IsEveryone(Mention), People(Mention), Quiet)
        {
            Continue = Continue,
            QuietHours = [.. QuietHours.Select(hours => hours.In(zone))],
            Digest = Digest is { } every ? new DigestTimes(every, zone) : null,
            Escalate = Escalate?.ConvertAll(step => step.Step),
            RemindEvery = RemindEvery,
            HoldsCascades = Cascade is "hold" ? CascadeGrace : null,
            TellsEnd = AllClear is null ? null : AllClear is "room",
        };

    internal static bool IsEveryone(List<string> mention) => mention.Contains("everyone", StringComparer.Ordinal);

    internal static List<Person> People(List<string> mention) => [.. mention.Where(who => who is not "everyone").Select(Person.Parse)];
}

/// <summary>One step of calling others when nobody acknowledges.</summary>
internal sealed class EscalationOptions
{
    /// <summary>How long an incident may go without an acknowledgement; longer from step to step. Required.</summary>
    public TimeSpan? After { get; set; }

    /// <summary>Where it is shown from then on, beside the lane's own rooms.</summary>
    public List<Room> Rooms { get; set; } = [];

    /// <summary>Who is called then, as in the lane; in all rooms that show the incident.</summary>
    [SingleOrList]
    public List<string> Mention { get; set; } = [];

    /// <summary>The step that these options make.</summary>
    internal EscalationStep Step => new(After ?? TimeSpan.Zero, Rooms, LaneOptions.IsEveryone(Mention), LaneOptions.People(Mention));
}
