-- Version 4 of the tables: where an article came from, of which one it is a copy, and articles whose text is elsewhere.
-- Described in TABLES.md.

-- A text may be missing (its reports keep their sentences), and two publishers may print the same one.
DROP VIEW mentions;
DROP VIEW current_links;
DROP VIEW reports_by_dyad_month;
DROP VIEW reports_by_actor;
DROP VIEW current_reports;
CREATE TABLE articles4 (
    id             INTEGER PRIMARY KEY,
    name           TEXT NOT NULL UNIQUE,   -- reports carry it as `doc`
    fingerprint    TEXT NOT NULL,          -- sha256 of the text, hexadecimal
    title          TEXT,
    published      TEXT,
    published_from TEXT NOT NULL,
    url            TEXT,
    source         TEXT,
    license        TEXT,
    language       TEXT,
    author         TEXT,
    retrieved      TEXT,                   -- when it was fetched, RFC 3339
    file           TEXT,
    place          TEXT,                   -- where in that file
    copy_of        TEXT,                   -- name of an earlier article
    known          TEXT NOT NULL,
    text           TEXT                    -- null: read elsewhere, only the sentences of its reports are here
) STRICT;
INSERT INTO articles4 (id, name, fingerprint, title, published, published_from, url, source, license, language, known, text)
SELECT id, name, fingerprint, title, published, published_from, url, source, license, language, known, text
FROM articles ORDER BY id;
DROP TABLE articles;
ALTER TABLE articles4 RENAME TO articles;
CREATE INDEX articles_fingerprint ON articles (fingerprint);
CREATE INDEX articles_known ON articles (known);
CREATE INDEX articles_published ON articles (published);
CREATE INDEX articles_copy_of ON articles (copy_of) WHERE copy_of IS NOT NULL;
CREATE TRIGGER articles_stay  BEFORE DELETE ON articles BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
-- A text that is missing may be handed in later; that forgets nothing.
CREATE TRIGGER articles_fixed BEFORE UPDATE ON articles
WHEN old.text IS NOT NULL OR new.text IS NULL
  OR (new.id, new.name, new.fingerprint, new.title, new.published, new.published_from, new.url, new.source, new.license,
      new.language, new.author, new.retrieved, new.file, new.place, new.copy_of, new.known)
  IS NOT (old.id, old.name, old.fingerprint, old.title, old.published, old.published_from, old.url, old.source, old.license,
      old.language, old.author, old.retrieved, old.file, old.place, old.copy_of, old.known)
BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new run'); END;

-- By what a text is known again that comes once more, cut or lengthened. Worked out from the texts.
CREATE TABLE signatures (
    article INTEGER PRIMARY KEY REFERENCES articles (id),
    runs    INTEGER NOT NULL,              -- different runs of five words
    mins    BLOB NOT NULL
) STRICT;
CREATE TABLE signature_bands (
    band    INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (id),
    PRIMARY KEY (band, article)
) STRICT, WITHOUT ROWID;

-- Work to do: the reports that have come to a touched cell (`came` 1) or left it (0; 2: both), as of which day. And what
-- is remembered of a gathered cell, as of its last day of knowledge. Both can be lost: then the cell is gathered whole.
CREATE TABLE touched_reports (
    cell   TEXT NOT NULL,
    report INTEGER NOT NULL,
    known  TEXT NOT NULL,
    came   INTEGER NOT NULL,
    PRIMARY KEY (cell, report)
) STRICT, WITHOUT ROWID;
CREATE TABLE cell_memos (
    cell   TEXT PRIMARY KEY,
    method INTEGER NOT NULL,
    known  TEXT NOT NULL,
    memo   BLOB NOT NULL
) STRICT;

-- Views for people who open the file with their own tools.
CREATE VIEW current_reports AS
SELECT r.name AS report, a.name AS article, a.title, a.source, a.url, a.published, u.known,
       r.event, r.mode, r.quad_code, r.event_scale, r.date, r.enddate,
       r.negated, r.future, r.hypothetical, r.historical, r.said_by,
       (SELECT group_concat(key, ' ') FROM (SELECT key FROM parties WHERE report = r.id AND role = 'actor' ORDER BY number)) AS actors,
       (SELECT group_concat(key, ' ') FROM (SELECT key FROM parties WHERE report = r.id AND role = 'recipient' ORDER BY number)) AS recipients,
       r.event_text, r.sentence, r.country, a.copy_of, r.record, r.id
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

-- The pieces of each text that its reports keep, whether or not the whole of it is here.
CREATE VIEW quotes AS
SELECT DISTINCT a.name AS article, r.run, r.sentence_start AS start, r.sentence_end AS "end", r.sentence AS text,
       a.text IS NULL AS only_quotes
FROM reports r JOIN articles a ON a.id = r.article;
