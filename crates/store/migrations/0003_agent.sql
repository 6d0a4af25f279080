-- Accounts of staff, each of one person. A password that is empty fits nothing: such an account opens by invitation.
-- Sessions end: everybody signs in once more.
DELETE FROM session;
DROP INDEX session_by_account;
DROP TABLE session;
CREATE TABLE account_with_person (
    id          INTEGER PRIMARY KEY,
    login       TEXT    NOT NULL COLLATE NOCASE UNIQUE,
    name        TEXT    NOT NULL,
    role        TEXT    NOT NULL CHECK (role IN ('administrator', 'auditor', 'staff')),
    password    TEXT    NOT NULL,
    lang        TEXT    NOT NULL CHECK (lang IN ('ja', 'en')),
    created_at  INTEGER NOT NULL,
    disabled_at INTEGER,
    person      TEXT    UNIQUE,
    CHECK (role <> 'staff' OR person IS NOT NULL)
) STRICT;
INSERT INTO account_with_person (id, login, name, role, password, lang, created_at, disabled_at)
    SELECT id, login, name, role, password, lang, created_at, disabled_at FROM account;
DROP TABLE account;
ALTER TABLE account_with_person RENAME TO account;
CREATE TABLE session (
    token_hash  BLOB    PRIMARY KEY,
    account     INTEGER NOT NULL REFERENCES account (id),
    form_token  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_account ON session (account);

-- Links that sign a person in, until they end. Only hashes of their tokens are kept; a person has one at a time.
CREATE TABLE invitation (
    account    INTEGER PRIMARY KEY REFERENCES account (id),
    token_hash BLOB    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Codes by which agents introduce themselves. Only hashes are kept.
CREATE TABLE enrolment (
    id         INTEGER PRIMARY KEY,
    code_hash  BLOB    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL CHECK (kind IN ('device', 'server')),
    -- The subject it is for; NULL: each machine under its own name.
    subject    TEXT,
    uses_left  INTEGER NOT NULL CHECK (uses_left >= 0),
    by         TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    closed_at  INTEGER
) STRICT;

-- Programs on PCs and servers, each with its own key. A line is never deleted: a revoked key stays known as revoked.
CREATE TABLE agent (
    key_id       BLOB    PRIMARY KEY CHECK (length(key_id) = 16),
    public_key   BLOB    NOT NULL CHECK (length(public_key) = 32),
    kind         TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    host_name    TEXT    NOT NULL,
    machine      TEXT    NOT NULL,
    system       TEXT    NOT NULL,
    version      TEXT    NOT NULL,
    enrolled_at  INTEGER NOT NULL,
    enrolment    INTEGER NOT NULL REFERENCES enrolment (id),
    revoked_at   INTEGER,
    -- What came last: the highest count taken, when by our clock, and how many seconds its clock is ahead of ours.
    count        INTEGER NOT NULL DEFAULT 0,
    seen_at      INTEGER,
    ahead_secs   INTEGER NOT NULL DEFAULT 0,
    address      TEXT    NOT NULL DEFAULT '',
    -- The last time it said that all its facts are still so, with its own words and signature for it.
    confirmed_at INTEGER,
    confirmed_by TEXT,
    -- What was odd last, for the administrator: 'count' (seen before, or a copy of the machine), 'signature', 'clock', 'document', 'machine'.
    trouble      TEXT,
    trouble_at   INTEGER,
    FOREIGN KEY (kind, subject) REFERENCES subject (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX agent_by_subject ON agent (kind, subject);
CREATE TRIGGER agent_is_never_deleted BEFORE DELETE ON agent
BEGIN SELECT RAISE(ABORT, 'agents are never deleted: revoke'); END;
CREATE TRIGGER agent_is_never_renewed BEFORE UPDATE OF key_id, public_key, kind, subject, machine, enrolled_at ON agent
BEGIN SELECT RAISE(ABORT, 'an agent keeps its key and subject: enrol again'); END;
CREATE TRIGGER agent_stays_revoked BEFORE UPDATE OF revoked_at ON agent WHEN OLD.revoked_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a revoked agent stays revoked: enrol again'); END;

-- What people handed in as proof: screenshots, scan reports. Never changed; the audit line that takes one in begins with
-- its SHA-256.
CREATE TABLE attachment (
    id          TEXT    PRIMARY KEY,
    kind        TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    section     TEXT    NOT NULL,
    media_type  TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    received_by TEXT    NOT NULL,
    file        BLOB    NOT NULL
) STRICT;
CREATE INDEX attachment_by_subject ON attachment (kind, subject, received_at);
CREATE TRIGGER attachment_is_never_changed BEFORE UPDATE ON attachment
BEGIN SELECT RAISE(ABORT, 'attachments are never changed'); END;
CREATE TRIGGER attachment_is_never_deleted BEFORE DELETE ON attachment
BEGIN SELECT RAISE(ABORT, 'attachments are never deleted'); END;

-- Counting verdicts without reading them: for the list of a kind, and for the first page.
CREATE INDEX verdict_by_level ON verdict (kind, level, subject, outcome);
CREATE INDEX verdict_by_outcome ON verdict (level, outcome);
