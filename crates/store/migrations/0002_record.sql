-- What the company keeps in its own words: information assets, its tailoring, products, readiness. Every version stays;
-- `gone` is a version that says it is no longer there. `line` is the audit line that witnesses it.
CREATE TABLE record (
    kind    TEXT    NOT NULL,
    id      INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    by      TEXT    NOT NULL,
    line    INTEGER NOT NULL REFERENCES audit (seq),
    gone    INTEGER NOT NULL CHECK (gone IN (0, 1)),
    body    TEXT    NOT NULL CHECK (json_valid(body)),
    PRIMARY KEY (kind, id, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER record_is_never_changed BEFORE UPDATE ON record
BEGIN SELECT RAISE(ABORT, 'records are never changed: add a version'); END;
CREATE TRIGGER record_is_never_deleted BEFORE DELETE ON record
BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;

-- Reports as they were handed out, byte for byte.
CREATE TABLE report (
    id      INTEGER PRIMARY KEY,
    made_at INTEGER NOT NULL,
    made_by TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    format  TEXT    NOT NULL,
    lang    TEXT    NOT NULL CHECK (lang IN ('ja', 'en')),
    seal    TEXT    NOT NULL,
    file    BLOB    NOT NULL
) STRICT;
CREATE INDEX report_by_seal ON report (seal);
CREATE TRIGGER report_is_never_changed BEFORE UPDATE ON report
BEGIN SELECT RAISE(ABORT, 'reports are never changed'); END;
CREATE TRIGGER report_is_never_deleted BEFORE DELETE ON report
BEGIN SELECT RAISE(ABORT, 'reports are never deleted'); END;

-- The catalogues assessments were made with, so that an assessment keeps its own after the program was updated.
CREATE TABLE catalogue (
    fingerprint TEXT    PRIMARY KEY,
    name        TEXT    NOT NULL,
    kept_at     INTEGER NOT NULL,
    sha256      TEXT    NOT NULL,
    files       BLOB    NOT NULL
) STRICT;
CREATE TRIGGER catalogue_is_never_changed BEFORE UPDATE ON catalogue
BEGIN SELECT RAISE(ABORT, 'kept catalogues are never changed'); END;
CREATE TRIGGER catalogue_is_never_deleted BEFORE DELETE ON catalogue
BEGIN SELECT RAISE(ABORT, 'kept catalogues are never deleted'); END;

-- What was at fault when something was accepted, by subject. Absent of what was accepted before that was noted.
ALTER TABLE waiver ADD COLUMN basis TEXT CHECK (basis IS NULL OR json_valid(basis));
