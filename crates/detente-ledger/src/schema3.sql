-- Version 3 of the tables: events, standings and turns are kept, and so are the events of other data sets. Described
-- in TABLES.md. What is history is never changed (triggers see to it); what is only a count or a list of work to do
-- can be made anew from the history, and says so here.

-- Runs are now of three kinds: an article was read, a data set was imported, the rest was brought up to date.
DROP VIEW current_links;
DROP VIEW reports_by_dyad_month;
DROP VIEW reports_by_actor;
DROP VIEW current_reports;
CREATE TABLE runs3 (
    id            INTEGER PRIMARY KEY,
    kind          TEXT NOT NULL DEFAULT 'read' CHECK (kind IN ('read', 'import', 'relate')),
    article       INTEGER REFERENCES articles (id),
    import        INTEGER REFERENCES imports (id),
    supersedes    INTEGER UNIQUE REFERENCES runs (id),
    coder_version TEXT NOT NULL,
    coder_lexicon TEXT NOT NULL,
    coder_model   TEXT NOT NULL,
    known         TEXT NOT NULL,
    notes         TEXT NOT NULL,           -- JSON
    CHECK ((kind = 'read') = (article IS NOT NULL)),
    CHECK ((kind = 'import') = (import IS NOT NULL))
) STRICT;
INSERT INTO runs3 (id, kind, article, supersedes, coder_version, coder_lexicon, coder_model, known, notes)
SELECT id, 'read', article, supersedes, coder_version, coder_lexicon, coder_model, known, notes FROM runs ORDER BY id;
DROP TABLE runs;
ALTER TABLE runs3 RENAME TO runs;
CREATE INDEX runs_article ON runs (article) WHERE article IS NOT NULL;
CREATE TRIGGER runs_stay  BEFORE DELETE ON runs BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER runs_fixed BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new run'); END;

-- Where the words of a party stand in the text; null in rows that version 1 or 2 wrote (the record has it).
ALTER TABLE parties ADD COLUMN start INTEGER;
ALTER TABLE parties ADD COLUMN "end" INTEGER;

-- So that a page of the newest or oldest reports needs no look at all of them.
CREATE INDEX reports_oldest ON reports ((coalesce(date, enddate) IS NULL), (coalesce(date, enddate)), enddate);
CREATE INDEX reports_newest ON reports ((coalesce(date, enddate) IS NULL), (coalesce(date, enddate)) DESC, enddate DESC);
CREATE INDEX reports_first ON reports (date) WHERE NOT (negated OR future OR hypothetical);
CREATE INDEX reports_last ON reports (enddate) WHERE NOT (negated OR future OR hypothetical);
CREATE INDEX articles_published ON articles (published);

