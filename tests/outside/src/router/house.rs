//! Three accounts on one box: the one who manages it, and two whom it let in and who do not know
//! each other. One of these asks; what is the other's must not come back.

use lifeos_protocol::api::{Binary, LogAppend};
use lifeos_protocol::hash::sha256;
use lifeos_protocol::ids::{AccountId, CeremonyId, DeviceId, Hash, InviteId};
use lifeos_protocol::session::{AUTH_HEADER, RequestParts, SessionKey, auth_header};
use lifeos_server::{Asked, Config, Limits, NoAssets, Rate, Server, Watching};
use lifeos_store::{
    Brought, DayQuota, NewAccount, NewInvite, NewMethod, NewSession, NewStatement, Pusher, Request,
    SignerKind, Store, StoredEntry, StoredPasskey,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::person::Person;

const NOW_MS: u64 = 1_795_000_000_000;
/// Far behind any test: a verification of then is fresh now.
const LATER_MS: u64 = NOW_MS * 100;
const CLAIM: Hash = Hash::new([9; 32]);
const HALF: [u8; 32] = [0xC1; 32];

pub(super) struct House {
    runtime: Runtime,
    asked: Asked,
    mine: Person,
    session: Session,
    /// Of the one who asks, of the other, and of the manager: by the names in an input.
    names: Vec<(&'static str, String)>,
    canaries: Vec<Vec<u8>>,
    _folder: TempDir,
}

struct Session {
    cookie: String,
    key: [u8; 32],
    counter: u64,
}

impl House {
    pub(super) fn found() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime starts");
        let folder = TempDir::new().expect("there is room for a folder");
        let (asked, [_, mine, hers]) = runtime.block_on(settle(folder.path()));
        let (ids, canaries) = runtime.block_on(furnish(asked.store(), &mine, &hers));
        let session = runtime.block_on(sign_in(asked.store(), &mine, 0));
        Self {
            runtime,
            asked,
            mine,
            session,
            names: ids,
            canaries,
            _folder: folder,
        }
    }

    /// Asks as the one of the two, with a session that stands.
    pub(super) fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Option<(u16, Vec<u8>)> {
        let path = self.named(path);
        // Her session is named in addresses only: what one gives an id oneself is given back.
        let body = match str::from_utf8(body) {
            Ok(text) if !text.contains("{hers.session}") => self.named(text).into_bytes(),
            Ok(_) => Vec::new(),
            Err(_) => body.to_vec(),
        };
        let first = self.ask_once(method, &path, headers, &body)?;
        if first.0 != 401 {
            return Some(first);
        }
        // It may have ended its own session before.
        let nth = self.session.counter;
        self.session = self
            .runtime
            .block_on(sign_in(self.asked.store(), &self.mine, nth));
        self.ask_once(method, &path, headers, &body)
    }

    fn ask_once(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Option<(u16, Vec<u8>)> {
        self.session.counter += 1;
        let parts = RequestParts {
            method,
            path_and_query: path,
            body_hash: sha256(body),
            counter: self.session.counter,
            cookie_hash: sha256(self.session.cookie.as_bytes()),
        };
        let key = SessionKey::from_bytes(self.session.key);
        let cookie = format!("{}={}", self.asked.cookie_name(), self.session.cookie);
        let mut all = headers.to_vec();
        all.push(("cookie".to_owned(), cookie));
        all.push((AUTH_HEADER.to_owned(), auth_header(&key, &parts)));
        let asking = self.asked.ask(method, path, &all, body.to_vec());
        self.runtime.block_on(asking)
    }

    /// Whether an answer holds anything that only the other may have.
    pub(super) fn holds_hers(&self, answer: &[u8]) -> bool {
        self.canaries.iter().any(|canary| {
            let text = Binary(canary.clone()).to_text();
            // The last letters of base64 depend on what follows.
            let text = &text.as_bytes()[..text.len() - 2];
            let hex: String = canary.iter().map(|byte| format!("{byte:02x}")).collect();
            [canary.as_slice(), text, hex.as_bytes()]
                .iter()
                .any(|form| answer.windows(form.len()).any(|window| window == *form))
        })
    }

    /// Puts the ids in the place of their names.
    fn named(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, id) in &self.names {
            text = text.replace(name, id);
        }
        text
    }
}

/// Puts a box together with three people in it.
async fn settle(folder: &std::path::Path) -> (Asked, [Person; 3]) {
    let store = Store::open(folder, NOW_MS).await.expect("a store opens");
    let often = Rate::new(u32::MAX, 1);
    let limits = Limits {
        address: often,
        sign_in: often,
        claim: often,
        account: often,
        device: often,
        ..Limits::default()
    };
    let config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        origin: "http://localhost:8420".parse().expect("an origin"),
        former: Vec::new(),
        tls: None,
        limits,
        watching: Watching::default(),
    };
    store
        .set_claim_code(CLAIM, LATER_MS)
        .await
        .expect("a code is set");
    let manager = come_in(&store, 10, StoredEntry::Claim(CLAIM)).await;
    let mut people = Vec::new();
    for seed in [40, 70] {
        let brought = Brought {
            invite: InviteId::new([seed; 16]),
            check: Hash::new([seed; 32]),
            proof: Hash::new([seed; 32]),
        };
        invite(&store, &manager, brought).await;
        people.push(come_in(&store, seed, StoredEntry::Invite(brought)).await);
    }
    let server = Server::bind(config, store, NoAssets)
        .await
        .expect("a server is put together");
    let [mine, hers] = people.try_into().unwrap_or_else(|_| unreachable!());
    (Asked::of(server), [manager, mine, hers])
}

