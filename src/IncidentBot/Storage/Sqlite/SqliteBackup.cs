using System.Globalization;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// Copies the database into another file while the program goes on writing: the copy is of one moment, holds what the log of
/// changes holds, and is looked through before it gets its name.
/// </summary>
internal static class SqliteBackup
{
    /// <summary>How long it waits for the program to let it read.</summary>
    private const int BusySeconds = 30;

    /// <param name="database">As <c>store.sqlite</c> says it.</param>
    /// <param name="target">Must not exist; its folder must.</param>
    /// <exception cref="StoreRefusedException">There is no good copy now; nothing was overwritten and nothing is left behind.</exception>
    public static StoreCopy Make(string database, string target)
    {
        var (from, to) = (Path.GetFullPath(database), Path.GetFullPath(target));
        if (!File.Exists(from))
        {
            throw new StoreRefusedException($"there is no database {from}, so there is nothing to copy: is this the right configuration?");
        }

        if (Path.Exists(to))
        {
            throw new StoreRefusedException($"{to} exists, and nothing is overwritten: name another file.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(to)))
        {
            throw new StoreRefusedException($"{to} cannot be written: there is no folder {Path.GetDirectoryName(to)}.");
        }

        var unfinished = $"{to}.{Guid.NewGuid():n}.unfinished";
        try
        {
            Copy(from, unfinished);
            var copy = Look(unfinished);
            File.Move(unfinished, to);
            return copy;
        }
        catch (SqliteException problem)
        {
            throw new StoreRefusedException($"{from} could not be copied to {to}: {SqliteFailure.Explain(problem)}.", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StoreRefusedException($"{to} cannot be written: {problem.Message}", problem);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static void Copy(string from, string to)
    {
        using var connection = Open(from, SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $file";
        command.Parameters.AddWithValue("$file", to);
        command.ExecuteNonQuery();
        using var file = new FileStream(to, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    private static StoreCopy Look(string file)
    {
        using var connection = Open(file, SqliteOpenMode.ReadOnly);
        if (Text(connection, "PRAGMA integrity_check") is not "ok" and var problem)
        {
            throw new StoreRefusedException($"the copy is not whole, and so the database may not be either: {problem}");
        }

        return new StoreCopy(
            new FileInfo(file).Length,
            Number(connection, "PRAGMA user_version"),
            Number(connection, "SELECT count(*) FROM incidents"),
            Number(connection, "SELECT count(*) FROM incidents WHERE status <> 2"),
            Number(connection, "SELECT count(*) FROM posts"));
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var source = new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = BusySeconds };
        var connection = new SqliteConnection(source.ToString());
        connection.Open();
        return connection;
    }

    private static long Number(SqliteConnection connection, string sql) => long.Parse(Text(connection, sql), CultureInfo.InvariantCulture);

    private static string Text(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }
}
