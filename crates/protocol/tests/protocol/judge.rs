//! Which batches the box takes and which changes a client counts.

use lifeos_protocol::batch::Batch;
use lifeos_protocol::change::Change;
use lifeos_protocol::head::{Head, HeadBody};
use lifeos_protocol::judge::{
    Accepted, Known, Room, Standing, earlier_needed, judge_batch, judge_seal, judge_space_append,
    link,
};
use lifeos_protocol::log::{AccountLog, SpaceBody, SpaceLog};
use lifeos_protocol::seal::{Seal, SealKind};
use lifeos_protocol::seen::{ChainPoint, Frontier, Seen};
use lifeos_protocol::statement::{Statement, chain_start};
use lifeos_protocol::{Class, Code, MethodKind, Refusal, label};

use crate::people::{
    Party, account, add_device, add_method, by_device, cut, revoke, some_hash, space, space_epoch,
    space_next,
};

pub(crate) struct Home {
    pub(crate) account: AccountLog,
    pub(crate) space: SpaceLog,
    pub(crate) laptop: Party,
    pub(crate) phone: Party,
}

impl Home {
    pub(crate) fn new() -> Self {
        let (laptop, phone) = (Party::new("laptop"), Party::new("phone"));
        let mut account = account(&laptop);
        let body = add_method(&account, &Party::new("kit"), MethodKind::Kit);
        by_device(&mut account, &laptop, &body).unwrap();
        let body = add_device(&account, &phone, Class::Full);
        by_device(&mut account, &laptop, &body).unwrap();
        let space = space(&account, &laptop);
        Self {
            account,
            space,
            laptop,
            phone,
        }
    }

    pub(crate) fn room(&self) -> Room<'_> {
        Room::new(&self.space, self.account.account(), &self.account).unwrap()
    }

    pub(crate) fn change(&self, counter: u64) -> Change {
        self.change_with(counter, |_| {})
    }

    pub(crate) fn change_with(&self, counter: u64, edit: impl FnOnce(&mut Statement)) -> Change {
        let nothing = Frontier::new();
        let mut statement = Statement {
            epoch: self.space.epoch(),
            space_position: self.space.sequence(),
            account_position: self.account.sequence(),
            seen: Seen::for_counter(counter, &nothing, &nothing),
            commitment: some_hash(&format!("content {counter}")),
        };
        edit(&mut statement);
        self.seal(statement, self.space.epoch())
    }

    pub(crate) fn seal(&self, statement: Statement, epoch: u32) -> Change {
        let seal = Seal {
            kind: SealKind::Change,
            epoch,
            nonce: [1; 24],
            key_commitment: [2; 32],
            padded_length: 256,
        };
        Change::new(statement, seal, vec![3; 272]).unwrap()
    }

    pub(crate) fn head(&self, device: &Party, end: ChainPoint, last: &Statement) -> Head {
        let body = HeadBody {
            account: self.account.account(),
            space: self.space.space(),
            device: device.device(),
            counter: end.counter,
            h: end.h,
            space_log_head: self.space.head(),
            account_log_head: self.account.head(),
            seen_digest: last.seen.digest(),
        };
        Head {
            body,
            signature: device.sign(label::HEAD, &body.sign_bytes()),
        }
    }

    pub(crate) fn points(
        &self,
        device: &Party,
        before: ChainPoint,
        changes: &[Change],
    ) -> Vec<ChainPoint> {
        let (space, device) = (self.space.space(), device.device());
        let chain = |point: &mut ChainPoint, change: &Change| {
            *point = change.statement.chain(space, device, *point);
            Some(*point)
        };
        changes.iter().scan(before, chain).collect()
    }

    pub(crate) fn batch(&self, device: &Party, before: ChainPoint, changes: Vec<Change>) -> Batch {
        let end = *self.points(device, before, &changes).last().unwrap();
        let head = self.head(device, end, &changes.last().unwrap().statement);
        Batch::new(device.device(), before.counter + 1, changes, head).unwrap()
    }

    fn start(&self, device: &Party) -> ChainPoint {
        chain_start(self.space.space(), device.device())
    }

    fn nothing(&self, device: &Party) -> Known<'static> {
        Known::nothing(self.space.space(), device.device())
    }

    fn push(&self, device: &Party, changes: Vec<Change>) -> Result<Accepted, Refusal> {
        let batch = self.batch(device, self.start(device), changes);
        judge_batch(&batch, &self.room(), &self.nothing(device))
    }
}

fn code(result: Result<Accepted, Refusal>) -> Code {
    result.unwrap_err().code
}

