using IncidentBot.Channels;
using IncidentBot.Lanes;
using IncidentBot.Rooms;
using IncidentBot.Runbooks;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Storage;

namespace IncidentBot.Delivery;

/// <summary>What delivery is done with: lanes, channels and words, all of one configuration.</summary>
internal sealed record DeliveryParts(LaneBook Lanes, IReadOnlyDictionary<string, IChannel> Channels, MessageWriter Writer)
{
    public StormRules Storms { get; init; } = StormRules.Default;

    public IChannel? Channel(Room room) => Channels.GetValueOrDefault(room.Kind);

    public IReadOnlyList<Budget> Limits(Room room) => Channel(room)?.Limits.For(room) ?? [];
}

/// <summary>
/// Makes the parts of delivery from the settings in force, and makes them anew when those have changed. When only the address of the
/// pages
/// has become known, the channels stay.
/// </summary>
internal sealed class DeliverySetup
{
    private readonly Lock _making = new();
    private readonly CurrentSettings _settings;
    private readonly PublicAddress _address;
    private readonly IHttpClientFactory _http;
    private readonly TimeProvider _clock;
    private readonly RunbookGuide? _runbooks;
    private readonly IIncidentStore? _store;
    private volatile Made? _made;

    public DeliverySetup(CurrentSettings settings, PublicAddress address, IHttpClientFactory http, TimeProvider clock,
        RunbookGuide? runbooks = null, IIncidentStore? store = null)
    {
        (_settings, _address, _http, _clock, _runbooks, _store) = (settings, address, http, clock, runbooks, store);
        settings.Changed += _ => Reloaded?.Invoke();
    }

    /// <summary>Raised after a reload, when the new parts are in force. Handlers must return at once.</summary>
    public event Action? Reloaded;

    public DeliveryParts Now
    {
        get
        {
            var (options, address, made) = (_settings.Value, _address.Of(_settings.Value.Server), _made);
            return made is not null && ReferenceEquals(made.Options, options) && ReferenceEquals(made.Address, address) ? made.Parts
                : Make();
        }
    }

    private DeliveryParts Make()
    {
        lock (_making)
        {
            var options = _settings.Value;
            var address = _address.Of(options.Server);
            var channels = _made is { } before && ReferenceEquals(before.Options, options)
                ? before.Parts.Channels
                : ChannelCatalog.Make(options.Channels, _http, _clock);
            var parts = new DeliveryParts(options.LaneBook, channels, Writer(options, address))
            {
                Storms = options.Storm.Rules,
            };
            _made = new Made(options, address, parts);
            return parts;
        }
    }

    /// <summary>
    /// Links that act are offered where people have an address of the pages, and buttons where anybody may act from chat.
    /// </summary>
    private MessageWriter Writer(BotOptions options, Uri address)
    {
        var silenced = options.Alertmanagers.Where(source => source.Urls.Count > 0).Select(source => source.Source)
            .ToHashSet(StringComparer.Ordinal);
        return new MessageWriter(address, options.Server.TimeZone, _runbooks, options.PeopleAddresses)
        {
            Offers = _store is null ? null
                : new MessageOffers(options.People.Operators.Count > 0, silenced.Contains,
                    options.Server.ExternalUrl is null ? null : () => _store.Deeds.LinkKey),
        };
    }

    private sealed record Made(BotOptions Options, Uri Address, DeliveryParts Parts);
}
