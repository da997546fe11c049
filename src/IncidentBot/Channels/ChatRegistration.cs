using IncidentBot.Channels.Matrix;
using IncidentBot.Channels.Slack;
using IncidentBot.Channels.Telegram;
using IncidentBot.Loops;
using IncidentBot.Telemetry;

namespace IncidentBot.Channels;

/// <summary>What hears people in each kind of chat. All of it sleeps where its channel is not configured to be heard.</summary>
internal static class ChatRegistration
{
    public static IServiceCollection AddChatEars(this IServiceCollection services) => services
        .AddSingleton<Listening>()
        .AddMetrics<ListeningMetrics>()
        .AddSingleton<ChatDoor>()
        .AddLoop<AnswerLoop>()
        .AddSingleton<SlackInbox>()
        .AddSingleton<SlackWebhooks>()
        .AddLoop<SlackSocketMode>()
        .AddLoop<TelegramPolling>()
        .AddLoop<TelegramHook>()
        .AddSingleton<TelegramWebhooks>()
        .AddLoop<MatrixSync>();

    public static void MapChatWebhooks(this IEndpointRouteBuilder routes)
    {
        SlackWebhooks.Map(routes);
        TelegramWebhooks.Map(routes);
    }
}