#[test]
fn a_batch_is_taken_and_again_without_effect() {
    let home = Home::new();
    let changes: Vec<Change> = (1..=3).map(|counter| home.change(counter)).collect();
    let batch = home.batch(&home.laptop, home.start(&home.laptop), changes);
    let accepted = judge_batch(&batch, &home.room(), &home.nothing(&home.laptop)).unwrap();
    assert_eq!((accepted.known, accepted.points.len()), (0, 3));
    let mut points = vec![home.start(&home.laptop)];
    points.extend(&accepted.points);
    let last = points.pop().unwrap();
    let known = Known {
        last,
        positions: accepted.positions,
        earlier: &points,
    };
    assert_eq!(earlier_needed(1, 3), Some(0..=2));
    let again = judge_batch(&batch, &home.room(), &known).unwrap();
    assert_eq!(again.known, 3);
    // A batch that overlaps brings only what is new.
    let longer: Vec<Change> = (2..=5).map(|counter| home.change(counter)).collect();
    let batch = home.batch(&home.laptop, points[1], longer);
    let overlap = judge_batch(&batch, &home.room(), &known).unwrap();
    assert_eq!((overlap.known, overlap.points.len()), (2, 4));
}

#[test]
fn a_gap_is_refused() {
    let home = Home::new();
    let far = ChainPoint {
        counter: 1,
        h: some_hash("h1"),
    };
    let batch = home.batch(&home.laptop, far, vec![home.change(2)]);
    let refusal = judge_batch(&batch, &home.room(), &home.nothing(&home.laptop)).unwrap_err();
    assert_eq!((refusal.code, refusal.at), (Code::Gap, Some(0)));
}

#[test]
fn a_counter_used_for_another_statement_is_equivocation() {
    let home = Home::new();
    let accepted = home
        .push(&home.laptop, vec![home.change(1), home.change(2)])
        .unwrap();
    let points = [home.start(&home.laptop), accepted.points[0]];
    let known = Known {
        last: accepted.points[1],
        positions: accepted.positions,
        earlier: &points,
    };
    let other = home.change_with(2, |statement| statement.commitment = some_hash("other"));
    let batch = home.batch(&home.laptop, points[0], vec![home.change(1), other]);
    let refusal = judge_batch(&batch, &home.room(), &known).unwrap_err();
    assert_eq!((refusal.code, refusal.at), (Code::Equivocation, Some(2)));
    // The same from the last point only.
    let other = home.change_with(2, |statement| statement.commitment = some_hash("other"));
    let batch = home.batch(&home.laptop, points[1], vec![other, home.change(3)]);
    assert_eq!(
        code(judge_batch(&batch, &home.room(), &known)),
        Code::Equivocation
    );
}

#[test]
fn a_batch_needs_a_head_by_its_author_over_its_end() {
    let home = Home::new();
    let changes = vec![home.change(1), home.change(2)];
    let end = *home
        .points(&home.laptop, home.start(&home.laptop), &changes)
        .last()
        .unwrap();
    let last = &changes[1].statement;
    let judged = |head: Head| {
        let batch = Batch::new(home.laptop.device(), 1, changes.clone(), head).unwrap();
        code(judge_batch(
            &batch,
            &home.room(),
            &home.nothing(&home.laptop),
        ))
    };
    let mut forged = home.head(&home.laptop, end, last);
    forged.signature = Party::new("mallory").sign(label::HEAD, &forged.body.sign_bytes());
    assert_eq!(judged(forged), Code::BadHead);
    let mut confused = home.head(&home.laptop, end, last);
    confused.signature = home.laptop.sign(label::ANCHOR, &confused.body.sign_bytes());
    assert_eq!(judged(confused), Code::BadHead);
    let elsewhere = home.head(
        &home.laptop,
        ChainPoint {
            h: some_hash("x"),
            ..end
        },
        last,
    );
    assert_eq!(judged(elsewhere), Code::ChainMismatch);
    let edited = |edit: fn(&mut HeadBody)| {
        let mut head = home.head(&home.laptop, end, last);
        edit(&mut head.body);
        head.signature = home.laptop.sign(label::HEAD, &head.body.sign_bytes());
        head
    };
    assert_eq!(
        judged(edited(|body| body.space_log_head = some_hash("x"))),
        Code::PositionUnknown
    );
    assert_eq!(
        judged(edited(|body| body.account_log_head = some_hash("x"))),
        Code::PositionUnknown
    );
    assert_eq!(
        judged(edited(
            |body| body.seen_digest = lifeos_protocol::SeenDigest::ZERO
        )),
        Code::Inconsistent
    );
    assert_eq!(
        judged(edited(|body| body.space = lifeos_protocol::SpaceId::ZERO)),
        Code::Inconsistent
    );
    assert_eq!(
        judged(edited(
            |body| body.account = lifeos_protocol::AccountId::ZERO
        )),
        Code::Inconsistent
    );
    let genesis = home.account.hash_at(0).unwrap();
    let mut back = home.head(&home.laptop, end, last);
    back.body.account_log_head = genesis;
    back.signature = home.laptop.sign(label::HEAD, &back.body.sign_bytes());
    assert_eq!(judged(back), Code::Inconsistent);
}

