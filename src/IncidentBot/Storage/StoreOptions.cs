using IncidentBot.Settings;

namespace IncidentBot.Storage;

/// <summary>Where incidents are kept: a file, or a database that replicas share.</summary>
internal sealed class StoreOptions
{
    /// <summary>
    /// The database file; its folder is made when absent. Default <c>data/incidentbot.db</c>, in the folder of the configuration file.
    /// </summary>
    [RelativeToFile]
    public string Sqlite { get; set; } = "data/incidentbot.db";

    /// <summary>A PostgreSQL database that several replicas share, instead of the file.</summary>
    public PostgresOptions? Postgres { get; set; }
}

/// <summary>How the shared database is reached.</summary>
internal sealed class PostgresOptions
{
    /// <summary>As Npgsql writes it: <c>Host=db;Database=incidentbot;Username=incidentbot;Password=…</c>. Required.</summary>
    public Secret? ConnectionString { get; set; }
}
