-- A database as schema 8 left it: recorded notifications, one incident acknowledged, a room that nobody answered for.
BEGIN TRANSACTION;
CREATE TABLE alerts (
    incident      INTEGER NOT NULL,
    fingerprint   TEXT    NOT NULL,
    labels        TEXT    NOT NULL,
    annotations   TEXT    NOT NULL,
    generator_url TEXT    NOT NULL,
    starts_at     INTEGER NOT NULL,
    firing_since  INTEGER NOT NULL,
    ends_at       INTEGER,
    heard_at      INTEGER NOT NULL, suppression TEXT,
    PRIMARY KEY (incident, fingerprint)
) STRICT, WITHOUT ROWID;
INSERT INTO "alerts" VALUES(1,'31e80869b86ea659','{"alertname":"NodeDown","cluster":"home","instance":"ruapehu:9100","job":"node-exporter","severity":"critical"}','{"description":"Node has been unreachable for more than 5 minutes","runbook_url":"https://runbooks.example.org/node-down","summary":"Node ruapehu:9100 is down"}','http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',1795225932513095,1795225932513095,1795225944528329,1795842900919531,NULL);
INSERT INTO "alerts" VALUES(2,'13c71305c05f30bc','{"alertname":"PodNotReady","cluster":"home","namespace":"media","pod":"plex-1","severity":"warning"}','{"summary":"Pod media/plex-1 not ready"}','http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',1795225933516705,1795225933516705,1795225938521377,1795842900886213,NULL);
INSERT INTO "alerts" VALUES(2,'4d74e160af400f1f','{"alertname":"PodNotReady","cluster":"home","namespace":"media","pod":"plex-0","severity":"warning"}','{"summary":"Pod media/plex-0 not ready"}','http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',1795225933516662,1795225933516662,1795225938521330,1795842900845849,NULL);
INSERT INTO "alerts" VALUES(2,'762ab849e264c91d','{"alertname":"PodNotReady","cluster":"home","namespace":"media","pod":"plex-2","severity":"warning"}','{"summary":"Pod media/plex-2 not ready"}','http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',1795225933516721,1795225933516721,1795225938521393,1795842900886213,NULL);
INSERT INTO "alerts" VALUES(2,'8fdb0a01a4338991','{"alertname":"PodNotReady","cluster":"home","namespace":"media","pod":"plex-9","severity":"critical"}','{"summary":"Pod media/plex-9 not ready"}','http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',1795225936521547,1795225936521547,1795225938521404,1795842900886213,NULL);
INSERT INTO "alerts" VALUES(3,'66790aa37582ed03','{"alertname":"DiskSpaceLow","cluster":"home","instance":"node1:9100","mountpoint":"/","severity":"warning"}','{"summary":"Low disk space on node1:9100"}','http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',1795225940521177,1795225940521177,NULL,1795842900895834,NULL);
INSERT INTO "alerts" VALUES(3,'70c0dc6887d5e935','{"alertname":"DiskSpaceLow","cluster":"home","instance":"node10:9100","mountpoint":"/","severity":"warning"}','{"summary":"Low disk space on node10:9100"}','http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',1795225941524525,1795225941524525,NULL,1795842900903326,NULL);
INSERT INTO "alerts" VALUES(3,'8fb4aec5655c3273','{"alertname":"DiskSpaceLow","cluster":"home","instance":"node12:9100","mountpoint":"/","severity":"warning"}','{"summary":"Low disk space on node12:9100"}','http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',1795225940521270,1795225940521270,NULL,1795842900895834,NULL);
INSERT INTO "alerts" VALUES(3,'aeadf1738864a33e','{"alertname":"DiskSpaceLow","cluster":"home","instance":"node2:9100","mountpoint":"/","severity":"warning"}','{"summary":"Low disk space on node2:9100"}','http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',1795225940521190,1795225940521190,NULL,1795842900895834,NULL);
INSERT INTO "alerts" VALUES(3,'b0b7dfe659f8926e','{"alertname":"DiskSpaceLow","cluster":"home","instance":"node11:9100","mountpoint":"/","severity":"warning"}','{"summary":"Low disk space on node11:9100"}','http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',1795225940521262,1795225940521262,NULL,1795842900895834,NULL);
INSERT INTO "alerts" VALUES(3,'cfef75c68069c1f4','{"alertname":"DiskSpaceLow","cluster":"home","instance":"node0:9100","mountpoint":"/","severity":"warning"}','{"summary":"Low disk space on node0:9100"}','http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',1795225940521140,1795225940521140,NULL,1795842900895834,NULL);
INSERT INTO "alerts" VALUES(4,'9ebfcd4a689ac239','{"alertname":"MCPServerDown","cluster":"home","instance":"http://10.20.0.40:31084/health","job":"mcp-health-probes","severity":"critical"}','{"description":"First line.\nSecond line with \"quotes\" and <script>alert(1)</script>.\n\n```\nkubectl get pods\n```","summary":"MCP server <b>http://10.20.0.40:31084/health</b> is *down* & _out_ [x](y) `z` \\ — \uD83D\uDD25"}','http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',1795225943524925,1795225943524925,NULL,1795842900911611,NULL);
CREATE TABLE digested (
    room          TEXT    NOT NULL,
    lane          TEXT    NOT NULL,
    incident      INTEGER NOT NULL, since INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (room, lane, incident)
) STRICT, WITHOUT ROWID;
INSERT INTO "digested" VALUES('slack:C03','daily',1,1795842900795096);
INSERT INTO "digested" VALUES('slack:C03','daily',2,1795842900828042);
INSERT INTO "digested" VALUES('slack:C03','daily',3,1795842900896468);
INSERT INTO "digested" VALUES('slack:C03','daily',4,1795842900912154);
CREATE TABLE digests (
    room          TEXT    NOT NULL,
    lane          TEXT    NOT NULL,
    until         INTEGER NOT NULL,
    PRIMARY KEY (room, lane)
) STRICT, WITHOUT ROWID;
INSERT INTO "digests" VALUES('slack:C03','daily',1795842000000000);
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
, call TEXT NOT NULL DEFAULT '{}', flapping TEXT, due_at INTEGER, inhibition TEXT, burdens TEXT NOT NULL DEFAULT '', rises TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "incidents" VALUES(1,'4:home;16:incidentbot.home;9:alertname;8:NodeDown;','home','incidentbot.home','{"alertname":"NodeDown"}','{"alertname":"NodeDown","cluster":"home","instance":"ruapehu:9100","job":"node-exporter","severity":"critical"}',2,2,'critical',3,'critical','NodeDown','cluster=home, instance=ruapehu:9100','Node ruapehu:9100 is down','https://runbooks.example.org/node-down',0,1,0,0,'http://alertmanager.example:9093','0;1795225932513095/1795225944528329',1795842900753256,1795842900919531,1795842900919531,1795842900919531,NULL,'{"since":"1795842900772374"}',NULL,NULL,NULL,'','');
INSERT INTO "incidents" VALUES(2,'4:home;16:incidentbot.home;9:alertname;11:PodNotReady;9:namespace;5:media;','home','incidentbot.home','{"alertname":"PodNotReady","namespace":"media"}','{"alertname":"PodNotReady","cluster":"home","namespace":"media"}',4,2,'critical',3,'critical','PodNotReady','cluster=home, namespace=media','Pod media/plex-9 not ready',NULL,0,4,0,0,'http://alertmanager.example:9093','0;1795225933516662/1795225938521404',1795842900825191,1795842900886213,1795842900886213,1795842900886213,NULL,'{"since":"1795842900867260"}',NULL,NULL,NULL,'','');
INSERT INTO "incidents" VALUES(3,'4:home;10:truncating;9:alertname;12:DiskSpaceLow;','home','truncating','{"alertname":"DiskSpaceLow"}','{"alertname":"DiskSpaceLow","cluster":"home","mountpoint":"/","severity":"warning"}',2,1,'warning',2,'rest','DiskSpaceLow','cluster=home, mountpoint=/','Low disk space on node0:9100',NULL,6,0,0,8,'http://alertmanager.example:9093','',1795842900895834,1795842900903326,NULL,1795842900903326,1795225940521140,'{"escalates_at":"1795844700896151","since":"1795842900896151"}',NULL,1795844700896151,NULL,'','');
INSERT INTO "incidents" VALUES(4,'4:home;16:incidentbot.home;9:alertname;13:MCPServerDown;','home','incidentbot.home','{"alertname":"MCPServerDown"}','{"alertname":"MCPServerDown","cluster":"home","instance":"http://10.20.0.40:31084/health","job":"mcp-health-probes","severity":"critical"}',2,1,'critical',3,'critical','MCPServerDown','cluster=home, instance=http://10.20.0.40:31084/health','MCP server <b>http://10.20.0.40:31084/health</b> is *down* & _out_ [x](y) `z` \ — 🔥',NULL,1,0,0,0,'http://alertmanager.example:9093','',1795842900911611,1795842917067128,NULL,1795842900911611,1795225943524925,'{"acknowledged_at":"1795842917067128","acknowledged_by":"ada","since":"1795842900911799"}',NULL,NULL,NULL,'','');
CREATE TABLE moves (
    room          TEXT    NOT NULL PRIMARY KEY,
    moved_to      TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE owners (
    source        TEXT    NOT NULL,
    fingerprint   TEXT    NOT NULL,
    incident      INTEGER NOT NULL,
    PRIMARY KEY (source, fingerprint)
) STRICT, WITHOUT ROWID;
INSERT INTO "owners" VALUES('home','13c71305c05f30bc',2);
INSERT INTO "owners" VALUES('home','31e80869b86ea659',1);
INSERT INTO "owners" VALUES('home','4d74e160af400f1f',2);
INSERT INTO "owners" VALUES('home','66790aa37582ed03',3);
INSERT INTO "owners" VALUES('home','70c0dc6887d5e935',3);
INSERT INTO "owners" VALUES('home','762ab849e264c91d',2);
INSERT INTO "owners" VALUES('home','8fb4aec5655c3273',3);
INSERT INTO "owners" VALUES('home','8fdb0a01a4338991',2);
INSERT INTO "owners" VALUES('home','9ebfcd4a689ac239',4);
INSERT INTO "owners" VALUES('home','aeadf1738864a33e',3);
INSERT INTO "owners" VALUES('home','b0b7dfe659f8926e',3);
INSERT INTO "owners" VALUES('home','cfef75c68069c1f4',3);
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
    shown_at      INTEGER, urgent INTEGER NOT NULL DEFAULT 0, over INTEGER NOT NULL DEFAULT 0, summary INTEGER NOT NULL DEFAULT 0, step INTEGER NOT NULL DEFAULT 0, called INTEGER NOT NULL DEFAULT 0,
    UNIQUE (incident, room)
) STRICT;
INSERT INTO "posts" VALUES(1,1,'slack:C01','critical',2,0,NULL,NULL,11,0,'no connection',0,2,NULL,NULL,NULL,0,1795842900791235,NULL,1,1,0,0,0);
INSERT INTO "posts" VALUES(2,1,'slack:C02','rest',2,0,NULL,NULL,11,0,'no connection',0,2,NULL,NULL,NULL,0,1795842900794888,NULL,1,1,0,0,0);
INSERT INTO "posts" VALUES(3,2,'slack:C02','rest',4,0,NULL,NULL,7,0,'no connection',0,2,NULL,NULL,NULL,0,1795842900828000,NULL,1,1,0,0,0);
INSERT INTO "posts" VALUES(4,2,'slack:C01','critical',4,0,NULL,NULL,7,0,'no connection',0,2,NULL,NULL,NULL,0,1795842900872362,NULL,1,1,0,0,0);
INSERT INTO "posts" VALUES(5,3,'slack:C02','rest',2,0,NULL,NULL,9,0,NULL,0,0,NULL,NULL,NULL,0,1795842900896439,NULL,0,0,0,0,0);
INSERT INTO "posts" VALUES(6,4,'slack:C01','critical',2,0,NULL,NULL,12,0,'no connection',0,1,NULL,NULL,NULL,0,1795842900912007,NULL,1,0,0,0,0);
INSERT INTO "posts" VALUES(7,4,'slack:C02','rest',2,0,NULL,NULL,12,0,'no connection',0,1,NULL,NULL,NULL,0,1795842900912125,NULL,1,0,0,0,0);
CREATE TABLE requests (
    room          TEXT    NOT NULL,
    kind          INTEGER NOT NULL,
    urgent        INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    closed_until  INTEGER
) STRICT;
INSERT INTO "requests" VALUES('slack:C02',1,1,1795842900836447,NULL);
INSERT INTO "requests" VALUES('slack:C01',1,1,1795842900839806,NULL);
INSERT INTO "requests" VALUES('slack:C02',1,1,1795842901816550,NULL);
INSERT INTO "requests" VALUES('slack:C01',1,1,1795842901816599,NULL);
INSERT INTO "requests" VALUES('slack:C01',1,1,1795842902814823,NULL);
INSERT INTO "requests" VALUES('slack:C02',1,1,1795842902814880,NULL);
INSERT INTO "requests" VALUES('slack:C02',1,1,1795842905962619,NULL);
INSERT INTO "requests" VALUES('slack:C01',1,1,1795842906685730,NULL);
INSERT INTO "requests" VALUES('slack:C02',1,1,1795842911914974,NULL);
INSERT INTO "requests" VALUES('slack:C01',1,1,1795842914425933,NULL);
CREATE TABLE store (
    identity      TEXT    NOT NULL
) STRICT;
INSERT INTO "store" VALUES('d9308db140');
CREATE TABLE summaries (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    room          TEXT    NOT NULL,
    phase         INTEGER NOT NULL,
    began_at      INTEGER NOT NULL,
    ended_at      INTEGER
, digest TEXT) STRICT;
CREATE TABLE timeline (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    incident      INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    kind          INTEGER NOT NULL,
    detail        TEXT    NOT NULL,
    count         INTEGER NOT NULL
, quiet INTEGER NOT NULL DEFAULT 0, calls INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "timeline" VALUES(1,1,1795842900753256,1,'cluster=home instance=ruapehu:9100',1,0,0);
INSERT INTO "timeline" VALUES(2,2,1795842900825191,1,'pod=plex-1; pod=plex-0; pod=plex-2',3,0,0);
INSERT INTO "timeline" VALUES(3,2,1795842900845849,3,'pod=plex-0',1,0,0);
INSERT INTO "timeline" VALUES(4,2,1795842900866780,2,'pod=plex-9',1,0,0);
INSERT INTO "timeline" VALUES(5,2,1795842900866780,4,'from warning to critical',0,0,0);
INSERT INTO "timeline" VALUES(6,2,1795842900866780,16,'from lane rest to critical',0,0,0);
INSERT INTO "timeline" VALUES(7,2,1795842900886213,5,'pod=plex-9; pod=plex-1; pod=plex-2',3,0,0);
INSERT INTO "timeline" VALUES(8,3,1795842900895834,1,'instance=node1:9100; instance=node12:9100; instance=node2:9100 and 2 more',5,0,0);
INSERT INTO "timeline" VALUES(9,3,1795842900903326,2,'instance=node10:9100',1,0,0);
INSERT INTO "timeline" VALUES(10,4,1795842900911611,1,'cluster=home instance=http://10.20.0.40:31084/health',1,0,0);
INSERT INTO "timeline" VALUES(11,1,1795842900919531,5,'cluster=home instance=ruapehu:9100',1,0,0);
INSERT INTO "timeline" VALUES(12,4,1795842917067128,20,'ada: on my way',0,0,0);
CREATE INDEX incidents_key ON incidents (key, number);
CREATE INDEX incidents_open ON incidents (status, rank, number) WHERE status <> 2;
CREATE INDEX incidents_ended ON incidents (updated_at) WHERE status <> 1;
CREATE INDEX timeline_incident ON timeline (incident, id);
CREATE INDEX posts_waiting ON posts (wanted_since) WHERE shown < wanted OR told < history;
CREATE INDEX posts_shown ON posts (shown_at);
CREATE INDEX posts_summary ON posts (summary, id) WHERE summary <> 0;
CREATE INDEX summaries_open ON summaries (room) WHERE phase <> 0;
CREATE INDEX incidents_due ON incidents (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX digested_incident ON digested (incident);
CREATE INDEX requests_at ON requests (at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('incidents',4);
INSERT INTO "sqlite_sequence" VALUES('timeline',12);
INSERT INTO "sqlite_sequence" VALUES('posts',7);
COMMIT;
PRAGMA user_version = 8;
