-- Schema 2: people of a household come by invitations, and leave spaces.

-- Who was in a space and is no more: up to which statement of its log that account may read on, to
-- learn of its removal, and how much of its own log the others are shown.
CREATE TABLE former_members (
    space INTEGER NOT NULL REFERENCES logs,
    account INTEGER NOT NULL REFERENCES accounts,
    until INTEGER NOT NULL,
    account_until INTEGER NOT NULL,
    PRIMARY KEY (account, space)
) STRICT, WITHOUT ROWID;

-- By which a second person comes in: what the box compares, and who came by it.
CREATE TABLE invites (
    invite BLOB PRIMARY KEY CHECK (length(invite) = 16),
    account INTEGER NOT NULL REFERENCES accounts,
    check_hash BLOB NOT NULL CHECK (length(check_hash) = 32),
    role INTEGER NOT NULL CHECK (role BETWEEN 1 AND 4),
    expires_ms INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    late INTEGER NOT NULL,
    accepted_by INTEGER REFERENCES accounts,
    proof BLOB,
    accepted_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX invites_of_account ON invites (account);
CREATE INDEX invites_by_guest ON invites (accepted_by);
