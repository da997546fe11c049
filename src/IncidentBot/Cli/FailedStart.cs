using System.Net.Sockets;
using IncidentBot.Storage;
using Microsoft.AspNetCore.Connections;

namespace IncidentBot.Cli;

/// <summary>Why the program could not start, in a sentence or two for whoever started it.</summary>
internal static class FailedStart
{
    private const string AnotherAddress = $"choose another address: server.listen, or {BotCommands.ListenVariable}=localhost:8081";

    /// <param name="listen">Where it was to listen.</param>
    public static string Explain(Exception failure, string listen) => failure switch
    {
        StoreRefusedException => failure.Message,
        SocketException or IOException => $"cannot listen on {listen}: {Refusal(failure)}, or {AnotherAddress}",
        _ => $"cannot start: {failure.Message} ({failure.GetType().Name}; server.log_level: debug says more)",
    };

    /// <summary>The name localhost is two addresses, and what went wrong with them is further inside.</summary>
    private static string Refusal(Exception failure)
    {
        var inner = failure is AggregateException { InnerExceptions: [var first, ..] } ? first : failure.InnerException;
        return failure switch
        {
            AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
                "another program listens there. Stop it",
            SocketException { SocketErrorCode: SocketError.AccessDenied } =>
                "this user may not, as the port is below 1024. Run as one who may",
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "this machine does not have that address. Correct it",
            _ => inner is null ? $"{failure.Message.TrimEnd('.')}. Mend that" : Refusal(inner),
        };
    }
}
