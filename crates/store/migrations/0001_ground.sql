-- The first shape of the state database. Times are seconds since 1970 in UTC.

-- People who may sign in.
CREATE TABLE account (
    id          INTEGER PRIMARY KEY,
    login       TEXT    NOT NULL COLLATE NOCASE UNIQUE,
    name        TEXT    NOT NULL,
    role        TEXT    NOT NULL CHECK (role IN ('administrator', 'auditor')),
    password    TEXT    NOT NULL,
    lang        TEXT    NOT NULL CHECK (lang IN ('ja', 'en')),
    created_at  INTEGER NOT NULL,
    disabled_at INTEGER
) STRICT;

-- Who is signed in. Only hashes of the tokens are kept.
CREATE TABLE session (
    token_hash  BLOB    PRIMARY KEY,
    account     INTEGER NOT NULL REFERENCES account (id),
    form_token  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_account ON session (account);

-- Settings of the company, one JSON value each.
CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

-- Everything a statement can be judged for.
CREATE TABLE subject (
    kind          TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL,
    retired_at    INTEGER,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- Fact documents, byte for byte as they came. Never changed, never deleted but by a recorded rule.
CREATE TABLE evidence (
    id           TEXT    PRIMARY KEY,
    kind         TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    source       TEXT    NOT NULL,
    collector    TEXT    NOT NULL,
    collected_at INTEGER NOT NULL,
    received_at  INTEGER NOT NULL,
    received_by  TEXT    NOT NULL,
    document     BLOB    NOT NULL,
    FOREIGN KEY (kind, subject) REFERENCES subject (kind, id)
) STRICT;
CREATE INDEX evidence_by_subject ON evidence (kind, subject, collected_at);
CREATE TRIGGER evidence_is_never_changed BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END;
CREATE TRIGGER evidence_is_never_deleted BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never deleted'); END;

-- Derived: the newest word on each section of each subject. Can be made again from evidence.
CREATE TABLE section (
    kind         TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    evidence     TEXT    NOT NULL REFERENCES evidence (id),
    source       TEXT    NOT NULL,
    collected_at INTEGER NOT NULL,
    value        TEXT,
    misses       TEXT    NOT NULL,
    PRIMARY KEY (kind, subject, name)
) STRICT, WITHOUT ROWID;

-- Derived: how each statement stands for each subject now.
CREATE TABLE verdict (
    statement TEXT    NOT NULL,
    kind      TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    level     TEXT    NOT NULL,
    outcome   TEXT    NOT NULL,
    since_at  INTEGER NOT NULL,
    body      TEXT    NOT NULL,
    PRIMARY KEY (kind, subject, statement)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdict_by_statement ON verdict (statement, outcome);

-- Derived: the counts of each day, for the trend.
CREATE TABLE trend (
    day     TEXT    NOT NULL,
    level   TEXT    NOT NULL,
    pass    INTEGER NOT NULL,
    fail    INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    waived  INTEGER NOT NULL,
    PRIMARY KEY (day, level)
) STRICT, WITHOUT ROWID;

-- What was decided about each checklist row; every version stays.
CREATE TABLE decision (
    row     INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    by      TEXT    NOT NULL,
    body    TEXT    NOT NULL CHECK (json_valid(body)),
    PRIMARY KEY (row, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER decision_is_never_changed BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are never changed: add a version'); END;
CREATE TRIGGER decision_is_never_deleted BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are never deleted'); END;

-- Acceptances with an end.
CREATE TABLE waiver (
    id        INTEGER PRIMARY KEY,
    statement TEXT    NOT NULL,
    kind      TEXT,
    subject   TEXT,
    reason    TEXT    NOT NULL,
    by        TEXT    NOT NULL,
    from_at   INTEGER NOT NULL,
    until_at  INTEGER NOT NULL,
    CHECK ((kind IS NULL) = (subject IS NULL)),
    CHECK (from_at < until_at)
) STRICT;

-- The audit chain: each line's hash covers the line before it.
CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    caller  TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    object  TEXT    NOT NULL,
    outcome TEXT    NOT NULL CHECK (outcome IN ('done', 'failed', 'denied')),
    detail  TEXT    NOT NULL,
    hash    BLOB    NOT NULL
) STRICT;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit chain is never changed'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit chain is never deleted'); END;
