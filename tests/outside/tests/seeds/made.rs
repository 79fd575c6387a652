//! Seeds that need a device, or are texts.

use lifeos_crypto::DeviceKeys;
use lifeos_crypto::local::{FileKind, Split, split_frame};
use lifeos_outside::join;
use lifeos_protocol::{Wire, Writer};
use lifeos_replica::Source;
use lifeos_tasks::{BulkEdit, TaskField};
use lifeos_testkit::{Chance, Device, Household};
use serde_json::{Value, json};

const NOW_MS: u64 = 1_795_000_060_000;

/// Every seed: its target, its name, its bytes.
pub(crate) fn seeds() -> Vec<(&'static str, String, Vec<u8>)> {
    let mut seeds = texts();
    seeds.extend(of_a_device());
    seeds.push(("vault", "two-ways".to_owned(), vault()));
    seeds.extend(read_by_a_worker());
    seeds.extend(requests());
    seeds.extend(exported());
    seeds
}

/// Requests of one person, for their own and for what is another's.
fn requests() -> Vec<(&'static str, String, Vec<u8>)> {
    let json = "content-type: application/json";
    let nothing = "";
    let seeds = [
        (
            "my-log",
            "GET /api/v1/logs/{my.account}?after=0",
            nothing,
            nothing,
        ),
        (
            "her-log",
            "GET /api/v1/logs/{hers.account}",
            nothing,
            nothing,
        ),
        (
            "her-wraps",
            "GET /api/v1/logs/{hers.space}/wraps?recipient={hers.account}&limit=9",
            nothing,
            nothing,
        ),
        (
            "my-changes",
            "GET /api/v1/spaces/{my.space}/changes",
            nothing,
            nothing,
        ),
        (
            "her-changes",
            "GET /api/v1/spaces/{hers.space}/changes?logs={hers.account}.0",
            nothing,
            nothing,
        ),
        (
            "push-to-her",
            "POST /api/v1/spaces/{hers.space}/changes",
            "content-type: application/vnd.lifeos.batch",
            nothing,
        ),
        ("lists", "GET /api/v1/sessions?limit=3", nothing, nothing),
        ("methods", "GET /api/v1/methods", nothing, nothing),
        ("invites", "GET /api/v1/invites", nothing, nothing),
        (
            "end-her-session",
            "DELETE /api/v1/sessions/{hers.session}",
            nothing,
            nothing,
        ),
        (
            "end-my-session",
            "DELETE /api/v1/sessions/current",
            nothing,
            nothing,
        ),
        (
            "end-her-invite",
            "DELETE /api/v1/invites/{hers.invite}",
            nothing,
            nothing,
        ),
        (
            "passkey",
            "POST /api/v1/passkeys/registration",
            nothing,
            nothing,
        ),
        (
            "session",
            "POST /api/v1/sessions/challenge",
            json,
            "{\"account\":\"{hers.account}\",\"signer\":\"{hers.device}\"}",
        ),
        (
            "my-half",
            "PUT /api/v1/vault-halves/{my.device}",
            json,
            "{\"half\":\"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\"}",
        ),
        (
            "her-half",
            "PUT /api/v1/vault-halves/{hers.device}",
            json,
            "{\"half\":\"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\"}",
        ),
    ];
    let join = |(name, line, headers, body): (&str, &str, &str, &str)| {
        ("router", name.to_owned(), join(&[line, headers, body]))
    };
    seeds.map(join).into()
}

/// Imports as they cross to the core.
fn read_by_a_worker() -> Vec<(&'static str, String, Vec<u8>)> {
    let outline = "* Garden :g:\n** Beds\n*** TODO [#A] Weed\nSCHEDULED: <2026-11-23 Mon 10:00-11:20 +1w>\n- [ ] dig\n**** DONE Look\n";
    let line = "x 2026-11-10 2026-11-02 Pay rent +flat due:soon\n";
    [("life.org", outline), ("todo.txt", line)]
        .map(|(name, text)| {
            let file = lifeos_exchange::File {
                name: Some(name),
                bytes: text.as_bytes(),
            };
            let import = lifeos_exchange::read(file, &lifeos_exchange::Options::default()).unwrap();
            ("import_records", name.to_owned(), import.encode().unwrap())
        })
        .into()
}

