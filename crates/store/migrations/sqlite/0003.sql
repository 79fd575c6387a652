-- Schema 3: what happened to the box itself, each row bound to the one before it. Ids and times; no
-- name, no address, no content.
CREATE TABLE box_log (
    sequence INTEGER PRIMARY KEY,
    entry BLOB NOT NULL CHECK (length(entry) = 61),
    at_ms INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- The row up to which the log was forgotten, and the hash of the chain there.
CREATE TABLE box_log_base (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO box_log_base (one, sequence, hash) VALUES (1, 0, zeroblob(32));

CREATE TRIGGER box_log_stays BEFORE UPDATE ON box_log
BEGIN SELECT RAISE(ABORT, 'the box log is append-only'); END;
CREATE TRIGGER box_log_remains BEFORE DELETE ON box_log
WHEN OLD.sequence > (SELECT sequence FROM box_log_base)
BEGIN SELECT RAISE(ABORT, 'the box log is append-only'); END;
CREATE TRIGGER box_log_base_goes_on BEFORE UPDATE ON box_log_base
WHEN NEW.sequence < OLD.sequence OR NOT EXISTS
    (SELECT 1 FROM box_log WHERE sequence = NEW.sequence AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the box log is forgotten from its beginning only'); END;
CREATE TRIGGER box_log_base_remains BEFORE DELETE ON box_log_base
BEGIN SELECT RAISE(ABORT, 'the box log is append-only'); END;
