using System.Net.Sockets;
using Npgsql;

namespace IncidentBot.Probes.ImmichSearch;

/// <summary>What a database does not do, in words that say what to do about it.</summary>
internal static class DatabaseTrouble
{
    /// <summary>Null when it is no trouble of the database's, but a bug, or the run is over.</summary>
    /// <param name="target">Where it is, for people.</param>
    public static string? Of(Exception failure, string target, TimeSpan limit) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } =>
            FormattableString.Invariant($"{target}: no answer within {limit.TotalSeconds:0.#} s, so the database ended the query"),
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable } answer => $"{target}: {answer.MessageText}; is this Immich's database?",
        PostgresException { SqlState: PostgresErrorCodes.UndefinedFunction } answer =>
            $"{target}: {answer.MessageText}; are the extensions there that it needs?",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } answer =>
            $"{target}: {answer.MessageText}; the rights that it needs are in docs/probes/immich-search.md",
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            $"{target} refuses the login",
        PostgresException answer => $"{target}: {answer.MessageText} ({answer.SqlState})",
        NpgsqlException { InnerException: SocketException refused } => $"{target}: {Connection.Words(refused.SocketErrorCode)}",
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => $"{target}: no answer within 15 s",
        NpgsqlException { InnerException: IOException } or IOException => $"{target}: connection lost",
        NpgsqlException { InnerException: System.Security.Authentication.AuthenticationException } => $"{target}: its certificate is not trusted",
        NpgsqlException other => $"{target}: {other.Message}",
        SocketException refused => $"{target}: {Connection.Words(refused.SocketErrorCode)}",
        _ => null,
    };
}