/// An export of two tasks, whole and file by file.
fn exported() -> Vec<(&'static str, String, Vec<u8>)> {
    use lifeos_exchange::LocalTime;
    use lifeos_exchange::export::{EventsPage, Formats, Items, Made, Moment, Pack};
    use lifeos_kernel::RecordId;
    use lifeos_tasks::{Outgoing, OutgoingRecord, OutgoingTask, Portion, ProjectField};

    let id = |number| RecordId([number; 16]);
    let task = |number, more: Vec<TaskField>| OutgoingTask {
        record: id(number),
        at_ms: 1_790_000_000_000,
        fields: [vec![TaskField::Title("Ask Jonas, =1".to_owned())], more].concat(),
        labels: Vec::new(),
        spent: vec![(lifeos_kernel::Day::from_epoch_days(20_000), 25)],
        checklist: Vec::new(),
    };
    let outgoing = Outgoing {
        projects: vec![OutgoingRecord {
            record: id(9),
            at_ms: 5,
            fields: vec![ProjectField::Title("Lake".to_owned())],
        }],
        tasks: vec![
            task(1, vec![TaskField::Project(Some(id(9)))]),
            task(
                2,
                vec![TaskField::Parent(Some(id(1))), TaskField::Urgent(true)],
            ),
        ],
        ..Outgoing::default()
    };
    let made = Made {
        product: "0.1.0".to_owned(),
        at: Moment::of(1_795_000_000_000, &LocalTime::UTC),
        space: "00".repeat(16),
        portion: Portion::All,
    };
    let items = Items::of(outgoing, &LocalTime::UTC);
    let mut pack = Pack::begin(made, Formats::ALL, items);
    pack.events(&EventsPage::default().encode()).unwrap();
    let bytes = pack.finish().bytes;
    let mut archive = lifeos_exchange::zip::Archive::open(&bytes, 1 << 20).unwrap();
    let names: Vec<String> = archive.names().map(str::to_owned).collect();
    let mut seeds = Vec::new();
    for name in names {
        let file = archive.unpack(&name).unwrap().unwrap();
        let seed = name.replace('/', "-");
        seeds.push(("export_archive", seed, join(&[name.as_bytes(), &file])));
    }
    let line = r#"{"device":"07070707070707070707070707070707","counter":1,"erased":2}
{"device":"07070707070707070707070707070707","counter":2,"unreadable":"noKey"}
"#;
    let lines = join(&["events.jsonl".as_bytes(), line.as_bytes()]);
    seeds.push(("export_archive", "not-shown".to_owned(), lines));
    seeds.push(("export_archive", "whole.zip".to_owned(), bytes));
    seeds
}

/// What a device writes in a busy minute, from the outside in.
fn of_a_device() -> Vec<(&'static str, String, Vec<u8>)> {
    let (mut house, mut device) = Household::found(7);
    let mut other = house.enrol(&mut device);
    let records = write_something(&mut device);
    house.now_ms = NOW_MS;
    house.meet(&mut [&mut device, &mut other]);
    device
        .with(NOW_MS, |engine, space, out| engine.undo(space, out))
        .unwrap();
    device.store(false);

    let mut seeds = Vec::new();
    let mut events = Vec::new();
    for record in records {
        for stamp in device.life().record_stamps(record) {
            events.push(device.event_bytes(NOW_MS, record, stamp).unwrap());
        }
    }
    seeds.push(("event", "of-a-minute".to_owned(), join(&events)));
    seeds.push(("event", "one".to_owned(), join(&events[..1])));
    seeds.push((
        "life_state",
        "of-a-minute".to_owned(),
        device.life().to_snapshot(),
    ));
    let log = device.engine().account_log();
    let mut stored = log.id().as_bytes().to_vec();
    stored.extend(log.to_bytes());
    seeds.push(("stored_log", "two-devices".to_owned(), stored));

    let journal = file(&device, "journal-00000000");
    let records = opened(&device, FileKind::Journal, 0, &journal);
    seeds.push(("journal", "of-a-minute".to_owned(), join(&records)));
    seeds.push(("journal", "begin".to_owned(), join(&records[..1])));
    seeds.push((
        "files",
        "journal".to_owned(),
        [&[0], journal.as_slice()].concat(),
    ));
    device.with(NOW_MS, |engine, _, out| engine.snapshot(out));
    device.store(false);
    let snapshot = file(&device, "snapshot-00000001");
    let frames = opened(&device, FileKind::Snapshot, 1, &snapshot);
    // A minute is short: a frame of the core, one of what is read beside it, and pages.
    let snapshot_seed = [join(&frames[1..3]), frames[3..].concat()].concat();
    seeds.push(("snapshot", "of-a-minute".to_owned(), snapshot_seed));
    seeds.push((
        "files",
        "snapshot".to_owned(),
        [&[1], snapshot.as_slice()].concat(),
    ));
    seeds
}

