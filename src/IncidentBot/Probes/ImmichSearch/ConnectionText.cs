using IncidentBot.Settings;
using Npgsql;

namespace IncidentBot.Probes.ImmichSearch;

/// <summary>A connection string as PostgreSQL's library for .NET has it. Nothing of it is shown but host, port and database.</summary>
internal static class ConnectionText
{
    /// <summary>What is wrong with it; null when nothing is.</summary>
    public static string? Problem(Secret connection)
    {
        if (connection.Reveal().Contains("://", StringComparison.Ordinal))
        {
            return "it is an address; a connection string is written as keys and values";
        }

        try
        {
            return new NpgsqlConnectionStringBuilder(connection.Reveal()) is { Host.Length: > 0 } ? null : "it names no host";
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or KeyNotFoundException)
        {
            return "it is not a connection string";
        }
    }

    /// <summary>Where it leads, for people.</summary>
    public static string Target(Secret connection)
    {
        if (connection.Reveal().Length == 0 || Problem(connection) is not null)
        {
            return "PostgreSQL";
        }

        var parts = new NpgsqlConnectionStringBuilder(connection.Reveal());
        return FormattableString.Invariant($"{parts.Host}:{parts.Port}/{parts.Database ?? parts.Username}");
    }

    /// <summary>Its password, so that it can be hidden; null when there is none in it.</summary>
    public static string? Password(Secret connection) => new NpgsqlConnectionStringBuilder(connection.Reveal()).Password;

    /// <summary>Where connections come from: each is new, and asks for nothing beside our own queries.</summary>
    public static NpgsqlDataSource Source(Secret connection)
    {
        var text = new NpgsqlConnectionStringBuilder(connection.Reveal())
        {
            Pooling = false,
            ApplicationName = "incidentbot",
            Timeout = 15,
            CommandTimeout = 0,
            IncludeErrorDetail = false,
        };
        return new NpgsqlSlimDataSourceBuilder(text.ConnectionString).EnableTransportSecurity()
            .ConfigureTypeLoading(loading => loading.EnableTypeLoading(false)).Build();
    }
}
