using IncidentBot.Channels.Matrix;
using IncidentBot.Channels.Slack;
using IncidentBot.Channels.Telegram;
using IncidentBot.Settings;

namespace IncidentBot.Channels;

/// <summary>The kinds of chat that this program knows, one line each. A reload makes new channels from the new options.</summary>
internal static class ChannelCatalog
{
    private static readonly (string Kind, Func<ChannelOptions, IHttpClientFactory, TimeProvider, IChannel?> Make)[] All =
    [
        (SlackChannel.Name, (options, http, time) => options.Slack is { } slack ? new SlackChannel(slack, http, time) : null),
        (TelegramChannel.Name, (options, http, time) => options.Telegram is { } telegram ? new TelegramChannel(telegram, http, time) : null),
        (MatrixChannel.Name, (options, http, time) => options.Matrix is { } matrix ? new MatrixChannel(matrix, http, time) : null),
    ];

    /// <summary>What rooms may begin with, whether or not it is configured.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. All.Select(entry => entry.Kind)];

    /// <summary>The channels that are configured, by kind.</summary>
    public static IReadOnlyDictionary<string, IChannel> Make(ChannelOptions options, IHttpClientFactory http, TimeProvider time) =>
        All.Select(entry => entry.Make(options, http, time)).OfType<IChannel>().ToDictionary(channel => channel.Kind, StringComparer.Ordinal);

    /// <summary>
    /// One named client for each kind. Neither logs nor traces are made of their requests, because an address may hold a
    /// token (Telegram's does); redirects are not followed, because a token must not travel to where they point.
    /// </summary>
    public static IServiceCollection AddChannelClients(this IServiceCollection services)
    {
        foreach (var kind in Kinds)
        {
            services.AddHttpClient(kind)
                .RemoveAllLoggers()
                .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    ActivityHeadersPropagator = null,
                    PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                });
        }

        return services;
    }
}