fn write_something(device: &mut Device) -> Vec<lifeos_kernel::RecordId> {
    let household = write_of_the_household(device);
    let first = device.add_task(NOW_MS, "Water the plants").unwrap().records[0];
    let second = device.add_task(NOW_MS, "Call the plumber").unwrap().records[0];
    for edit in [
        BulkEdit::Start,
        BulkEdit::Complete,
        BulkEdit::Set {
            set: vec![
                TaskField::Title("Feed the cat".to_owned()),
                TaskField::EstimateMinutes(Some(5)),
            ],
        },
    ] {
        device.edit_task(NOW_MS, first, edit).unwrap();
    }
    [vec![first, second], household].concat()
}

/// Names, a verification, an invitation and its end.
fn write_of_the_household(device: &mut Device) -> Vec<lifeos_kernel::RecordId> {
    let (account, invite) = ("02".repeat(16), "03".repeat(16));
    let mut records = Vec::new();
    for command in [
        json!({ "type": "nameSpace", "name": "Home" }),
        json!({ "type": "nameMember", "account": account, "name": "Maja" }),
        json!({ "type": "verifyMember", "account": account }),
        json!({ "type": "doubtMember", "account": account }),
        json!({ "type": "makeInvite", "id": invite, "invite": {
            "secret": "04".repeat(16), "code": "0123456789", "role": "member",
            "share": { "space": "05".repeat(16), "role": "viewer" }, "expiresMs": NOW_MS + 1,
        } }),
        json!({ "type": "endInvite", "id": invite, "why": { "accepted": { "account": account } } }),
    ] {
        let command = json!({ "type": "household", "command": command });
        let command = serde_json::from_value(command).unwrap();
        let committed = device.with(NOW_MS, |engine, space, out| {
            engine.execute(space, command, Source::Ui, out)
        });
        records.extend(committed.unwrap().records);
    }
    records.sort_unstable();
    records.dedup();
    records
}

fn file(device: &Device, name: &str) -> Vec<u8> {
    let mut files = device.disk.read_to_open().into_iter();
    files
        .find(|file| file.name.to_string() == name)
        .unwrap()
        .bytes
}

/// The frames of a file, opened.
fn opened(device: &Device, kind: FileKind, number: u64, mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let key = lifeos_crypto::LocalKey::from_bytes(&device.local_key()).file_key(kind, number);
    let mut frames = Vec::new();
    while let Split::Frame { frame, rest } = split_frame(bytes) {
        let index = frames.len() as u64;
        frames.push(key.open_frame(index, frame).unwrap().to_vec());
        bytes = rest;
    }
    frames
}

/// A vault with a method and with halves (formats.md §11).
fn vault() -> Vec<u8> {
    let seed = |name: &str| {
        let file = super::folder("seeds").join("wrap").join(name);
        std::fs::read(file).unwrap()
    };
    let keys = DeviceKeys::make(&mut Chance::new(5));
    let mut w = Writer::new();
    w.u8(1).raw(&[1; 16]).raw(&[2; 16]).u8(1).u16(2);
    w.u8(1)
        .bytes(b"")
        .raw(&seed("wrap"))
        .raw(&seed("sealed-method-key"));
    w.raw(&keys.public().to_bytes());
    w.u8(2).bytes(&[4; 32]).raw(&[5; 32]);
    w.finish()
}

