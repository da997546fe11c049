using System.Globalization;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Line;

/// <summary>A request that was begun and not recorded when the program was killed.</summary>
/// <param name="Key">What the vendor knows the request by.</param>
/// <param name="CarriedOut">The vendor had done it already; null where a vendor's messages carry no key.</param>
internal sealed record Hit(int Kill, Room Room, long Post, long Incident, SendKinds Kind, string Key, bool? CarriedOut);

/// <summary>
/// Looks after each kill at what the program left behind: at a copy, so that the next start meets exactly what the kill left.
/// </summary>
internal sealed class Census(TemporaryFolder folder, Vendors vendors)
{
    private readonly string _database = Path.Combine(folder.Path, "data", "incidentbot.db");

    public List<Hit> Hits { get; } = [];

    public void Take(int kill)
    {
        if (!File.Exists(_database))
        {
            return;
        }

        using var copies = new TemporaryFolder();
        foreach (var ending in new[] { "", "-wal" }.Where(ending => File.Exists(_database + ending)))
        {
            File.Copy(_database + ending, Path.Combine(copies.Path, "copy.db" + ending));
        }

        using var connection = new SqliteConnection($"Data Source={copies.Path}/copy.db;Pooling=False");
        connection.Open();
        using var tables = connection.CreateCommand();
        tables.CommandText = "SELECT count(*) FROM sqlite_schema WHERE name = 'posts'";
        if (Convert.ToInt64(tables.ExecuteScalar(), CultureInfo.InvariantCulture) == 0)
        {
            return;
        }

        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, room, subject, intent_kind, generation, told, (SELECT identity FROM store) FROM posts WHERE intent_kind IN (1, 4)";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var room = Room.Parse(rows.GetString(1));
            var kind = (SendKinds)rows.GetInt32(3);
            var ending = kind == SendKinds.Create ? "c" : string.Create(CultureInfo.InvariantCulture, $"r{rows.GetInt64(5)}");
            var key = string.Create(CultureInfo.InvariantCulture, $"{rows.GetString(6)}-{rows.GetInt64(0)}-{rows.GetInt32(4)}-{ending}");
            Hits.Add(new Hit(kill, room, rows.GetInt64(0), rows.GetInt64(2), kind, key, CarriedOut(room, key)));
        }
    }

    /// <summary>How many messages of a vendor's rooms, threads included, carry a key.</summary>
    public int With(Room room, string key)
    {
        var roots = vendors.Of(room).Messages(room.Id);
        return roots.Count(message => message.Key == key) + roots.Sum(root => vendors.Of(room).Replies(root).Count(reply => reply.Key == key));
    }

    private bool? CarriedOut(Room room, string key) => room.Kind == "telegram" ? null : With(room, key) > 0;
}
