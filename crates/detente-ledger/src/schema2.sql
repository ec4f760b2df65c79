-- Version 2 of the tables: how the reports of an article stand to each other. Described in TABLES.md.

CREATE TABLE links (
    report  INTEGER NOT NULL REFERENCES reports (id),
    number  INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    other   INTEGER NOT NULL REFERENCES reports (id),
    said_by TEXT,
    rule    TEXT NOT NULL,
    start   INTEGER NOT NULL,              -- of the words that state it, bytes of the article's text
    "end"   INTEGER NOT NULL,
    PRIMARY KEY (report, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_other ON links (other);

CREATE TRIGGER links_stay  BEFORE DELETE ON links BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER links_fixed BEFORE UPDATE ON links BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: add a new run'); END;

CREATE VIEW current_links AS
SELECT c.report, c.event, c.actors, c.recipients, l.kind,
       o.report AS other, o.event AS other_event, o.actors AS other_actors, o.recipients AS other_recipients,
       l.said_by, c.article, c.sentence
FROM links l JOIN current_reports c ON c.id = l.report JOIN current_reports o ON o.id = l.other;