async fn invite(store: &Store, by: &Person, brought: Brought) {
    let new = NewInvite {
        invite: brought.invite,
        check: brought.check,
        role: 4,
        expires_ms: LATER_MS,
    };
    store
        .make_invite(by.account, new, NOW_MS)
        .await
        .expect("who manages the household invites");
}

async fn come_in(store: &Store, seed: u8, entry: StoredEntry) -> Person {
    let mut person = Person::make(seed);
    let credential = vec![seed; 32];
    person.complete(&credential);
    let read = |log: &[LogAppend]| log.iter().map(read_append).collect::<Vec<_>>();
    let new = NewAccount {
        account: person.account,
        account_log: read(&person.account_log),
        space_logs: vec![read(&person.space_log)],
        passkey: StoredPasskey {
            credential,
            account: person.account,
            method: None,
            device: None,
            passkey: "{}".to_owned(),
        },
        vault_half: None,
    };
    store
        .claim(entry, new, request())
        .await
        .expect("a person comes in");
    person
}

/// Fills the box with what is the other's, and returns the names of everything, and what of the
/// other's must not come back.
async fn furnish(
    store: &Store,
    mine: &Person,
    hers: &Person,
) -> (Vec<(&'static str, String)>, Vec<Vec<u8>>) {
    let mut canaries = Vec::new();
    for person in [mine, hers] {
        let mut author = person.author(&person.device);
        let batch = author.write_with(3, 0xC2, 256, |counter, length| {
            let text = format!("{} {counter} ", person.account);
            text.bytes().cycle().take(length).collect()
        });
        let pusher = Pusher {
            account: person.account,
            device: person.device.device(),
            quota: DayQuota {
                changes: 100,
                size_bytes: 1 << 20,
            },
            request: request(),
        };
        if person.account == hers.account {
            let changes = batch.changes().iter();
            canaries.extend(changes.map(|change| change.ciphertext()[..64].to_vec()));
        }
        store
            .push(person.space, batch, pusher)
            .await
            .expect("a member pushes");
    }
    let logs = [&hers.account_log, &hers.space_log];
    for append in logs.into_iter().flatten() {
        let bytes = append.statement.as_ref();
        canaries.push(bytes[bytes.len() - 48..].to_vec());
        let wraps = append.wraps.iter();
        canaries.extend(wraps.map(|wrap| wrap.as_ref()[..64].to_vec()));
        let sealed = append.method.iter().map(|method| method.sealed.as_ref());
        canaries.extend(sealed.map(|sealed| sealed[..40].to_vec()));
    }
    let device = hers.device.device();
    store
        .put_vault_half(hers.account, device, HALF, NOW_MS)
        .await
        .expect("a half is kept");
    canaries.push(HALF.to_vec());
    let invite_id = InviteId::new([0xC3; 16]);
    let brought = Brought {
        invite: invite_id,
        check: Hash::new([0xC4; 32]),
        proof: Hash::new([0xC5; 32]),
    };
    invite(store, hers, brought).await;
    let session = [0xC6; 16];
    store
        .open_session(NewSession {
            cookie_hash: Hash::new([0xC7; 32]),
            id: session,
            account: hers.account,
            signer: device.into(),
            kind: SignerKind::Device,
            key: SessionKey::from_bytes([0xC8; 32]),
            verified_ms: LATER_MS,
            now_ms: LATER_MS,
            origin: [0; 8],
        })
        .await
        .expect("a session begins");
    canaries.extend([invite_id.as_bytes().to_vec(), session.to_vec()]);
    let mut names = vec![
        ("{hers.invite}", invite_id.to_string()),
        ("{hers.session}", CeremonyId::new(session).to_hex()),
    ];
    names.extend(ids(
        hers,
        ["{hers.account}", "{hers.space}", "{hers.device}"],
    ));
    names.extend(ids(mine, ["{my.account}", "{my.space}", "{my.device}"]));
    (names, canaries)
}

fn ids(person: &Person, names: [&'static str; 3]) -> [(&'static str, String); 3] {
    let (account, device): (AccountId, DeviceId) = (person.account, person.device.device());
    let [of_account, of_space, of_device] = names;
    [
        (of_account, account.to_string()),
        (of_space, person.space.to_string()),
        (of_device, device.to_string()),
    ]
}

async fn sign_in(store: &Store, person: &Person, nth: u64) -> Session {
    let cookie = sha256(&nth.to_be_bytes()).to_hex();
    let mut id = [1; 16];
    id[..8].copy_from_slice(&nth.to_be_bytes());
    let key = [7; 32];
    store
        .open_session(NewSession {
            cookie_hash: sha256(cookie.as_bytes()),
            id,
            account: person.account,
            signer: person.device.device().into(),
            kind: SignerKind::Device,
            key: SessionKey::from_bytes(key),
            verified_ms: LATER_MS,
            now_ms: LATER_MS,
            origin: [0; 8],
        })
        .await
        .expect("a session begins");
    Session {
        cookie,
        key,
        counter: nth,
    }
}

fn request() -> Request {
    Request {
        now_ms: NOW_MS,
        trace: [1; 16],
    }
}

fn read_append(append: &LogAppend) -> NewStatement {
    let decoded = "what was written here reads back";
    NewStatement {
        statement: append.statement.decode().expect(decoded),
        wraps: append
            .wraps
            .iter()
            .map(|wrap| wrap.decode().expect(decoded))
            .collect(),
        previous: append
            .previous
            .as_ref()
            .map(|previous| previous.decode().expect(decoded)),
        method: append.method.as_ref().map(|method| NewMethod {
            sealed: method.sealed.decode().expect(decoded),
            lookup: method.kit_lookup,
            credential: method.credential.as_ref().map(|bytes| bytes.0.clone()),
        }),
    }
}
