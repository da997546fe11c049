namespace IncidentBot.Storage.Sqlite;

/// <content>What people do: requests of chats, how far channels have read, the audit log, silences, the key of signed links.</content>
internal static partial class SqliteSchema
{
    private const string Deeds =
        """
        ALTER TABLE store ADD COLUMN link_key BLOB;
        UPDATE store SET link_key = randomblob(32);
        CREATE INDEX posts_message ON posts (message_id, room) WHERE message_id IS NOT NULL;
        CREATE INDEX posts_reply ON posts (last_reply_id, room) WHERE last_reply_id IS NOT NULL;

        CREATE TABLE chat_requests (
            number        INTEGER PRIMARY KEY AUTOINCREMENT,
            channel       TEXT    NOT NULL,
            id            TEXT    NOT NULL,
            room          TEXT    NOT NULL,
            person        TEXT    NOT NULL,
            thread        TEXT    NOT NULL,
            private       INTEGER NOT NULL,
            asked         TEXT    NOT NULL,
            answer        TEXT    NOT NULL,
            told          INTEGER NOT NULL,
            at            INTEGER NOT NULL,
            UNIQUE (channel, id)
        ) STRICT;
        CREATE INDEX chat_requests_at ON chat_requests (at);
        CREATE INDEX chat_requests_untold ON chat_requests (channel, number) WHERE told = 0;
        CREATE INDEX chat_requests_person ON chat_requests (person, room, number);

        CREATE TABLE chat_positions (
            channel       TEXT    NOT NULL,
            key           TEXT    NOT NULL,
            value         TEXT    NOT NULL,
            PRIMARY KEY (channel, key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE audit (
            id            INTEGER PRIMARY KEY AUTOINCREMENT,
            at            INTEGER NOT NULL,
            name          TEXT    NOT NULL,
            person        TEXT    NOT NULL,
            place         TEXT    NOT NULL,
            action        TEXT    NOT NULL,
            incident      INTEGER,
            what          TEXT    NOT NULL,
            result        TEXT    NOT NULL
        ) STRICT;
        CREATE INDEX audit_at ON audit (at);

        CREATE TABLE silences (
            number        INTEGER PRIMARY KEY AUTOINCREMENT,
            key           TEXT    NOT NULL UNIQUE,
            source        TEXT    NOT NULL,
            incident      INTEGER NOT NULL,
            matchers      TEXT    NOT NULL,
            by            TEXT    NOT NULL,
            comment       TEXT    NOT NULL,
            made_at       INTEGER NOT NULL,
            until         INTEGER NOT NULL,
            until_resolved INTEGER NOT NULL,
            id            TEXT,
            state         INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX silences_open ON silences (until) WHERE state < 3;
        """;
}
