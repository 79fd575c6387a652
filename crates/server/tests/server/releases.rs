//! Migrations only add: a release serves from what the next one wrote, and the next one goes on.

use lifeos_protocol::api::Pushed;
use lifeos_protocol::change::Change;
use lifeos_protocol::stream::Frame;
use lifeos_store::{MIGRATIONS, Migration};

use crate::client::{Session, claim, read};
use crate::harness::TestBox;
use crate::person::{Author, Person};

/// What the next release may add: a column to every table, a table, an index, a trigger of its own.
const NEXT: Migration = Migration {
    schema: MIGRATIONS[MIGRATIONS.len() - 1].schema + 1,
    oldest_reader: 1,
    sqlite: "CREATE TABLE later (place INTEGER PRIMARY KEY) STRICT;
          CREATE INDEX authors_by_sequence ON authors (space, sequence);
          CREATE TRIGGER bodies_are_noted AFTER INSERT ON bodies
          BEGIN INSERT INTO later VALUES (NEW.place); END;
          ALTER TABLE instance ADD COLUMN later BLOB;
          ALTER TABLE settings ADD COLUMN later INTEGER NOT NULL DEFAULT 7;
          ALTER TABLE claim ADD COLUMN later BLOB;
          ALTER TABLE accounts ADD COLUMN later INTEGER NOT NULL DEFAULT 7;
          ALTER TABLE logs ADD COLUMN later BLOB;
          ALTER TABLE log_statements ADD COLUMN later INTEGER NOT NULL DEFAULT 7;
          ALTER TABLE members ADD COLUMN later BLOB;
          ALTER TABLE wraps ADD COLUMN later INTEGER NOT NULL DEFAULT 7;
          ALTER TABLE previous_secrets ADD COLUMN later BLOB;
          ALTER TABLE method_keys ADD COLUMN later INTEGER NOT NULL DEFAULT 7;
          ALTER TABLE passkeys ADD COLUMN later BLOB;
          ALTER TABLE ceremonies ADD COLUMN later INTEGER NOT NULL DEFAULT 7;
          ALTER TABLE sessions ADD COLUMN later BLOB;
          ALTER TABLE authors ADD COLUMN later INTEGER NOT NULL DEFAULT 7;
          ALTER TABLE chain_points ADD COLUMN later BLOB;
          ALTER TABLE statements ADD COLUMN later INTEGER NOT NULL DEFAULT 7;
          ALTER TABLE bodies ADD COLUMN later BLOB;
          ALTER TABLE batches ADD COLUMN later INTEGER NOT NULL DEFAULT 7;
          ALTER TABLE body_authorisations ADD COLUMN later BLOB;
          ALTER TABLE heads ADD COLUMN later BLOB;
          ALTER TABLE evidence ADD COLUMN later INTEGER NOT NULL DEFAULT 7;
          ALTER TABLE vault_halves ADD COLUMN later BLOB;
          ALTER TABLE usage ADD COLUMN later INTEGER NOT NULL DEFAULT 7;
          ALTER TABLE former_members ADD COLUMN later BLOB;
          ALTER TABLE invites ADD COLUMN later INTEGER NOT NULL DEFAULT 7;",
    postgres: "CREATE TABLE later (place BIGINT PRIMARY KEY);
          CREATE INDEX authors_by_sequence ON authors (space, sequence);
          CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN INSERT INTO lifeos.later VALUES (NEW.place); RETURN NEW; END $$;
          CREATE TRIGGER bodies_are_noted AFTER INSERT ON bodies
          FOR EACH ROW EXECUTE FUNCTION note();
          ALTER TABLE instance ADD COLUMN later BYTEA;
          ALTER TABLE settings ADD COLUMN later BIGINT NOT NULL DEFAULT 7;
          ALTER TABLE claim ADD COLUMN later BYTEA;
          ALTER TABLE accounts ADD COLUMN later BIGINT NOT NULL DEFAULT 7;
          ALTER TABLE logs ADD COLUMN later BYTEA;
          ALTER TABLE log_statements ADD COLUMN later BIGINT NOT NULL DEFAULT 7;
          ALTER TABLE members ADD COLUMN later BYTEA;
          ALTER TABLE wraps ADD COLUMN later BIGINT NOT NULL DEFAULT 7;
          ALTER TABLE previous_secrets ADD COLUMN later BYTEA;
          ALTER TABLE method_keys ADD COLUMN later BIGINT NOT NULL DEFAULT 7;
          ALTER TABLE passkeys ADD COLUMN later BYTEA;
          ALTER TABLE ceremonies ADD COLUMN later BIGINT NOT NULL DEFAULT 7;
          ALTER TABLE sessions ADD COLUMN later BYTEA;
          ALTER TABLE authors ADD COLUMN later BIGINT NOT NULL DEFAULT 7;
          ALTER TABLE chain_points ADD COLUMN later BYTEA;
          ALTER TABLE statements ADD COLUMN later BIGINT NOT NULL DEFAULT 7;
          ALTER TABLE bodies ADD COLUMN later BYTEA;
          ALTER TABLE batches ADD COLUMN later BIGINT NOT NULL DEFAULT 7;
          ALTER TABLE body_authorisations ADD COLUMN later BYTEA;
          ALTER TABLE heads ADD COLUMN later BYTEA;
          ALTER TABLE evidence ADD COLUMN later BIGINT NOT NULL DEFAULT 7;
          ALTER TABLE vault_halves ADD COLUMN later BYTEA;
          ALTER TABLE usage ADD COLUMN later BIGINT NOT NULL DEFAULT 7;
          ALTER TABLE former_members ADD COLUMN later BYTEA;
          ALTER TABLE invites ADD COLUMN later BIGINT NOT NULL DEFAULT 7;",
};

/// A household whose box is of one release and then of another.
struct Home {
    at: TestBox,
    person: Person,
    author: Author,
    written: Vec<Change>,
}

impl Home {
    /// Pushes from a session of this start, and finds everything that was ever pushed, in order.
    async fn push_and_pull(&mut self, count: usize) {
        let mut session = Session::of_device(&self.at, &self.person, &self.person.device).await;
        let batch = self.author.write(count, 1);
        let pushed: Pushed = read(session.push(&self.person, &batch).await).await;
        self.written.extend_from_slice(batch.changes());
        assert_eq!(pushed.counter, self.written.len() as u64);
        assert_eq!(pushed.sequence, self.written.len() as u64);
        let frames = session.pull(&self.person, "").await;
        let served: Vec<_> = frames
            .iter()
            .filter_map(|frame| match frame {
                Frame::Run(run) => Some(run.changes.clone()),
                _ => None,
            })
            .flatten()
            .collect();
        assert_eq!(served, self.written);
        assert_eq!(frames[frames.len() - 2], Frame::Head(*batch.head()));
    }
}

#[tokio::test]
async fn changes_pushed_to_two_releases_in_turns_are_all_served_by_both() {
    let next: Vec<_> = MIGRATIONS.iter().copied().chain([NEXT]).collect();
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut home = Home {
        author: person.author(&person.device),
        at,
        person,
        written: Vec::new(),
    };
    home.push_and_pull(250).await;
    for round in 1..=2 {
        home.at.restart_as(&next).await;
        home.push_and_pull(200 + round).await;
        home.at.restart().await;
        home.push_and_pull(5).await;
    }
    home.at.restart_as(&next).await;
    home.push_and_pull(1).await;
    home.at.stop().await;
    // One migration, and so one copy: going back and forth migrates nothing.
    assert_eq!(home.at.home.copies().await, 1);
}
