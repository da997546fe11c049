using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Rooms;
using IncidentBot.Runbooks;
using IncidentBot.Server;
using IncidentBot.Settings;

namespace IncidentBot.Delivery;

/// <summary>What delivery is done with: lanes, channels and words, all of one configuration.</summary>
internal sealed record DeliveryParts(LaneBook Lanes, IReadOnlyDictionary<string, IChannel> Channels, MessageWriter Writer)
{
    public StormRules Storms { get; init; } = StormRules.Default;

    public IChannel? Channel(Room room) => Channels.GetValueOrDefault(room.Kind);

    public IReadOnlyList<Budget> Limits(Room room) => Channel(room)?.Limits.For(room) ?? [];
}

/// <summary>Makes the parts of delivery from the settings, and makes them anew after a reload.</summary>
internal sealed class DeliverySetup
{
    private volatile DeliveryParts _now;

    public DeliverySetup(CurrentSettings settings, PublicAddress address, IHttpClientFactory http, TimeProvider clock, RunbookGuide? runbooks = null)
    {
        _now = Make(settings.Value, address, http, clock, runbooks);
        settings.Changed += options =>
        {
            _now = Make(options, address, http, clock, runbooks);
            Reloaded?.Invoke();
        };
        address.Changed += () => _now = Make(settings.Value, address, http, clock, runbooks);
    }

    /// <summary>Raised after a reload, when the new parts are in force. Handlers must return at once.</summary>
    public event Action? Reloaded;

    public DeliveryParts Now => _now;

    /// <summary>The lanes of the configuration; without any, one that shows everything on the web page.</summary>
    /// <param name="zone">Of quiet hours that name none.</param>
    public static LaneBook Book(IReadOnlyList<LaneOptions> lanes, TimeZoneInfo? zone = null) => new(lanes.Count == 0
        ? [new Lane("all", 0, [], [], false, [], false)]
        : [.. lanes.Select((options, rank) => Lane(options, rank, zone ?? TimeZoneInfo.Utc))]);

    private static Lane Lane(LaneOptions options, int rank, TimeZoneInfo zone) => new(
        options.Name,
        rank,
        Matcher.ParseAll(options.Match),
        options.Rooms,
        IsEveryone(options.Mention),
        People(options.Mention),
        options.Quiet)
    {
        Continue = options.Continue,
        QuietHours = [.. options.QuietHours.Select(hours =>
            new QuietHours(hours.From ?? default, hours.To ?? default, hours.Days, hours.TimeZone ?? zone, hours.Posts is "held"))],
        Digest = options.Digest is { } every ? new DigestTimes(every, zone) : null,
        Escalate = options.Escalate?.ConvertAll(step => new EscalationStep(step.After ?? TimeSpan.Zero, step.Rooms, IsEveryone(step.Mention), People(step.Mention))),
        RemindEvery = options.RemindEvery,
    };

    private static bool IsEveryone(List<string> mention) => mention.Contains("everyone", StringComparer.Ordinal);

    private static List<Room> People(List<string> mention) => [.. mention.Where(who => who is not "everyone").Select(Room.Parse)];

    private static DeliveryParts Make(BotOptions options, PublicAddress address, IHttpClientFactory http, TimeProvider clock, RunbookGuide? runbooks) => new(
        Book(options.Lanes, options.Server.TimeZone),
        ChannelCatalog.Make(options.Channels, http, clock),
        new MessageWriter(address.Of(options.Server), options.Server.TimeZone, runbooks))
    {
        Storms = new StormRules(options.Storm.ShowWithin, options.Storm.CalmAfter, options.Storm.Refresh),
    };
}