fn texts() -> Vec<(&'static str, String, Vec<u8>)> {
    let id = "0123456789abcdef0123456789abcdef";
    let hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let mut seeds = vec![(
        "approval",
        "link".to_owned(),
        format!("#approve/{id}/{hash}").into_bytes(),
    )];
    for (name, text) in [
        ("auth", format!("42.{hash}")),
        ("cursor", format!("{id}.4711")),
        ("file", "journal-00000012".to_owned()),
        ("code", "epoch".to_owned()),
    ] {
        seeds.push(("headers", name.to_owned(), text.into_bytes()));
    }
    let credential = credential();
    seeds.push((
        "credential",
        "made".to_owned(),
        credential.to_string().into_bytes(),
    ));
    for (name, body) in bodies(id, hash, &credential) {
        seeds.push(("answers", name.to_owned(), body.to_string().into_bytes()));
    }
    seeds
}

fn credential() -> Value {
    json!({
        "id": "AQID", "rawId": "AQID", "type": "public-key",
        "response": { "attestationObject": "o2Nm", "clientDataJSON": "e30", "transports": ["internal"] },
        "clientExtensionResults": { "prf": { "enabled": true } },
    })
}

/// One body of each shape that the interface has.
fn bodies(id: &str, hash: &str, credential: &Value) -> Vec<(&'static str, Value)> {
    let append = json!({
        "statement": "AAAA", "wraps": ["AAAA"], "previous": null,
        "method": { "sealed": "AAAA", "kitLookup": id, "credential": null },
    });
    vec![
        (
            "state",
            json!({
                "instance": id, "incarnation": id, "claimed": true, "version": 1, "floor": 1,
                "serverMs": 1_795_000_000_000_u64,
            }),
        ),
        (
            "claim-begin",
            json!({ "entry": { "claim": { "code": "ABCDEFGHJK" } }, "account": id }),
        ),
        (
            "invite-begin",
            json!({
                "entry": { "invite": { "invite": id, "check": hash, "proof": hash } }, "account": id,
            }),
        ),
        (
            "invite-make",
            json!({
                "invite": id, "check": hash, "role": 2, "expiresMs": 1_795_000_000_000_u64,
            }),
        ),
        (
            "invite-list",
            json!({
                "invites": [{
                    "invite": id, "role": 2, "expiresMs": 1_795_000_000_000_u64, "failures": 1,
                    "late": 0,
                    "accepted": {
                        "account": id, "proof": hash, "atMs": 1_795_000_000_000_u64,
                    },
                }],
                "next": "2",
            }),
        ),
        (
            "claim-finish",
            json!({
                "entry": { "claim": { "code": "ABCDEFGHJK" } }, "ceremony": id, "credential": credential,
                "accountLog": { "appends": [append] }, "spaceLogs": [{ "appends": [append] }],
                "device": id, "vaultHalf": "AAAA",
            }),
        ),
        ("log-append", append),
        ("log-page", json!({ "statements": ["AAAA"], "more": false })),
        ("wraps", json!({ "wraps": ["AAAA"], "previous": ["AAAA"] })),
        (
            "material",
            json!({
                "account": id, "method": id, "sealed": "AAAA", "accountLog": ["AAAA"], "wraps": [],
                "previous": [],
            }),
        ),
        (
            "passkey-answer",
            json!({ "ceremony": id, "credential": credential }),
        ),
        (
            "session-answer",
            json!({ "ceremony": id, "ownKey": "AAAA", "signature": "AAAA" }),
        ),
        (
            "session-opened",
            json!({
                "session": id, "cookieHash": hash, "expiresMs": 1, "serverMs": 2,
            }),
        ),
        (
            "pushed",
            json!({ "counter": 1, "h": hash, "incarnation": id, "sequence": 2 }),
        ),
        (
            "approval-seen",
            json!({
                "commitment": hash, "answer": "AAAA", "opening": null, "account": null,
            }),
        ),
        (
            "problem",
            json!({
                "type": "about:blank", "title": "Gap", "status": 409, "code": "gap", "retryAfterS": 3,
            }),
        ),
        (
            "call-do",
            json!({ "type": "do", "intent": null, "command": {
            "type": "tasks", "command": {
                "type": "createTask", "title": "a", "set": [], "labels": [], "place": null,
            },
        } }),
        ),
        (
            "call-ask",
            json!({ "type": "ask", "query": { "type": "tasks", "query": {
            "type": "list", "scope": { "type": "inbox" }, "limit": 5, "after": null,
        } } }),
        ),
    ]
}
