using IncidentBot.Channels.Matrix;
using IncidentBot.Channels.Slack;
using IncidentBot.Channels.Telegram;
using IncidentBot.Outgoing;

namespace IncidentBot.Channels;

/// <summary>The kinds of chat that this program knows, one line each. A reload makes new channels from the new options.</summary>
internal static class ChannelCatalog
{
    /// <summary>Each kind, whether or not it is configured.</summary>
    public static IReadOnlyList<ChannelKind> Kinds { get; } = [new SlackKind(), new TelegramKind(), new MatrixKind()];

    /// <summary>The kind that rooms with this beginning are of; null when there is none.</summary>
    public static ChannelKind? Kind(string name) => Kinds.FirstOrDefault(kind => string.Equals(kind.Name, name, StringComparison.Ordinal));

    /// <summary>The channels that are configured, by kind.</summary>
    public static IReadOnlyDictionary<string, IChannel> Make(ChannelOptions options, IHttpClientFactory http, TimeProvider time) =>
        Kinds.Select(kind => kind.Make(options, http, time)).OfType<IChannel>()
            .ToDictionary(channel => channel.Kind, StringComparer.Ordinal);

    /// <summary>One client for each kind, of its name.</summary>
    public static IServiceCollection AddChannelClients(this IServiceCollection services)
    {
        foreach (var kind in Kinds)
        {
            services.AddApiClient(kind.Name);
        }

        return services;
    }
}
