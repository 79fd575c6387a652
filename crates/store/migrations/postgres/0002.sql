-- Schema 2: people of a household come by invitations, and leave spaces.

-- Who was in a space and is no more: up to which statement of its log that account may read on, to
-- learn of its removal, and how much of its own log the others are shown.
CREATE TABLE former_members (
    space BIGINT NOT NULL REFERENCES logs,
    account BIGINT NOT NULL REFERENCES accounts,
    until BIGINT NOT NULL,
    account_until BIGINT NOT NULL,
    PRIMARY KEY (account, space)
);

-- By which a second person comes in: what the box compares, and who came by it.
CREATE TABLE invites (
    invite BYTEA PRIMARY KEY CHECK (octet_length(invite) = 16),
    account BIGINT NOT NULL REFERENCES accounts,
    check_hash BYTEA NOT NULL CHECK (octet_length(check_hash) = 32),
    role BIGINT NOT NULL CHECK (role BETWEEN 1 AND 4),
    expires_ms BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    late BIGINT NOT NULL,
    accepted_by BIGINT REFERENCES accounts,
    proof BYTEA,
    accepted_ms BIGINT
);
CREATE INDEX invites_of_account ON invites (account);
CREATE INDEX invites_by_guest ON invites (accepted_by);
