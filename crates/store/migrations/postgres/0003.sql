-- Schema 3: what happened to the box itself, each row bound to the one before it. Ids and times; no
-- name, no address, no content.
CREATE TABLE box_log (
    sequence BIGINT PRIMARY KEY,
    entry BYTEA NOT NULL CHECK (octet_length(entry) = 61),
    at_ms BIGINT NOT NULL,
    hash BYTEA NOT NULL CHECK (octet_length(hash) = 32)
);

-- The row up to which the log was forgotten, and the hash of the chain there.
CREATE TABLE box_log_base (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    sequence BIGINT NOT NULL,
    hash BYTEA NOT NULL CHECK (octet_length(hash) = 32)
);
INSERT INTO box_log_base (one, sequence, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

CREATE TRIGGER box_log_stays BEFORE UPDATE ON box_log
FOR EACH ROW EXECUTE FUNCTION refuse('the box log is append-only');
CREATE FUNCTION box_log_remains() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sequence > (SELECT sequence FROM lifeos.box_log_base)
    THEN RAISE EXCEPTION 'the box log is append-only'; END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER box_log_remains BEFORE DELETE ON box_log
FOR EACH ROW EXECUTE FUNCTION box_log_remains();
CREATE FUNCTION box_log_base_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sequence < OLD.sequence OR NOT EXISTS
        (SELECT 1 FROM lifeos.box_log WHERE sequence = NEW.sequence AND hash = NEW.hash)
    THEN RAISE EXCEPTION 'the box log is forgotten from its beginning only'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER box_log_base_goes_on BEFORE UPDATE ON box_log_base
FOR EACH ROW EXECUTE FUNCTION box_log_base_goes_on();
CREATE TRIGGER box_log_base_remains BEFORE DELETE ON box_log_base
FOR EACH ROW EXECUTE FUNCTION refuse('the box log is append-only');
