using System.Globalization;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// The tables, as steps that lead from each version of the schema to the next, forward only. The database's
/// <c>user_version</c> is the number of steps it has taken. Times are microseconds since 1970 in UTC.
/// </summary>
internal static partial class SqliteSchema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE store (
            identity      TEXT    NOT NULL
        ) STRICT;
        INSERT INTO store VALUES (lower(hex(randomblob(5))));

        CREATE TABLE incidents (
            number        INTEGER PRIMARY KEY AUTOINCREMENT,
            key           TEXT    NOT NULL,
            source        TEXT    NOT NULL,
            receiver      TEXT    NOT NULL,
            group_labels  TEXT    NOT NULL,
            common_labels TEXT    NOT NULL,
            version       INTEGER NOT NULL,
            status        INTEGER NOT NULL,
            severity      TEXT    NOT NULL,
            rank          INTEGER NOT NULL,
            lane          TEXT    NOT NULL,
            title         TEXT    NOT NULL,
            place         TEXT    NOT NULL,
            summary       TEXT    NOT NULL,
            runbook_url   TEXT,
            firing        INTEGER NOT NULL,
            resolved      INTEGER NOT NULL,
            flaps         INTEGER NOT NULL,
            truncated     INTEGER NOT NULL,
            external_url  TEXT    NOT NULL,
            stretches     TEXT    NOT NULL,
            opened_at     INTEGER NOT NULL,
            updated_at    INTEGER NOT NULL,
            resolved_at   INTEGER,
            heard_at      INTEGER NOT NULL,
            firing_since  INTEGER
        ) STRICT;
        CREATE INDEX incidents_key ON incidents (key, number);
        CREATE INDEX incidents_open ON incidents (status, rank, number) WHERE status <> 2;
        CREATE INDEX incidents_ended ON incidents (updated_at) WHERE status <> 1;

        CREATE TABLE alerts (
            incident      INTEGER NOT NULL,
            fingerprint   TEXT    NOT NULL,
            labels        TEXT    NOT NULL,
            annotations   TEXT    NOT NULL,
            generator_url TEXT    NOT NULL,
            starts_at     INTEGER NOT NULL,
            firing_since  INTEGER NOT NULL,
            ends_at       INTEGER,
            heard_at      INTEGER NOT NULL,
            PRIMARY KEY (incident, fingerprint)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE owners (
            source        TEXT    NOT NULL,
            fingerprint   TEXT    NOT NULL,
            incident      INTEGER NOT NULL,
            PRIMARY KEY (source, fingerprint)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE timeline (
            id            INTEGER PRIMARY KEY AUTOINCREMENT,
            incident      INTEGER NOT NULL,
            at            INTEGER NOT NULL,
            kind          INTEGER NOT NULL,
            detail        TEXT    NOT NULL,
            count         INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX timeline_incident ON timeline (incident, id);

        CREATE TABLE posts (
            id            INTEGER PRIMARY KEY AUTOINCREMENT,
            incident      INTEGER NOT NULL,
            room          TEXT    NOT NULL,
            lane          TEXT    NOT NULL,
            wanted        INTEGER NOT NULL,
            shown         INTEGER NOT NULL,
            message_id    TEXT,
            last_reply_id TEXT,
            history       INTEGER NOT NULL,
            told          INTEGER NOT NULL,
            reason        TEXT,
            refused       INTEGER NOT NULL,
            attempts      INTEGER NOT NULL,
            intent_kind   INTEGER,
            intent_version INTEGER,
            intent_up_to  INTEGER,
            generation    INTEGER NOT NULL,
            wanted_since  INTEGER NOT NULL,
            shown_at      INTEGER,
            UNIQUE (incident, room)
        ) STRICT;
        CREATE INDEX posts_waiting ON posts (wanted_since) WHERE shown < wanted OR told < history;
        CREATE INDEX posts_shown ON posts (shown_at);
        """,
        """
        CREATE TABLE moves (
            room          TEXT    NOT NULL PRIMARY KEY,
            moved_to      TEXT    NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        """
        ALTER TABLE alerts ADD COLUMN suppression TEXT;
        """,
        """
        ALTER TABLE posts ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE posts ADD COLUMN over INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE posts ADD COLUMN summary INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX posts_summary ON posts (summary, id) WHERE summary <> 0;
        CREATE TABLE summaries (
            number        INTEGER PRIMARY KEY AUTOINCREMENT,
            room          TEXT    NOT NULL,
            phase         INTEGER NOT NULL,
            began_at      INTEGER NOT NULL,
            ended_at      INTEGER
        ) STRICT;
        CREATE INDEX summaries_open ON summaries (room) WHERE phase <> 0;
        UPDATE posts SET (urgent, over) = (SELECT rank >= 3, status = 2 FROM incidents WHERE number = posts.incident);
        """,
        """
        ALTER TABLE incidents ADD COLUMN call TEXT NOT NULL DEFAULT '{}';
        ALTER TABLE incidents ADD COLUMN flapping TEXT;
        ALTER TABLE incidents ADD COLUMN due_at INTEGER;
        ALTER TABLE incidents ADD COLUMN inhibition TEXT;
        ALTER TABLE incidents ADD COLUMN burdens TEXT NOT NULL DEFAULT '';
        CREATE INDEX incidents_due ON incidents (due_at) WHERE due_at IS NOT NULL;
        ALTER TABLE timeline ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE posts ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
        UPDATE incidents SET call = '{"since":"' || strftime('%s', 'now') || '000000"}' WHERE status = 1;
        """,
        """
        ALTER TABLE summaries ADD COLUMN digest TEXT;
        CREATE TABLE digests (
            room          TEXT    NOT NULL,
            lane          TEXT    NOT NULL,
            until         INTEGER NOT NULL,
            PRIMARY KEY (room, lane)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE digested (
            room          TEXT    NOT NULL,
            lane          TEXT    NOT NULL,
            incident      INTEGER NOT NULL,
            PRIMARY KEY (room, lane, incident)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX digested_incident ON digested (incident);
        """,
        """
        ALTER TABLE digested ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
        UPDATE digested SET since = coalesce((SELECT opened_at FROM incidents WHERE number = incident), 0);
        ALTER TABLE incidents ADD COLUMN rises TEXT NOT NULL DEFAULT '';
        ALTER TABLE timeline ADD COLUMN calls INTEGER NOT NULL DEFAULT 0;
        DELETE FROM owners WHERE NOT EXISTS (SELECT 1 FROM alerts WHERE alerts.incident = owners.incident AND alerts.fingerprint = owners.fingerprint);
        """,
        """
        ALTER TABLE posts ADD COLUMN called INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE requests (
            room          TEXT    NOT NULL,
            kind          INTEGER NOT NULL,
            urgent        INTEGER NOT NULL,
            at            INTEGER NOT NULL,
            closed_until  INTEGER
        ) STRICT;
        CREATE INDEX requests_at ON requests (at);
        """,
        """
        CREATE TABLE documents (
            incident      INTEGER PRIMARY KEY,
            alerts        BLOB    NOT NULL
        ) STRICT;
        INSERT INTO documents SELECT incident, CAST(json_group_array(json_object('fingerprint', fingerprint, 'labels', json(labels),
            'annotations', json(annotations), 'generator_url', generator_url, 'starts_at', starts_at, 'firing_since', firing_since,
            'ends_at', ends_at, 'heard_at', heard_at, 'suppression', json(suppression))) AS BLOB) FROM alerts GROUP BY incident;
        DROP TABLE alerts;
        ALTER TABLE documents RENAME TO alerts;

        CREATE TABLE subjects (
            id            INTEGER PRIMARY KEY AUTOINCREMENT,
            subject_kind  INTEGER NOT NULL,
            subject       INTEGER NOT NULL,
            room          TEXT    NOT NULL,
            lane          TEXT    NOT NULL,
            step          INTEGER NOT NULL,
            wanted        INTEGER NOT NULL,
            shown         INTEGER NOT NULL,
            message_id    TEXT,
            last_reply_id TEXT,
            history       INTEGER NOT NULL,
            told          INTEGER NOT NULL,
            reason        TEXT,
            refused       INTEGER NOT NULL,
            attempts      INTEGER NOT NULL,
            intent_kind   INTEGER,
            intent_version INTEGER,
            intent_up_to  INTEGER,
            generation    INTEGER NOT NULL,
            wanted_since  INTEGER NOT NULL,
            shown_at      INTEGER,
            urgent        INTEGER NOT NULL,
            called        INTEGER NOT NULL,
            over          INTEGER NOT NULL,
            summary       INTEGER NOT NULL,
            UNIQUE (subject_kind, subject, room)
        ) STRICT;
        INSERT INTO subjects SELECT id, CASE WHEN incident > 0 THEN 1 WHEN lane = '' THEN 2 ELSE 3 END, abs(incident), room, lane, step, wanted, shown,
            message_id, last_reply_id, history, told, reason, refused, attempts, intent_kind, intent_version, intent_up_to, generation, wanted_since,
            shown_at, urgent, called, over, summary FROM posts;
        DELETE FROM sqlite_sequence WHERE name = 'subjects';
        INSERT INTO sqlite_sequence (name, seq) SELECT 'subjects', seq FROM sqlite_sequence WHERE name = 'posts';
        DROP TABLE posts;
        ALTER TABLE subjects RENAME TO posts;
        CREATE INDEX posts_waiting ON posts (wanted_since) WHERE shown < wanted OR told < history;
        CREATE INDEX posts_shown ON posts (shown_at);
        CREATE INDEX posts_summary ON posts (summary, id) WHERE summary <> 0;
        """,
        """
        UPDATE incidents SET severity = lower(trim(severity));
        UPDATE incidents SET severity = CASE
            WHEN severity IN ('crit', 'page', 'emergency', 'emerg', 'fatal', 'disaster', 'panic', 'blocker', 'p0', 'p1', 'sev0', 'sev1', 'sev-0', 'sev-1') THEN 'critical'
            WHEN severity IN ('major', 'error', 'err', 'severe', 'urgent', 'p2', 'sev2', 'sev-2') THEN 'high'
            WHEN severity IN ('warn', 'minor', 'medium', 'moderate', 'average', 'ticket', 'p3', 'sev3', 'sev-3') THEN 'warning'
            WHEN severity IN ('informational', 'information', 'notice', 'low', 'debug', 'p4', 'p5', 'sev4', 'sev5', 'sev-4', 'sev-5') THEN 'info'
            WHEN severity IN ('ok', '') THEN 'none' ELSE severity END;
        UPDATE incidents SET rank = CASE severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'info' THEN 1 WHEN 'none' THEN 0 ELSE 2 END;
        """,
        """
        CREATE TABLE kept_links (
            alert         TEXT    PRIMARY KEY,
            links         TEXT    NOT NULL,
            read_at       INTEGER NOT NULL
        ) STRICT;
        """,
        """
        ALTER TABLE incidents ADD COLUMN said_at INTEGER;
        ALTER TABLE incidents ADD COLUMN repeat_every INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE incidents ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0;
        """,
        SqliteProbeRecords.Tables,
        Deeds,
    ];

    /// <summary>Writes nothing into a database that this program cannot use.</summary>
    /// <exception cref="StoreRefusedException">It has taken more steps than this program knows, or is another program's.</exception>
    public static void Recognise(SqliteConnection connection)
    {
        var version = Version(connection);
        if (version > Steps.Length)
        {
            throw new StoreRefusedException(
                $"the database {connection.DataSource} has schema {version}, and this program knows schemas up to {Steps.Length} only. "
                + "It was used by a newer incidentbot: start that one, or name another file in store.sqlite.");
        }

        if (!IsOurs(connection, version))
        {
            throw new StoreRefusedException(
                $"{connection.DataSource} is the database of another program: name another file in store.sqlite.");
        }
    }

    /// <summary>Brings a database up to date.</summary>
    /// <param name="to">How many steps it has taken then; all by default.</param>
    public static void Migrate(SqliteConnection connection, int? to = null)
    {
        var version = Version(connection);
        for (; version < (to ?? Steps.Length); version++)
        {
            using var transaction = connection.BeginTransaction();
            using var step = connection.CreateCommand();
            step.Transaction = transaction;
            step.CommandText = Steps[version] + $"PRAGMA user_version = {version + 1};";
            step.ExecuteNonQuery();
            transaction.Commit();
        }
    }

    /// <summary>A database that has taken no step is empty; any other has the first tables.</summary>
    private static bool IsOurs(SqliteConnection connection, long version) => version == 0
        ? Number(connection, "SELECT count(*) FROM sqlite_master") == 0
        : Number(connection, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('store', 'incidents', 'posts')") == 3;

    private static long Version(SqliteConnection connection) => Number(connection, "PRAGMA user_version");

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
