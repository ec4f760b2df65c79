-- The ledger's tables, version 1. Described in TABLES.md. Days are ISO 8601 text; spans are bytes of the text.

CREATE TABLE articles (
    id             INTEGER PRIMARY KEY,
    name           TEXT NOT NULL UNIQUE,   -- reports carry it as `doc`
    fingerprint    TEXT NOT NULL UNIQUE,   -- sha256 of the text, hexadecimal
    title          TEXT,
    published      TEXT,
    published_from TEXT NOT NULL,
    url            TEXT,
    source         TEXT,
    license        TEXT,
    language       TEXT,
    known          TEXT NOT NULL,
    text           TEXT NOT NULL
) STRICT;
CREATE INDEX articles_known ON articles (known);

-- One reading of one article by one coder. A newer run supersedes the one before.
CREATE TABLE runs (
    id            INTEGER PRIMARY KEY,
    article       INTEGER NOT NULL REFERENCES articles (id),
    supersedes    INTEGER UNIQUE REFERENCES runs (id),
    coder_version TEXT NOT NULL,
    coder_lexicon TEXT NOT NULL,
    coder_model   TEXT NOT NULL,
    known         TEXT NOT NULL,
    notes         TEXT NOT NULL            -- JSON
) STRICT;
CREATE INDEX runs_article ON runs (article);

CREATE TABLE reports (
    id             INTEGER PRIMARY KEY,
    run            INTEGER NOT NULL REFERENCES runs (id),
    article        INTEGER NOT NULL REFERENCES articles (id),
    name           TEXT NOT NULL,          -- the record's `id`
    event          TEXT NOT NULL,
    mode           TEXT,
    quad_code      TEXT NOT NULL,
    event_scale    REAL NOT NULL,
    date           TEXT,
    enddate        TEXT,
    negated        INTEGER NOT NULL,
    future         INTEGER NOT NULL,
    hypothetical   INTEGER NOT NULL,
    historical     INTEGER NOT NULL,
    said_by        TEXT,
    event_text     TEXT NOT NULL,
    sentence       TEXT NOT NULL,
    sentence_start INTEGER NOT NULL,
    sentence_end   INTEGER NOT NULL,
    country        TEXT,                   -- of the place, ISO 3166 alpha-3
    record         TEXT NOT NULL,          -- the whole record, JSON
    UNIQUE (name, run)
) STRICT;
CREATE INDEX reports_run ON reports (run);
CREATE INDEX reports_article ON reports (article);
CREATE INDEX reports_days ON reports (date, enddate);
CREATE INDEX reports_event ON reports (event, date);

CREATE TABLE parties (
    report      INTEGER NOT NULL REFERENCES reports (id),
    role        TEXT NOT NULL CHECK (role IN ('actor', 'recipient')),
    number      INTEGER NOT NULL,
    key         TEXT NOT NULL,
    name        TEXT,                      -- canonical name
    code        TEXT,
    sector      TEXT,
    entity_text TEXT NOT NULL,             -- the words
    office      TEXT,
    PRIMARY KEY (report, role, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX parties_key ON parties (key, report);

-- The pairs of parties that a report sets against or beside each other; `a` comes first in the alphabet.
CREATE TABLE dyads (
    a      TEXT NOT NULL,
    b      TEXT NOT NULL,
    report INTEGER NOT NULL REFERENCES reports (id),
    PRIMARY KEY (a, b, report),
    CHECK (a < b)
) STRICT, WITHOUT ROWID;
CREATE INDEX dyads_report ON dyads (report);

-- Full-text search over sentences and headlines; rowid is reports.id.
CREATE VIRTUAL TABLE search USING fts5 (sentence, title, content = '', tokenize = 'unicode61 remove_diacritics 2');

-- Nothing is overwritten.
CREATE TRIGGER articles_stay  BEFORE DELETE ON articles BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER articles_fixed BEFORE UPDATE ON articles BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new run'); END;
CREATE TRIGGER runs_stay      BEFORE DELETE ON runs     BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER runs_fixed     BEFORE UPDATE ON runs     BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new run'); END;
CREATE TRIGGER reports_stay   BEFORE DELETE ON reports  BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER reports_fixed  BEFORE UPDATE ON reports  BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new run'); END;
CREATE TRIGGER parties_stay   BEFORE DELETE ON parties  BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER parties_fixed  BEFORE UPDATE ON parties  BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new run'); END;
CREATE TRIGGER dyads_stay     BEFORE DELETE ON dyads    BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER dyads_fixed    BEFORE UPDATE ON dyads    BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new run'); END;

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
