using IncidentBot.Settings;

namespace IncidentBot.Storage;

/// <summary><c>store</c>: where incidents are kept.</summary>
internal sealed class StoreSection() : SettingsSection("store", typeof(StoreOptions))
{
    public override void Check(BotOptions options, Requirements requirements)
    {
        var store = options.Store;
        if (store.Postgres is { } postgres)
        {
            requirements.Require("store.postgres.connection_string", postgres.ConnectionString);
            if (requirements.Has("store.sqlite"))
            {
                requirements.Complain("store", "both sqlite and postgres are set", "one of them");
            }
        }

        if (store.Sqlite.Length == 0 || store.Sqlite.StartsWith(':') || store.Sqlite.StartsWith("file:", StringComparison.Ordinal)
            || store.Sqlite.Any(char.IsControl))
        {
            requirements.Complain("store.sqlite", Requirements.Found(store.Sqlite), "the path of a file, such as data/incidentbot.db");
        }
        else if (Directory.Exists(store.Sqlite))
        {
            requirements.Complain("store.sqlite", $"{Requirements.Quote(store.Sqlite)} is a folder",
                "the path of a file, such as data/incidentbot.db");
        }
    }

    public override void Warn(BotOptions options, Requirements requirements) =>
        requirements.WarnOfMoved("store.sqlite", File.Exists, "database");

    public override IEnumerable<(string Path, string Meaning)> NotYetActive(BotOptions options) =>
        [("store.postgres", "incidents are kept in the SQLite file")];

    public override IEnumerable<string> Keep(BotOptions read, BotOptions running)
    {
        if (string.Equals(Place(read.Store), Place(running.Store), StringComparison.Ordinal))
        {
            return [];
        }

        read.Set(Name, running.Store);
        return [Name];
    }

    private static string Place(StoreOptions store) => $"{store.Sqlite}\n{store.Postgres?.ConnectionString?.Reveal()}";
}

/// <summary>The section among all options.</summary>
internal static class StoreOfOptions
{
    extension(BotOptions options)
    {
        /// <summary>Where incidents are kept.</summary>
        public StoreOptions Store => options.Of<StoreOptions>("store");
    }
}
