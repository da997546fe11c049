using IncidentBot.Channels;
using IncidentBot.Chat.Ack;
using IncidentBot.Chat.Escalate;
using IncidentBot.Chat.Help;
using IncidentBot.Chat.Incidents;
using IncidentBot.Chat.Lanes;
using IncidentBot.Chat.Note;
using IncidentBot.Chat.Probe;
using IncidentBot.Chat.Probes;
using IncidentBot.Chat.Resolve;
using IncidentBot.Chat.Runbook;
using IncidentBot.Chat.Show;
using IncidentBot.Chat.Silence;
using IncidentBot.Chat.Silences;
using IncidentBot.Chat.Status;
using IncidentBot.Chat.Unack;
using IncidentBot.Chat.Unsilence;
using IncidentBot.Chat.Version;
using IncidentBot.Chat.Who;
using IncidentBot.Telemetry;

namespace IncidentBot.Chat;

/// <summary>What can be said to the bot: one line for each command, in the order of help.</summary>
internal static class ChatCatalog
{
    public static IReadOnlyList<Type> Commands { get; } =
    [
        typeof(StatusCommand),
        typeof(AckCommand),
        typeof(UnackCommand),
        typeof(SilenceCommand),
        typeof(UnsilenceCommand),
        typeof(SilencesCommand),
        typeof(NoteCommand),
        typeof(ShowCommand),
        typeof(RunbookCommand),
        typeof(IncidentsCommand),
        typeof(EscalateCommand),
        typeof(ResolveCommand),
        typeof(ProbesCommand),
        typeof(ProbeCommand),
        typeof(WhoCommand),
        typeof(LanesCommand),
        typeof(VersionCommand),
        typeof(HelpCommand),
    ];

    /// <summary>
    /// The desk that channels hand in at, with all that commands need. Nothing of it is made before somebody asks for it.
    /// </summary>
    public static IServiceCollection AddChat(this IServiceCollection services) => services
        .AddMetrics<ChatMetrics>()
        .AddSingleton<IncidentPick>()
        .AddSingleton<RunbookWay>()
        .AddSingleton<HiddenLines>()
        .AddSingleton(provider => new ChatCommands(() =>
            [.. Commands.Select(type => (IChatCommand)ActivatorUtilities.CreateInstance(provider, type))]))
        .AddSingleton<ChatListener>()
        .AddSingleton<IChatDesk, ChatDesk>();
}
