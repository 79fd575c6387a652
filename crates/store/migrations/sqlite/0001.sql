-- Schema 1. The box knows accounts, logs, authors and sealed bytes; it knows no area of life.
-- Integers stand for ids inside the file (an id is 16 bytes, a row number one or two).

CREATE TABLE instance (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    instance BLOB NOT NULL CHECK (length(instance) = 16),
    incarnation BLOB NOT NULL CHECK (length(incarnation) = 16),
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- One-time code by which the first account comes in. Only its hash rests here.
CREATE TABLE claim (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    code_hash BLOB NOT NULL CHECK (length(code_hash) = 32),
    expires_ms INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE accounts (
    account INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    household_role INTEGER NOT NULL CHECK (household_role BETWEEN 1 AND 4),
    created_ms INTEGER NOT NULL
) STRICT;

-- A log of an account (kind 1) or of a space (kind 2), with its newest position.
CREATE TABLE logs (
    log INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
    account INTEGER NOT NULL REFERENCES accounts,
    sequence INTEGER NOT NULL,
    head BLOB NOT NULL CHECK (length(head) = 32),
    arrivals INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX logs_of_account ON logs (account);

-- Statements, each with the trace of the request that brought it.
CREATE TABLE log_statements (
    log INTEGER NOT NULL REFERENCES logs,
    sequence INTEGER NOT NULL,
    statement BLOB NOT NULL,
    trace BLOB NOT NULL CHECK (length(trace) = 16),
    PRIMARY KEY (log, sequence)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER log_statements_stay BEFORE UPDATE ON log_statements
BEGIN SELECT RAISE(ABORT, 'log statements are append-only'); END;
CREATE TRIGGER log_statements_remain BEFORE DELETE ON log_statements
BEGIN SELECT RAISE(ABORT, 'log statements are append-only'); END;

-- Who may read a space: derived from its log, so that a request need not fold it.
CREATE TABLE members (
    space INTEGER NOT NULL REFERENCES logs,
    account INTEGER NOT NULL REFERENCES accounts,
    role INTEGER NOT NULL CHECK (role BETWEEN 1 AND 4),
    PRIMARY KEY (account, space)
) STRICT, WITHOUT ROWID;

CREATE TABLE wraps (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    log INTEGER NOT NULL REFERENCES logs,
    recipient BLOB NOT NULL CHECK (length(recipient) = 16),
    wrap BLOB NOT NULL
) STRICT;
CREATE INDEX wraps_of_recipient ON wraps (recipient);

-- The secret of the epoch before, sealed under the one after it; named by hash in the log.
CREATE TABLE previous_secrets (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    log INTEGER NOT NULL REFERENCES logs,
    epoch INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX previous_secrets_of_log ON previous_secrets (log, epoch);

CREATE TABLE method_keys (
    method BLOB PRIMARY KEY CHECK (length(method) = 16),
    account INTEGER NOT NULL REFERENCES accounts,
    kind INTEGER NOT NULL,
    lookup BLOB UNIQUE CHECK (lookup IS NULL OR length(lookup) = 16),
    sealed BLOB NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX method_keys_of_account ON method_keys (account);

CREATE TABLE passkeys (
    credential BLOB PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts,
    method BLOB CHECK (method IS NULL OR length(method) = 16),
    device BLOB CHECK (device IS NULL OR length(device) = 16),
    passkey TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    used_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX passkeys_of_account ON passkeys (account);

-- Ceremonies under way: passkey challenges, session challenges, approvals. Short-lived.
CREATE TABLE ceremonies (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    kind INTEGER NOT NULL,
    state BLOB NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX ceremonies_by_end ON ceremonies (expires_ms);

CREATE TABLE sessions (
    session INTEGER PRIMARY KEY,
    cookie_hash BLOB NOT NULL UNIQUE CHECK (length(cookie_hash) = 32),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    account INTEGER NOT NULL REFERENCES accounts,
    signer BLOB NOT NULL CHECK (length(signer) = 16),
    signer_kind INTEGER NOT NULL CHECK (signer_kind IN (1, 2)),
    session_key BLOB NOT NULL CHECK (length(session_key) = 32),
    counter_ceiling INTEGER NOT NULL,
    verified_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_account ON sessions (account, signer);

-- A device in a space, with the newest end of its chain and the head that vouches for it.
CREATE TABLE authors (
    author INTEGER PRIMARY KEY,
    space INTEGER NOT NULL REFERENCES logs,
    device BLOB NOT NULL CHECK (length(device) = 16),
    account INTEGER NOT NULL REFERENCES accounts,
    counter INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    h BLOB NOT NULL CHECK (length(h) = 32),
    space_position INTEGER NOT NULL,
    account_position INTEGER NOT NULL,
    head BLOB NOT NULL,
    UNIQUE (space, device)
) STRICT;

-- Heads that were their author's newest, at most one for 256 changes: a long pull is vouched for by
-- them on its way, so that one that is cut goes on from there.
CREATE TABLE heads (
    author INTEGER NOT NULL REFERENCES authors,
    counter INTEGER NOT NULL,
    head BLOB NOT NULL,
    PRIMARY KEY (author, counter)
) STRICT, WITHOUT ROWID;

-- Now and then a point of each chain, from which the points after it are computed again.
CREATE TABLE chain_points (
    author INTEGER NOT NULL REFERENCES authors,
    counter INTEGER NOT NULL,
    h BLOB NOT NULL CHECK (length(h) = 32),
    PRIMARY KEY (author, counter)
) STRICT, WITHOUT ROWID;

-- What is chained and signed for ever: the sent fields of each statement.
CREATE TABLE statements (
    author INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    statement BLOB NOT NULL,
    PRIMARY KEY (author, counter)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER statements_stay BEFORE UPDATE ON statements
BEGIN SELECT RAISE(ABORT, 'statements are append-only'); END;
CREATE TRIGGER statements_remain BEFORE DELETE ON statements
BEGIN SELECT RAISE(ABORT, 'statements are append-only'); END;

-- Seal and ciphertext, in order of arrival: place = space * 2^40 + sequence.
CREATE TABLE bodies (
    place INTEGER PRIMARY KEY,
    author INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    body BLOB
) STRICT;

-- Which request brought which changes: the place of the first, and the request's trace.
CREATE TABLE batches (
    place INTEGER PRIMARY KEY,
    trace BLOB NOT NULL CHECK (length(trace) = 16)
) STRICT;

-- By which signed statements of the space's log a body went or was sealed anew: one for each act,
-- for a change may be erased in part more than once. why: 1 in a segment, 2 erased.
CREATE TABLE body_authorisations (
    place INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    log INTEGER NOT NULL,
    why INTEGER NOT NULL CHECK (why IN (1, 2)),
    PRIMARY KEY (place, sequence),
    FOREIGN KEY (log, sequence) REFERENCES log_statements
) STRICT, WITHOUT ROWID;
CREATE TRIGGER body_authorisations_stay BEFORE UPDATE ON body_authorisations
BEGIN SELECT RAISE(ABORT, 'authorisations are append-only'); END;
CREATE TRIGGER body_authorisations_remain BEFORE DELETE ON body_authorisations
BEGIN SELECT RAISE(ABORT, 'authorisations are append-only'); END;
CREATE TRIGGER bodies_remain BEFORE DELETE ON bodies
BEGIN SELECT RAISE(ABORT, 'the place of a body is kept'); END;
CREATE TRIGGER bodies_stay BEFORE UPDATE ON bodies
WHEN NEW.place <> OLD.place OR NEW.author <> OLD.author OR NEW.counter <> OLD.counter
    OR NOT EXISTS (SELECT 1 FROM body_authorisations WHERE place = OLD.place)
BEGIN SELECT RAISE(ABORT, 'a body goes only by a signed authorisation'); END;

-- What proves that somebody said two things: kept, never folded, never dropped.
CREATE TABLE evidence (
    evidence INTEGER PRIMARY KEY,
    log INTEGER NOT NULL REFERENCES logs,
    kind INTEGER NOT NULL,
    subject BLOB NOT NULL,
    fingerprint BLOB NOT NULL UNIQUE CHECK (length(fingerprint) = 32),
    kept BLOB NOT NULL,
    refused BLOB NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;
CREATE TRIGGER evidence_stays BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER evidence_remains BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;

CREATE TABLE vault_halves (
    account INTEGER NOT NULL REFERENCES accounts,
    device BLOB NOT NULL CHECK (length(device) = 16),
    half BLOB NOT NULL CHECK (length(half) = 32),
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (account, device)
) STRICT, WITHOUT ROWID;

-- What a device has written on one day (days since 1970, UTC).
CREATE TABLE usage (
    device BLOB NOT NULL CHECK (length(device) = 16),
    day INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (device, day)
) STRICT, WITHOUT ROWID;