#[test]
fn any_change_to_a_statement_breaks_the_chain() {
    let home = Home::new();
    let changes = vec![home.change(1), home.change(2), home.change(3)];
    let end = *home
        .points(&home.laptop, home.start(&home.laptop), &changes)
        .last()
        .unwrap();
    let head = home.head(&home.laptop, end, &changes[2].statement);
    let judged = |changes: Vec<Change>| {
        let batch = Batch::new(home.laptop.device(), 1, changes, head).unwrap();
        code(judge_batch(
            &batch,
            &home.room(),
            &home.nothing(&home.laptop),
        ))
    };
    let altered = home.change_with(2, |statement| statement.commitment = some_hash("x"));
    assert_eq!(
        judged(vec![changes[0].clone(), altered, changes[2].clone()]),
        Code::ChainMismatch
    );
    assert_eq!(
        judged(vec![
            changes[0].clone(),
            changes[2].clone(),
            changes[1].clone()
        ]),
        Code::ChainMismatch
    );
    let repeated = vec![changes[0].clone(), changes[1].clone(), changes[1].clone()];
    assert_eq!(judged(repeated), Code::ChainMismatch);
}

#[test]
fn a_change_of_one_device_is_not_taken_for_anothers() {
    let home = Home::new();
    let changes = vec![home.change(1)];
    let as_laptop = home.points(&home.laptop, home.start(&home.laptop), &changes);
    let as_phone = home.points(&home.phone, home.start(&home.phone), &changes);
    assert_ne!(as_laptop, as_phone);
    let head = home.head(&home.laptop, as_laptop[0], &changes[0].statement);
    assert!(Batch::new(home.phone.device(), 1, changes, head).is_err());
}

#[test]
fn positions_never_go_back_and_never_beyond_what_is_known() {
    let home = Home::new();
    let back = home.change_with(2, |statement| statement.account_position -= 1);
    assert_eq!(
        code(home.push(&home.laptop, vec![home.change(1), back])),
        Code::Inconsistent
    );
    for edit in [
        (|statement: &mut Statement| statement.space_position += 1) as fn(&mut Statement),
        |statement| statement.account_position += 1,
    ] {
        let ahead = home.change_with(1, edit);
        let batch = home.batch(&home.laptop, home.start(&home.laptop), vec![ahead.clone()]);
        let refusal = judge_batch(&batch, &home.room(), &home.nothing(&home.laptop)).unwrap_err();
        // A head whose logs end before the statement's positions contradicts it.
        assert_eq!(refusal.code, Code::Inconsistent);
        let point = ahead.statement.chain(
            home.space.space(),
            home.laptop.device(),
            home.start(&home.laptop),
        );
        let standing = home
            .room()
            .standing(home.laptop.device(), &ahead.statement, point);
        assert_eq!(standing.unwrap_err().code, Code::PositionUnknown);
        assert!(standing.unwrap_err().is_retryable());
    }
}

#[test]
fn what_was_seen_is_told_in_full_when_it_has_to_be() {
    let home = Home::new();
    let nothing = Frontier::new();
    let difference = home.change_with(1, |statement| {
        statement.seen = Seen::since(&nothing, &nothing)
    });
    assert_eq!(
        code(home.push(&home.laptop, vec![difference])),
        Code::Inconsistent
    );
    let full = home.change_with(2, |statement| statement.seen = Seen::in_full(&nothing));
    assert_eq!(
        code(home.push(&home.laptop, vec![home.change(1), full])),
        Code::Inconsistent
    );
    let mut own = Frontier::new();
    own.observe(
        home.laptop.device(),
        ChainPoint {
            counter: 1,
            h: some_hash("x"),
        },
    );
    let names_itself = home.change_with(1, |statement| statement.seen = Seen::in_full(&own));
    assert_eq!(
        code(home.push(&home.laptop, vec![names_itself])),
        Code::Inconsistent
    );
}

