using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>What SQLite's failures mean to the person who has to mend them.</summary>
internal static class SqliteFailure
{
    /// <summary>The reason in words; null when the failure is not the database's.</summary>
    public static string? Explain(Exception failure) => failure is not SqliteException { SqliteErrorCode: var code } ? null : code switch
    {
        5 or 6 => "the database is locked by another program",
        8 => "the database cannot be written: check the file's and its folder's permissions",
        10 => "the disk could not be read or written",
        11 or 26 => "the database file is damaged",
        13 => "the disk is full",
        14 => "the database file cannot be opened",
        _ => $"the database answered error {code}",
    };
}
