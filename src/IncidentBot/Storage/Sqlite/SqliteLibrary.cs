using System.Runtime.InteropServices;
using SQLitePCL;

namespace IncidentBot.Storage.Sqlite;

/// <summary>Points the SQLite binding at the system's own library, and says plainly what to install when there is none.</summary>
internal static class SqliteLibrary
{
    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["winsqlite3", "sqlite3"]
        : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib", "/usr/lib/libsqlite3.dylib"]
        : ["libsqlite3.so.0", "libsqlite3.so"];

    private static readonly Lazy<string?> Problem = new(Load);

    /// <exception cref="StoreRefusedException">The system has no SQLite library.</exception>
    public static void Use()
    {
        if (Problem.Value is { } problem)
        {
            throw new StoreRefusedException(problem);
        }
    }

    private static string? Load()
    {
        var provider = typeof(SQLite3Provider_e_sqlite3).Assembly;
        nint library = 0;
        if (!Array.Exists(Names, name => NativeLibrary.TryLoad(name, provider, null, out library)))
        {
            return "The SQLite library is missing. Install it and start again: 'apt-get install libsqlite3-0' on Debian and Ubuntu, "
                + "'apk add sqlite-libs' on Alpine, 'dnf install sqlite-libs' on Fedora.";
        }

        NativeLibrary.SetDllImportResolver(provider, (name, _, _) => string.Equals(name, "e_sqlite3", StringComparison.Ordinal) ? library : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
        return null;
    }
}