#[test]
fn a_seal_below_the_spaces_epoch_is_refused_at_the_door() {
    let mut home = Home::new();
    let early = home.change(1);
    let body = SpaceBody::Rekey {
        at_ms: 1,
        epoch: space_epoch(2, &[(home.account.account(), 1)]),
    };
    let statement = space_next(&home.space, &home.account, &home.laptop, &body);
    home.space.apply(statement, &home.account).unwrap();
    assert_eq!(
        code(home.push(&home.laptop, vec![early.clone()])),
        Code::Epoch
    );
    // The statement stands; the outbox seals it anew.
    let resealed = home.seal(early.statement, 2);
    let accepted = home.push(&home.laptop, vec![resealed]).unwrap();
    assert_eq!(accepted.known, 0);
}

#[test]
fn an_epoch_other_than_at_the_named_position_is_refused() {
    let mut home = Home::new();
    let body = SpaceBody::Rekey {
        at_ms: 1,
        epoch: space_epoch(2, &[(home.account.account(), 1)]),
    };
    let statement = space_next(&home.space, &home.account, &home.laptop, &body);
    home.space.apply(statement, &home.account).unwrap();
    let early = home.change_with(1, |statement| statement.space_position = 0);
    assert_eq!(code(home.push(&home.laptop, vec![early])), Code::Epoch);
    let late = home.change_with(1, |statement| statement.epoch = 1);
    assert_eq!(code(home.push(&home.laptop, vec![late])), Code::Epoch);
    for epoch in [0, 3] {
        let statement = home
            .change_with(1, |statement| statement.epoch = epoch.min(2))
            .statement;
        let statement = Statement { epoch, ..statement };
        let point = ChainPoint {
            counter: 1,
            h: some_hash("h"),
        };
        assert_eq!(
            home.room()
                .standing(home.laptop.device(), &statement, point)
                .unwrap_err()
                .code,
            Code::Epoch
        );
    }
}

#[test]
fn a_revoked_device_counts_up_to_its_cut() {
    let mut home = Home::new();
    let changes = vec![home.change(1), home.change(2), home.change(3)];
    let points = home.points(&home.phone, home.start(&home.phone), &changes);
    let early = home
        .room()
        .standing(home.phone.device(), &changes[2].statement, points[2]);
    assert_eq!(early, Ok(Standing::Counts));
    let space = home.space.space();
    let body = revoke(
        &home.account,
        &[home.phone.device().into()],
        &[cut(home.phone.device(), space, points[1])],
    );
    by_device(&mut home.account, &home.laptop, &body).unwrap();
    let standing = |at: usize, point: ChainPoint| {
        home.room()
            .standing(home.phone.device(), &changes[at].statement, point)
    };
    assert_eq!(standing(0, points[0]), Ok(Standing::Counts));
    assert_eq!(standing(1, points[1]), Ok(Standing::Counts));
    assert_eq!(standing(2, points[2]), Ok(Standing::BeyondCut));
    // Another chain that claims to pass the cut is evidence.
    let other = ChainPoint {
        h: some_hash("other"),
        ..points[1]
    };
    assert_eq!(standing(1, other).unwrap_err().code, Code::Equivocation);
    // At the door a revoked device brings nothing new, whatever positions it names.
    let mut late = Home {
        account: home.account.clone(),
        space: home.space.clone(),
        laptop: home.laptop.clone(),
        phone: home.phone.clone(),
    };
    late.account = AccountLog::read(
        home.account.id(),
        home.account.statements()[..3].to_vec(),
        (),
    )
    .unwrap();
    let batch = late.batch(&home.phone, home.start(&home.phone), changes.clone());
    assert_eq!(
        code(judge_batch(
            &batch,
            &home.room(),
            &home.nothing(&home.phone)
        )),
        Code::Revoked
    );
}

#[test]
fn a_change_that_names_a_position_after_its_authors_revocation_does_not_count() {
    let mut home = Home::new();
    let body = revoke(&home.account, &[home.phone.device().into()], &[]);
    by_device(&mut home.account, &home.laptop, &body).unwrap();
    let change = home.change(1);
    let point = home.points(
        &home.phone,
        home.start(&home.phone),
        std::slice::from_ref(&change),
    )[0];
    assert_eq!(
        home.room()
            .standing(home.phone.device(), &change.statement, point),
        Ok(Standing::NotAWriter)
    );
}

