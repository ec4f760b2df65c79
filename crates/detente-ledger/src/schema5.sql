-- Version 5 of the tables: what people decided about reports. Described in TABLES.md.
CREATE TABLE reviews (
    id       INTEGER PRIMARY KEY,
    report   TEXT NOT NULL,                -- name of the report; it may come back in a later run
    run      INTEGER NOT NULL REFERENCES runs (id),  -- the reading that was judged
    reviewer TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('accepted', 'corrected', 'rejected')),
    record   TEXT,                         -- the corrected record, JSON
    note     TEXT NOT NULL,
    at       TEXT NOT NULL,                -- RFC 3339
    known    TEXT NOT NULL,
    CHECK ((decision = 'corrected') = (record IS NOT NULL))
) STRICT;
CREATE INDEX reviews_report ON reviews (report, reviewer, id);
CREATE INDEX reviews_reviewer ON reviews (reviewer, id);
CREATE TRIGGER reviews_stay  BEFORE DELETE ON reviews BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER reviews_fixed BEFORE UPDATE ON reviews BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: decide anew'); END;

-- What each reviewer thinks now: the last decision about each report.
CREATE VIEW current_reviews AS
SELECT report, reviewer, decision, record, note, at, known, run, id FROM reviews r
WHERE NOT EXISTS (SELECT 1 FROM reviews n WHERE n.report = r.report AND n.reviewer = r.reviewer AND n.id > r.id);
