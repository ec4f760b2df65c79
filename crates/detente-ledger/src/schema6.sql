-- Version 6 of the tables: what made what is here. One row when a program begins to write, one when it ends; every run says
-- under which of them it was made. Described in TABLES.md.
CREATE TABLE manifests (
    id      INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    began   TEXT NOT NULL,                 -- RFC 3339
    version TEXT NOT NULL,
    lexicon TEXT NOT NULL,
    model   TEXT NOT NULL,
    record  TEXT NOT NULL                  -- files of lexicon and models, settings, inputs: JSON
) STRICT;
CREATE TABLE manifest_ends (
    manifest INTEGER PRIMARY KEY REFERENCES manifests (id),
    ended    TEXT NOT NULL,                -- RFC 3339
    outcome  TEXT NOT NULL CHECK (outcome IN ('done', 'stopped', 'failed')),
    record   TEXT NOT NULL                 -- counts, hashes of the inputs: JSON
) STRICT;
CREATE TRIGGER manifests_stay  BEFORE DELETE ON manifests BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER manifests_fixed BEFORE UPDATE ON manifests BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: begin a new run'); END;
CREATE TRIGGER manifest_ends_stay  BEFORE DELETE ON manifest_ends BEGIN SELECT RAISE(ABORT, 'a ledger never forgets: rows are not deleted'); END;
CREATE TRIGGER manifest_ends_fixed BEFORE UPDATE ON manifest_ends BEGIN SELECT RAISE(ABORT, 'a ledger is not rewritten: begin a new run'); END;

-- Null in runs of older programs, and of those that leave no manifest.
ALTER TABLE runs ADD COLUMN manifest INTEGER;
CREATE INDEX runs_manifest ON runs (manifest, kind) WHERE manifest IS NOT NULL;

-- Events whose reports were read anew with the same result were left with the rows of the old reading: their cells are work to do.
INSERT INTO touched_cells (cell, known)
SELECT c.cell, min(n.known) FROM runs n JOIN reports r ON r.run = n.supersedes JOIN report_cells c ON c.report = r.id
WHERE n.supersedes IS NOT NULL GROUP BY c.cell
ON CONFLICT (cell) DO NOTHING;
