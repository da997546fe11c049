using IncidentBot.Channels;
using IncidentBot.Runbooks;
using IncidentBot.Settings;

namespace IncidentBot.Lanes;

/// <summary>What delivery is done with: lanes, channels and words, all of one configuration.</summary>
internal sealed record DeliveryParts(LaneBook Lanes, IReadOnlyDictionary<string, IChannel> Channels, MessageWriter Writer)
{
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
    public static LaneBook Book(IReadOnlyList<LaneOptions> lanes) => new(lanes.Count == 0
        ? [new Lane("all", 0, new Dictionary<string, string>(StringComparer.Ordinal), [], false, [], false)]
        : [.. lanes.Select(Lane)]);

    private static Lane Lane(LaneOptions options, int rank) => new(
        options.Name,
        rank,
        options.Match,
        options.Rooms,
        options.Mention.Contains("everyone", StringComparer.Ordinal),
        [.. options.Mention.Where(who => who is not "everyone").Select(Room.Parse)],
        options.Quiet);

    private static DeliveryParts Make(BotOptions options, PublicAddress address, IHttpClientFactory http, TimeProvider clock, RunbookGuide? runbooks) =>
        new(Book(options.Lanes), ChannelCatalog.Make(options.Channels, http, clock), new MessageWriter(address.Of(options.Server), options.Server.TimeZone, runbooks));
}