-- Entity keys and pairs of them, by number. `a` comes before `b` in the alphabet of the keys.
CREATE TABLE keys (
    id  INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE pairs (
    id    INTEGER PRIMARY KEY,
    a     INTEGER NOT NULL REFERENCES keys (id),
    b     INTEGER NOT NULL REFERENCES keys (id),
    sides INTEGER REFERENCES pairs (id),   -- the pair of what stands before "/" in the keys; null where it is this one, or one side
    UNIQUE (a, b)
) STRICT;
CREATE INDEX pairs_b ON pairs (b);
CREATE INDEX pairs_sides ON pairs (sides) WHERE sides IS NOT NULL;

-- Events that several reports agree on. A changed event is a new row; one that is no more, a row with `gone`.
CREATE TABLE event_versions (
    id           INTEGER PRIMARY KEY,
    name         TEXT NOT NULL,
    cell         TEXT NOT NULL,            -- where its reports were looked for
    known        TEXT NOT NULL,
    run          INTEGER NOT NULL REFERENCES runs (id),
    gone         INTEGER NOT NULL,
    print        INTEGER NOT NULL,         -- of the record with its reports and reasons
    event        TEXT,
    mode         TEXT,
    date         TEXT,
    enddate      TEXT,
    negated      INTEGER,
    future       INTEGER,
    hypothetical INTEGER,
    historical   INTEGER,
    event_scale  REAL,
    actors       TEXT,                     -- keys, JSON
    recipients   TEXT,                     -- keys, JSON
    reports      INTEGER,
    witnesses    INTEGER,
    copies       INTEGER,
    publishers   TEXT,                     -- JSON
    said_by      TEXT,                     -- keys, JSON
    words        TEXT,
    place        TEXT,
    record       TEXT                      -- the whole event without its reports, JSON
) STRICT;
CREATE INDEX event_versions_name ON event_versions (name, known, id);
CREATE INDEX event_versions_cell ON event_versions (cell, name, known, id, gone, print);
CREATE INDEX event_versions_oldest ON event_versions ((coalesce(date, enddate) IS NULL), (coalesce(date, enddate)), enddate)
    WHERE gone = 0;
CREATE INDEX event_versions_newest ON event_versions ((coalesce(date, enddate) IS NULL), (coalesce(date, enddate)) DESC, enddate DESC)
    WHERE gone = 0;

-- Which report tells of which event, and why. A report that leaves an event gets a row with `here` 0.
CREATE TABLE event_reports (
    event   TEXT NOT NULL,
    report  INTEGER NOT NULL REFERENCES reports (id),
    known   TEXT NOT NULL,
    version INTEGER NOT NULL REFERENCES event_versions (id),
    here    INTEGER NOT NULL,
    days    TEXT,
    copy    INTEGER,
    reason  TEXT,                          -- JSON
    PRIMARY KEY (event, report, known, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_reports_report ON event_reports (report);

-- Where reports of one event can be, worked out from the report.
CREATE TABLE report_cells (
    cell   TEXT NOT NULL,
    report INTEGER NOT NULL REFERENCES reports (id),
    PRIMARY KEY (cell, report)
) STRICT, WITHOUT ROWID;

-- Events as evidence about a pair, as the standing takes them. Days are counted from 1 January 1970.
CREATE TABLE evidence_versions (
    pair    INTEGER NOT NULL REFERENCES pairs (id),
    event   TEXT NOT NULL,
    known   TEXT NOT NULL,
    version INTEGER NOT NULL REFERENCES event_versions (id),
    counts  INTEGER NOT NULL,              -- 1 counts, 0 no longer, 2 undated, 3 denied
    type    TEXT,
    mode    TEXT,
    doer    INTEGER,                       -- 0 a, 1 b, 2 both
    first   INTEGER,
    last    INTEGER,
    score   REAL,
    weight  REAL,
    PRIMARY KEY (pair, event, known, version)
) STRICT, WITHOUT ROWID;

-- Where a pair stands at the end of a month. A month without a row stands as the one before it.
CREATE TABLE standing_versions (
    pair   INTEGER NOT NULL REFERENCES pairs (id),
    month  TEXT NOT NULL,
    known  TEXT NOT NULL,
    run    INTEGER NOT NULL REFERENCES runs (id),
    level  REAL,                           -- null: no evidence
    low    REAL,
    high   REAL,
    weight REAL,
    treat  REAL,
    alike  REAL,
    state  TEXT,
    PRIMARY KEY (pair, month, known, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX standing_versions_month ON standing_versions (month, pair, known, run);

CREATE TABLE turn_versions (
    id        INTEGER PRIMARY KEY,
    pair      INTEGER NOT NULL REFERENCES pairs (id),
    known     TEXT NOT NULL,
    run       INTEGER NOT NULL REFERENCES runs (id),
    gone      INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    direction TEXT NOT NULL,
    date      TEXT NOT NULL,
    date_from TEXT NOT NULL,
    date_to   TEXT NOT NULL,
    number    INTEGER NOT NULL,            -- among turns of the pair with the same kind and days, from 0
    size      REAL,
    certainty REAL,
    told_on   TEXT,
    events    TEXT,                        -- names, JSON
    record    TEXT                         -- the whole turn, JSON
) STRICT;
CREATE INDEX turn_versions_pair ON turn_versions (pair, kind, date_from, date_to, number, known, id);
CREATE INDEX turn_versions_day ON turn_versions (date_to, date_from);

-- Other data sets. The row of an import is written last, so that rows of one that was cut short are never seen.
CREATE TABLE imports (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    file     TEXT NOT NULL,
    sha256   TEXT NOT NULL UNIQUE,
    format   TEXT NOT NULL,
    license  TEXT,
    known    TEXT NOT NULL,
    rows     INTEGER NOT NULL,
    events   INTEGER NOT NULL,
    first    TEXT,
    last     TEXT,
    notes    TEXT NOT NULL                 -- JSON
) STRICT;
CREATE TABLE foreign_types (
    id          INTEGER PRIMARY KEY,
    words       TEXT NOT NULL,
    event       TEXT NOT NULL,
    mode        TEXT,
    event_scale REAL NOT NULL
) STRICT;
CREATE UNIQUE INDEX foreign_types_all ON foreign_types (words, event, coalesce(mode, ''), event_scale);
CREATE TABLE foreign_parties (
    id     INTEGER PRIMARY KEY,
    key    INTEGER NOT NULL REFERENCES keys (id),
    name   TEXT NOT NULL,
    sector TEXT
) STRICT;
CREATE UNIQUE INDEX foreign_parties_all ON foreign_parties (key, name, coalesce(sector, ''));
CREATE TABLE foreign_rows (
    import    INTEGER NOT NULL,
    row       INTEGER NOT NULL,
    day       INTEGER NOT NULL,            -- from 1 January 1970
    actor     INTEGER NOT NULL,            -- foreign_parties
    recipient INTEGER NOT NULL,
    type      INTEGER NOT NULL,            -- foreign_types
    pair      INTEGER,                     -- null where both are one or one is unknown
    doer      INTEGER,                     -- 0 the actor is `a` of the pair, 1 it is `b`, 2 both do it
    source_id TEXT,
    publisher TEXT,
    story     TEXT,
    sentence  INTEGER,
    place     TEXT,                        -- JSON
    PRIMARY KEY (import, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX foreign_rows_pair ON foreign_rows (pair, day, type, doer) WHERE pair IS NOT NULL;

-- Work to do and counts: made anew from the tables above whenever they are lost.
CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE touched_cells (cell TEXT PRIMARY KEY, known TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE touched_pairs (pair INTEGER PRIMARY KEY, known TEXT NOT NULL, since INTEGER NOT NULL) STRICT;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE source_counts (source TEXT PRIMARY KEY, articles INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE key_counts (key INTEGER PRIMARY KEY, reports INTEGER NOT NULL, foreign_events INTEGER NOT NULL) STRICT;
CREATE TABLE pair_counts (
    pair           INTEGER PRIMARY KEY,
    reports        INTEGER NOT NULL,
    articles       INTEGER NOT NULL,
    foreign_events INTEGER NOT NULL,
    first          TEXT,
    last           TEXT
) STRICT;
CREATE INDEX pair_counts_busiest ON pair_counts ((reports + foreign_events) DESC, pair);
CREATE TABLE pair_standings (
    pair   INTEGER PRIMARY KEY,
    until  TEXT NOT NULL,                  -- last month worked out
    level  REAL,
    low    REAL,
    high   REAL,
    weight REAL
) STRICT;
CREATE INDEX pair_standings_until ON pair_standings (until);
CREATE TABLE names (
    key     INTEGER NOT NULL REFERENCES keys (id),
    kind    TEXT NOT NULL CHECK (kind IN ('name', 'office', 'words')),
    name    TEXT NOT NULL,
    reports INTEGER NOT NULL,
    PRIMARY KEY (key, kind, name)
) STRICT, WITHOUT ROWID;

INSERT INTO keys (key) SELECT DISTINCT key FROM parties ORDER BY key;
INSERT INTO keys (key) SELECT DISTINCT substr(key, 1, instr(key, '/') - 1) FROM keys WHERE instr(key, '/') > 1
    AND substr(key, 1, instr(key, '/') - 1) NOT IN (SELECT key FROM keys) ORDER BY 1;
INSERT INTO pairs (a, b) SELECT x.id, y.id FROM (SELECT DISTINCT a, b FROM dyads ORDER BY a, b) d
    JOIN keys x ON x.key = d.a JOIN keys y ON y.key = d.b;
CREATE TEMP TABLE pair_sides AS
    SELECT p.id, min(s.id, t.id) AS x, max(s.id, t.id) AS y,
           CASE WHEN s.key < t.key THEN s.id ELSE t.id END AS a, CASE WHEN s.key < t.key THEN t.id ELSE s.id END AS b
    FROM pairs p JOIN keys x ON x.id = p.a JOIN keys y ON y.id = p.b
    JOIN keys s ON s.key = CASE WHEN instr(x.key, '/') > 1 AND substr(x.key, instr(x.key, '/') + 1) NOT IN ('CRM', 'REB', 'UAF')
        THEN substr(x.key, 1, instr(x.key, '/') - 1) ELSE x.key END
    JOIN keys t ON t.key = CASE WHEN instr(y.key, '/') > 1 AND substr(y.key, instr(y.key, '/') + 1) NOT IN ('CRM', 'REB', 'UAF')
        THEN substr(y.key, 1, instr(y.key, '/') - 1) ELSE y.key END
    WHERE s.id <> t.id AND (s.id, t.id) <> (p.a, p.b);
INSERT OR IGNORE INTO pairs (a, b) SELECT DISTINCT a, b FROM pair_sides ORDER BY a, b;
UPDATE pairs SET sides = (SELECT q.id FROM pair_sides s JOIN pairs q ON q.a = s.a AND q.b = s.b WHERE s.id = pairs.id)
    WHERE id IN (SELECT id FROM pair_sides);
DROP TABLE temp.pair_sides;

INSERT INTO marks VALUES ('runs', 0);
CREATE TEMP TABLE standing AS
    SELECT r.id, r.article, r.date, r.enddate, r.negated OR r.future OR r.hypothetical AS unreal FROM reports r
    WHERE NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = r.run);
CREATE UNIQUE INDEX temp.standing_id ON standing (id);
INSERT INTO counters SELECT 'articles', count(*) FROM articles;
INSERT INTO counters SELECT 'reports', count(*) FROM standing;
INSERT INTO counters SELECT 'dated', count(coalesce(date, enddate)) FROM standing;
INSERT INTO source_counts SELECT source, count(*) FROM articles WHERE source IS NOT NULL GROUP BY source;
INSERT INTO key_counts SELECT k.id, count(DISTINCT p.report), 0 FROM parties p JOIN standing s ON s.id = p.report
    JOIN keys k ON k.key = p.key GROUP BY k.id;
INSERT INTO pair_counts SELECT q.id, count(*), count(DISTINCT s.article), 0,
        min(CASE WHEN NOT s.unreal THEN s.date END), max(CASE WHEN NOT s.unreal THEN s.enddate END)
    FROM dyads d JOIN standing s ON s.id = d.report JOIN keys x ON x.key = d.a JOIN keys y ON y.key = d.b
    JOIN pairs q ON q.a = x.id AND q.b = y.id GROUP BY q.id;
INSERT INTO counters SELECT 'actors', count(*) FROM key_counts;
INSERT INTO counters SELECT 'dyads', count(*) FROM pair_counts;
INSERT INTO counters VALUES ('foreign_events', 0);
INSERT INTO names SELECT k.id, CASE WHEN p.office IS NULL THEN 'name' ELSE 'office' END, p.name, count(*)
    FROM parties p JOIN keys k ON k.key = p.key WHERE p.name IS NOT NULL GROUP BY 1, 2, 3;
INSERT INTO names SELECT k.id, 'words', p.entity_text, count(*) FROM parties p JOIN keys k ON k.key = p.key GROUP BY 1, 3;
DROP TABLE temp.standing;

-- Nothing is overwritten. Rows of an import that was cut short were never seen and may go.
CREATE TRIGGER keys_stay    BEFORE DELETE ON keys              BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER keys_fixed   BEFORE UPDATE ON keys              BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new row'); END;
CREATE TRIGGER pairs_stay   BEFORE DELETE ON pairs             BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER pairs_fixed  BEFORE UPDATE ON pairs             BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new row'); END;
CREATE TRIGGER event_versions_stay     BEFORE DELETE ON event_versions    BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER event_versions_fixed    BEFORE UPDATE ON event_versions    BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new version'); END;
CREATE TRIGGER event_reports_stay      BEFORE DELETE ON event_reports     BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER event_reports_fixed     BEFORE UPDATE ON event_reports     BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new version'); END;
CREATE TRIGGER evidence_versions_stay  BEFORE DELETE ON evidence_versions BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER evidence_versions_fixed BEFORE UPDATE ON evidence_versions BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new version'); END;
CREATE TRIGGER standing_versions_stay  BEFORE DELETE ON standing_versions BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER standing_versions_fixed BEFORE UPDATE ON standing_versions BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new version'); END;
CREATE TRIGGER turn_versions_stay      BEFORE DELETE ON turn_versions     BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER turn_versions_fixed     BEFORE UPDATE ON turn_versions     BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new version'); END;
CREATE TRIGGER imports_stay            BEFORE DELETE ON imports           BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER imports_fixed           BEFORE UPDATE ON imports           BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: import again'); END;
CREATE TRIGGER foreign_types_stay      BEFORE DELETE ON foreign_types     BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER foreign_types_fixed     BEFORE UPDATE ON foreign_types     BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new row'); END;
CREATE TRIGGER foreign_parties_stay    BEFORE DELETE ON foreign_parties   BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER foreign_parties_fixed   BEFORE UPDATE ON foreign_parties   BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new row'); END;
CREATE TRIGGER foreign_rows_stay       BEFORE DELETE ON foreign_rows WHEN EXISTS (SELECT 1 FROM imports WHERE id = old.import)
    BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER foreign_rows_fixed      BEFORE UPDATE ON foreign_rows      BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: import again'); END;
CREATE TRIGGER foreign_rows_done       BEFORE INSERT ON foreign_rows WHEN EXISTS (SELECT 1 FROM imports WHERE id = new.import)
    BEGIN SELECT RAISE(ABORT, 'an import that is finished gets no more rows: import again'); END;

-- Views for people who open the file with their own tools.
CREATE VIEW current_reports AS
SELECT r.name AS report, a.name AS article, a.title, a.source, a.url, a.published, u.known,
       r.event, r.mode, r.quad_code, r.event_scale, r.date, r.enddate,
       r.negated, r.future, r.hypothetical, r.historical, r.said_by,
       (SELECT group_concat(key, ' ') FROM (SELECT key FROM parties WHERE report = r.id AND role = 'actor' ORDER BY number)) AS actors,
       (SELECT group_concat(key, ' ') FROM (SELECT key FROM parties WHERE report = r.id AND role = 'recipient' ORDER BY number)) AS recipients,
       r.event_text, r.sentence, r.country, r.record, r.id
FROM reports r
JOIN runs u ON u.id = r.run
JOIN articles a ON a.id = r.article
WHERE NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = u.id);

CREATE VIEW current_links AS
SELECT c.report, c.event, c.actors, c.recipients, l.kind,
       o.report AS other, o.event AS other_event, o.actors AS other_actors, o.recipients AS other_recipients,
       l.said_by, c.article, c.sentence
FROM links l JOIN current_reports c ON c.id = l.report JOIN current_reports o ON o.id = l.other;

CREATE VIEW reports_by_dyad_month AS
SELECT d.a, d.b, substr(c.date, 1, 7) AS month, c.event, c.quad_code,
       count(*) AS reports, count(DISTINCT c.article) AS articles, count(DISTINCT c.source) AS sources,
       round(avg(c.event_scale), 2) AS mean_scale,
       sum(c.negated OR c.future OR c.hypothetical) AS unreal
FROM dyads d JOIN current_reports c ON c.id = d.report
GROUP BY d.a, d.b, month, c.event, c.quad_code;

CREATE VIEW reports_by_actor AS
SELECT p.key, p.role, c.event, count(*) AS reports, min(c.date) AS first, max(c.enddate) AS last
FROM parties p JOIN current_reports c ON c.id = p.report
GROUP BY p.key, p.role, c.event;

CREATE VIEW mentions AS
SELECT r.name AS report, a.name AS article, p.role, p.number, p.key, p.name, p.code, p.sector, p.office, p.entity_text,
       coalesce(p.start, json_extract(r.record, '$.' || p.role || '[' || p.number || '].start')) AS start,
       coalesce(p."end", json_extract(r.record, '$.' || p.role || '[' || p.number || '].end')) AS "end"
FROM parties p JOIN reports r ON r.id = p.report JOIN articles a ON a.id = r.article
WHERE NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = r.run);

CREATE VIEW events AS
SELECT v.name, v.event, v.mode, v.date, v.enddate, v.negated, v.future, v.hypothetical, v.historical, v.event_scale,
       v.actors, v.recipients, v.reports, v.witnesses, v.copies, v.publishers, v.said_by, v.words, v.place, v.known, v.id
FROM event_versions v
WHERE v.gone = 0
  AND NOT EXISTS (SELECT 1 FROM event_versions n WHERE n.name = v.name AND (n.known, n.id) > (v.known, v.id));

CREATE VIEW current_event_reports AS
SELECT e.event, r.name AS report, e.days, e.copy, e.reason, e.known
FROM event_reports e JOIN reports r ON r.id = e.report
WHERE e.here = 1
  AND NOT EXISTS (SELECT 1 FROM event_reports n WHERE n.event = e.event AND n.report = e.report
                  AND (n.known, n.version) > (e.known, e.version));

CREATE VIEW foreign_events AS
SELECT i.name AS import, f.row, date(f.day * 86400, 'unixepoch') AS day, x.key AS actor, a.name AS actor_name,
       a.sector AS actor_sector, y.key AS recipient, b.name AS recipient_name, b.sector AS recipient_sector,
       t.event, t.mode, t.event_scale, t.words, f.source_id, f.publisher, f.story, f.sentence, f.place, i.known, f.pair
FROM foreign_rows f JOIN imports i ON i.id = f.import JOIN foreign_types t ON t.id = f.type
JOIN foreign_parties a ON a.id = f.actor JOIN keys x ON x.id = a.key
JOIN foreign_parties b ON b.id = f.recipient JOIN keys y ON y.id = b.key;

-- What the standing of each pair rests on: events out of reports, and events of other data sets, in which rows that say
-- the same of one day are one.
CREATE VIEW evidence AS
SELECT v.pair, v.event AS name, v.type AS event, v.mode, v.doer, date(v.first * 86400, 'unixepoch') AS date,
       date(v.last * 86400, 'unixepoch') AS enddate, v.score AS event_scale, v.weight, 1 AS told, v.known
FROM evidence_versions v
WHERE v.counts = 1
  AND NOT EXISTS (SELECT 1 FROM evidence_versions n WHERE n.pair = v.pair AND n.event = v.event
                  AND (n.known, n.version) > (v.known, v.version))
UNION ALL
SELECT f.pair, i.name || ':' || min(f.row), t.event, t.mode, CASE WHEN min(f.doer) < max(f.doer) THEN 2 ELSE min(f.doer) END,
       date(f.day * 86400, 'unixepoch'), date(f.day * 86400, 'unixepoch'), round(avg(t.event_scale), 3), 1.0, count(*), i.known
FROM foreign_rows f JOIN imports i ON i.id = f.import JOIN foreign_types t ON t.id = f.type
WHERE f.pair IS NOT NULL
GROUP BY f.pair, f.day, i.id, t.event, t.mode,
         CASE WHEN f.doer = 2 OR t.event IN ('AGREE', 'CONSULT', 'COOPERATE') THEN 2 ELSE f.doer END,
         CASE WHEN f.doer = 2 OR t.event IN ('AGREE', 'CONSULT', 'COOPERATE') THEN 99 ELSE t.event_scale END;

CREATE VIEW events_by_dyad_month AS
SELECT x.key AS a, y.key AS b, substr(e.date, 1, 7) AS month, e.event, count(*) AS events, sum(e.told) AS told,
       round(avg(e.event_scale), 2) AS mean_scale, sum(e.doer = 0) AS by_a, sum(e.doer = 1) AS by_b, sum(e.doer = 2) AS by_both
FROM evidence e JOIN pairs p ON p.id = e.pair JOIN keys x ON x.id = p.a JOIN keys y ON y.id = p.b
GROUP BY p.id, month, e.event;

CREATE VIEW standings AS
SELECT x.key AS a, y.key AS b, s.month, s.level, s.low, s.high, s.weight, s.treat, s.alike, s.state, s.known, s.pair
FROM standing_versions s JOIN pairs p ON p.id = s.pair JOIN keys x ON x.id = p.a JOIN keys y ON y.id = p.b
WHERE NOT EXISTS (SELECT 1 FROM standing_versions n WHERE n.pair = s.pair AND n.month = s.month
                  AND (n.known, n.run) > (s.known, s.run));

-- For each pair and each stretch of days: ask with `'2026-03-15' BETWEEN first_day AND last_day`.
CREATE VIEW standing_on AS
SELECT a, b, month || '-01' AS first_day,
       coalesce(date(lead(month) OVER (PARTITION BY pair ORDER BY month) || '-01', '-1 day'),
                CASE WHEN level IS NULL THEN '9999-12-31' ELSE date(month || '-01', '+1 month', '-1 day') END) AS last_day,
       level, low, high, weight, treat, alike, state, known
FROM standings;

CREATE VIEW turns AS
SELECT x.key AS actor_a, y.key AS actor_b, t.date, t.date_from, t.date_to, t.direction, t.kind, t.size, t.certainty,
       t.told_on, t.events, t.known, t.record, t.pair
FROM turn_versions t JOIN pairs p ON p.id = t.pair JOIN keys x ON x.id = p.a JOIN keys y ON y.id = p.b
WHERE t.gone = 0
  AND NOT EXISTS (SELECT 1 FROM turn_versions n WHERE n.pair = t.pair AND n.kind = t.kind AND n.date_from = t.date_from
                  AND n.date_to = t.date_to AND n.number = t.number AND (n.known, n.id) > (t.known, t.id));