#[test]
fn strangers_and_too_early_devices_do_not_count() {
    let home = Home::new();
    let mallory = Party::new("mallory");
    let change = home.change(1);
    let point = home.points(
        &mallory,
        home.start(&mallory),
        std::slice::from_ref(&change),
    )[0];
    assert_eq!(
        home.room()
            .standing(mallory.device(), &change.statement, point),
        Ok(Standing::NotAWriter)
    );
    let early = home.change_with(1, |statement| statement.account_position = 1);
    let point = home.points(
        &home.phone,
        home.start(&home.phone),
        std::slice::from_ref(&early),
    )[0];
    assert_eq!(
        home.room()
            .standing(home.phone.device(), &early.statement, point),
        Ok(Standing::NotAWriter)
    );
    assert_eq!(code(home.push(&mallory, vec![change])), Code::NotAWriter);
}

#[test]
fn a_device_below_the_spaces_class_does_not_count() {
    let mut home = Home::new();
    let agent = Party::new("agent");
    let body = add_device(&home.account, &agent, Class::Agent);
    by_device(&mut home.account, &home.laptop, &body).unwrap();
    assert_eq!(
        code(home.push(&agent, vec![home.change(1)])),
        Code::NotAWriter
    );
}

#[test]
fn nothing_is_taken_while_a_log_is_frozen() {
    let mut home = Home::new();
    let before = home.space.clone();
    let key = |salt: u64| SpaceBody::ReadBack {
        at_ms: salt,
        manifest: some_hash("m"),
    };
    for salt in [1, 2] {
        let statement = space_next(&before, &home.account, &home.laptop, &key(salt));
        home.space.apply(statement, &home.account).unwrap();
    }
    assert!(home.space.is_frozen());
    assert_eq!(
        code(home.push(&home.laptop, vec![home.change(1)])),
        Code::LogFrozen
    );
}

#[test]
fn a_run_is_linked_in_portions() {
    let home = Home::new();
    let changes: Vec<Change> = (1..=600).map(|counter| home.change(counter)).collect();
    let statements: Vec<&Statement> = changes.iter().map(|change| &change.statement).collect();
    let (space, device) = (home.space.space(), home.laptop.device());
    let whole = link(
        space,
        device,
        1,
        statements.iter().copied(),
        &home.nothing(&home.laptop),
    )
    .unwrap();
    let mut known = home.nothing(&home.laptop);
    let mut points = Vec::new();
    for (at, portion) in statements.chunks(250).enumerate() {
        let linked = link(
            space,
            device,
            1 + 250 * at as u64,
            portion.iter().copied(),
            &known,
        )
        .unwrap();
        known = Known {
            last: linked.end(&known),
            positions: linked.positions,
            earlier: &[],
        };
        points.extend(linked.points);
    }
    assert_eq!(points, whole.points);
    let head = home.head(&home.laptop, known.last, statements[599]);
    assert_eq!(
        home.room()
            .judge_head(&head, known.last, Some(statements[599])),
        Ok(())
    );
}

#[test]
fn the_box_takes_a_spaces_statement_only_from_where_its_account_stands() {
    let mut home = Home::new();
    let body = SpaceBody::ReadBack {
        at_ms: 1,
        manifest: some_hash("m"),
    };
    let before = home.account.clone();
    let statement = space_next(&home.space, &before, &home.phone, &body);
    assert_eq!(judge_space_append(&statement, &home.account), Ok(()));
    let revocation = revoke(&home.account, &[home.phone.device().into()], &[]);
    by_device(&mut home.account, &home.laptop, &revocation).unwrap();
    let refused = |statement| {
        judge_space_append(&statement, &home.account)
            .unwrap_err()
            .code
    };
    assert_eq!(refused(statement), Code::Revoked);
    assert_eq!(
        refused(space_next(&home.space, &before, &home.laptop, &body)),
        Code::LogMoved
    );
    let stranger = account(&Party::new("stranger"));
    let statement = space_next(&home.space, &stranger, &Party::new("stranger"), &body);
    assert_eq!(refused(statement), Code::PositionUnknown);
    let statement = space_next(&home.space, &home.account, &home.laptop, &body);
    assert_eq!(judge_space_append(&statement, &home.account), Ok(()));
}

#[test]
fn a_seal_of_an_epoch_that_is_not_known_waits_for_the_log() {
    let home = Home::new();
    let change = home.change(1);
    assert_eq!(judge_seal(&change, &home.space, 1), Ok(()));
    let ahead = home.seal(change.statement, 2);
    let refusal = judge_seal(&ahead, &home.space, 1).unwrap_err();
    assert!(refusal.is_retryable());
    assert_eq!(refusal.code, Code::PositionUnknown);
}
