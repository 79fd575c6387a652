//! The household as a part of a life: what everything above it asks, and what nobody is told.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use lifeos_household::{
    HouseholdCommand, HouseholdQuery, HouseholdRole, Invite, InviteCode, InviteEnd, InviteState,
    LinkSecret,
};
use lifeos_kernel::laws::{context, record};
use lifeos_kernel::{
    Change, ChangeMeta, Context, DeviceId, Draft, FlowId, Hlc, IntentId, RecordId, Source,
};
use lifeos_life::{Command, Event, HistoricEvent, Kept, Life, Query, Undo, View, stamp_all};

const DEVICE: DeviceId = DeviceId([1; 16]);
const CODE: &str = "C0DEC0DEXY";

/// A device with its clock, its life and its log.
struct Device {
    clock: Hlc,
    life: Life,
    context: Context,
    log: Vec<Vec<u8>>,
    number: u8,
}

impl Device {
    fn new() -> Self {
        Self {
            clock: Hlc::new(DEVICE),
            life: Life::default(),
            context: context(DEVICE, 1),
            log: Vec::new(),
            number: 0,
        }
    }

    fn run(&mut self, command: HouseholdCommand) -> Undo {
        let command = Command::Household { command };
        let drafts = self.life.decide(command, &self.context).unwrap();
        self.write(drafts)
    }

    fn write(&mut self, drafts: Vec<Draft<Event>>) -> Undo {
        let stamp = self.clock.tick(self.context.now_ms).unwrap();
        let stamped = stamp_all(drafts, stamp).unwrap();
        let undo = Undo::decode(&self.life.capture(&stamped).encode()).unwrap();
        let events: Vec<Vec<u8>> = stamped
            .iter()
            .map(|event| Life::encode(event).unwrap())
            .collect();
        self.log.extend(events.clone());
        self.number += 1;
        let intent = IntentId([self.number; 16]);
        let meta = ChangeMeta {
            intent,
            part: 0,
            source: Source::Ui,
            flow: FlowId(intent.0),
            batch: None,
            last_of_batch: false,
        };
        self.life.fold(&Change { meta, events }).unwrap();
        undo
    }

    fn ask(&self, query: Query) -> String {
        serde_json::to_string(&self.life.query(query, &self.context)).unwrap()
    }
}

const HOUSEHOLD: Query = Query::Household {
    query: HouseholdQuery::Household,
};

fn invite(context: &Context) -> Invite {
    Invite {
        secret: LinkSecret::new([0x5C; 16]),
        code: InviteCode::new(CODE.to_owned()),
        role: HouseholdRole::Member,
        share: None,
        expires_ms: context.now_ms + 1,
    }
}

/// A household with names, a verified account and an invitation that was accepted.
fn lived() -> (Device, Vec<Undo>) {
    let mut device = Device::new();
    let account = record(2);
    let invite = invite(&device.context);
    let undos = [
        HouseholdCommand::NameSpace {
            name: "Home".to_owned(),
        },
        HouseholdCommand::NameMember {
            account,
            name: "Maja".to_owned(),
        },
        HouseholdCommand::VerifyMember { account },
        HouseholdCommand::MakeInvite {
            id: record(3),
            invite,
        },
        HouseholdCommand::EndInvite {
            id: record(3),
            why: InviteEnd::Accepted { account },
        },
    ]
    .map(|command| device.run(command));
    (device, undos.into())
}

fn opens_nothing(told: &str) {
    for secret in [CODE, "5c5c", "92,92", "92, 92"] {
        assert!(!told.contains(secret), "{told}");
    }
}

#[test]
fn a_household_is_there_after_a_restart() {
    let (device, _) = lived();
    let life = Life::from_snapshot(&device.life.to_snapshot()).unwrap();
    let account = record(2);
    assert_eq!(life.space_name(), "Home");
    assert_eq!(life.member_name(account), Some("Maja"));
    assert!(life.is_verified(account));
    assert!(!life.is_verified(record(3)));
    let kept = invite(&device.context);
    assert_eq!(life.invite(record(3)), Some(&kept));
    assert_eq!(life.invites().collect::<Vec<_>>(), [(record(3), &kept)]);
    let state = life.invite_state(record(3), device.context.now_ms);
    assert_eq!(state, Some(InviteState::Accepted { account }));
    assert_eq!(
        life.query(HOUSEHOLD, &device.context),
        device.life.query(HOUSEHOLD, &device.context)
    );
}

#[test]
fn neither_the_page_nor_a_search_nor_a_history_nor_an_undo_is_told_what_opens_an_invitation() {
    let (device, undos) = lived();
    let shown = device.ask(HOUSEHOLD);
    assert!(shown.contains(&record(3).to_string()), "{shown}");
    opens_nothing(&shown);

    for text in ["C0DE", "Home", "Maja", "5c"] {
        let query = Query::Search {
            text: text.to_owned(),
            limit: 9,
        };
        match device.life.query(query, &device.context) {
            View::Search { search } => assert_eq!(search.total, 0),
            other => panic!("{other:?}"),
        }
    }

    let events: Vec<HistoricEvent> = device
        .log
        .iter()
        .map(|bytes| HistoricEvent {
            source: Source::Ui,
            bytes: bytes.clone(),
        })
        .collect();
    let history = Life::history(record(3), &events).unwrap();
    assert_eq!(history.len(), 2);
    assert!(history.iter().all(|entry| entry.changes.len() == 1));
    opens_nothing(&serde_json::to_string(&history).unwrap());

    for undo in undos {
        let bytes = undo.encode();
        assert!(!bytes.windows(4).any(|part| part == [0x5C; 4]));
        assert!(!bytes.windows(4).any(|part| part == b"C0DE"));
    }
    opens_nothing(&format!("{:?}", device.life));
}

#[test]
fn names_and_verifications_are_taken_back_and_invitations_stay() {
    let (mut device, undos) = lived();
    let mut left_alone = Vec::new();
    for undo in undos.iter().rev() {
        let outcome = device.life.revert(undo, &device.context);
        left_alone.extend(outcome.kept);
        if !outcome.drafts.is_empty() {
            device.write(outcome.drafts);
        }
    }
    let kept = |field: &str| Kept {
        record: record(3),
        field: field.to_owned(),
    };
    assert_eq!(left_alone, [kept("ended"), kept("record")]);
    assert_eq!(device.life.space_name(), "");
    assert_eq!(device.life.member_name(record(2)), None);
    assert!(!device.life.is_verified(record(2)));
    let state = device.life.invite_state(record(3), device.context.now_ms);
    assert_eq!(state, Some(InviteState::Accepted { account: record(2) }));
}

#[test]
fn the_page_says_and_asks_in_json() {
    let id = RecordId([0xAB; 16]);
    let command = serde_json::json!({ "type": "household", "command": {
        "type": "makeInvite", "id": "ab".repeat(16), "invite": {
            "secret": "5c".repeat(16), "code": CODE, "role": "member",
            "share": { "space": "07".repeat(16), "role": "viewer" }, "expiresMs": 1,
        },
    } });
    let command: Command = serde_json::from_value(command).unwrap();
    match command {
        Command::Household {
            command: HouseholdCommand::MakeInvite { id: read, invite },
        } => {
            assert_eq!(read, id);
            assert_eq!(invite.secret, LinkSecret::new([0x5C; 16]));
        }
        other => panic!("{other:?}"),
    }
    let query = serde_json::json!({ "type": "household", "query": { "type": "household" } });
    let query: Query = serde_json::from_value(query).unwrap();
    assert_eq!(query, HOUSEHOLD);
}
