-- Passwords of accounts that read something for us, sealed with a key that is not in this database. One that is entered
-- again gets a number of its own, so that what was refused stays known as refused, whatever the clock says.
CREATE TABLE secret (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    name   TEXT    NOT NULL UNIQUE,
    sealed BLOB    NOT NULL,
    set_at INTEGER NOT NULL,
    set_by TEXT    NOT NULL
) STRICT;

-- Each time a source was read, or could not be. The oldest go; what was found stands in the evidence.
CREATE TABLE collection_run (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What was read, for example 'directory/1'.
    source   TEXT    NOT NULL,
    began_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    outcome  TEXT    NOT NULL,
    -- The secret it was tried with; no reference, because that may be gone.
    secret   INTEGER,
    -- Why it failed, as JSON in both languages; empty when it did not.
    detail   TEXT    NOT NULL DEFAULT '',
    -- What it brought and about whom; NULL when nothing.
    evidence TEXT,
    subject  TEXT,
    -- What changed since the run before, as JSON.
    changes  TEXT    NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX collection_run_by_source ON collection_run (source, id);
