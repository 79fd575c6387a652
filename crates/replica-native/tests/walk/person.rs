//! What a person does on the page, against a client of this machine.

use std::path::Path;
use std::time::Duration;

use lifeos_replica::api::{
    Call, Examined, JoinStep, KitSheet, Phase, Problem, Push, Reply, SecretText, Status, SyncState,
};
use lifeos_replica_native::NativeClient;
use lifeos_testkit::{Chance, Passkey, PasskeyAnswer};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::house::{House, copy_folder};

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A device: a client over a folder of its own.
pub(crate) struct Device {
    pub(crate) client: Option<NativeClient>,
    pub(crate) folder: TempDir,
    pub(crate) origin: String,
}

impl Device {
    pub(crate) fn new(house: &House) -> Self {
        let folder = TempDir::new().unwrap();
        let origin = house.origin();
        let client = NativeClient::start(folder.path(), origin.clone()).unwrap();
        Self {
            client: Some(client),
            folder,
            origin,
        }
    }

    /// A device over a copy of another's folder.
    pub(crate) fn over_copy(house: &House, of: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        copy_folder(of, folder.path());
        let origin = house.origin();
        let client = NativeClient::start(folder.path(), origin.clone()).unwrap();
        Self {
            client: Some(client),
            folder,
            origin,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn client(&self) -> &NativeClient {
        self.client.as_ref().unwrap()
    }

    /// Ends the process and starts it again over the same folder.
    pub(crate) fn reload(&mut self) {
        self.reload_after(|_| ());
    }

    /// As [`Self::reload`], with something done to the folder between.
    pub(crate) fn reload_after(&mut self, meanwhile: impl FnOnce(&Path)) {
        self.client = None;
        meanwhile(self.folder.path());
        let client = NativeClient::start(self.folder.path(), self.origin.clone()).unwrap();
        self.client = Some(client);
    }

    pub(crate) fn call(&self, call: Call) -> Reply {
        self.client().call(call).unwrap()
    }

    pub(crate) fn refused(&self, call: Call) -> Problem {
        self.client().call(call).unwrap_err()
    }

    /// A call as the page writes it.
    pub(crate) fn json(&self, call: Value) -> Value {
        let call = serde_json::from_value(call).unwrap();
        serde_json::to_value(self.call(call)).unwrap()
    }

    /// Waits until the status is as wanted. What was told before does not count: a call is answered
    /// after everything that was told before it.
    pub(crate) fn wait(&self, is: impl Fn(&Status) -> bool) -> Status {
        // A client that is being renewed answers none; its status is new all the same.
        drop(self.client().call(Call::Status));
        match self.client().wait_until(is, PATIENCE) {
            Ok(status) => status,
            Err(late) => panic!("not in time: {:?}", late.0),
        }
    }

    pub(crate) fn wait_locked(&self) -> Status {
        self.wait(|status| matches!(status.phase, Phase::Locked { .. }))
    }

    pub(crate) fn wait_live(&self) -> Status {
        self.wait(|status| {
            status.phase == Phase::Open && status.sync == SyncState::Live && status.waiting == 0
        })
    }

    pub(crate) fn wait_step(&self, is: impl Fn(&JoinStep) -> bool) -> JoinStep {
        let status = self.wait(|status| match &status.phase {
            Phase::Joining { step } => is(step),
            _ => false,
        });
        match status.phase {
            Phase::Joining { step } => step,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn add_task(&self, title: &str) {
        self.call(create_task(title));
    }

    /// Titles in the inbox, in order.
    pub(crate) fn titles(&self) -> Vec<String> {
        titles(&self.json(json!({ "type": "ask", "query": inbox() })))
    }

    /// Waits until the inbox shows these titles, in this order.
    pub(crate) fn wait_titles(&self, wanted: &[&str]) {
        self.wait_inbox(|titles| titles == wanted);
    }

    /// Waits until the inbox shows this title among others.
    pub(crate) fn wait_title(&self, wanted: &str) {
        self.wait_inbox(|titles| titles.iter().any(|title| title == wanted));
    }

    pub(crate) fn wait_inbox(&self, is: impl Fn(&[String]) -> bool) {
        let mut seen = self.watch();
        let mut titles = self.titles();
        while !is(&titles) {
            titles = seen(PATIENCE).unwrap_or_else(|| {
                let status = self.client().status();
                panic!("still {titles:?}: {status:?}")
            });
        }
    }

    /// Watches the inbox; the titles each time that they change.
    pub(crate) fn watch(&self) -> impl FnMut(Duration) -> Option<Vec<String>> + use<> {
        let pushes = self.client().pushes();
        self.json(json!({ "type": "subscribe", "subscription": 7, "query": inbox() }));
        move |patience| loop {
            if let Push::View {
                subscription: 7,
                view,
                ..
            } = pushes.recv_timeout(patience).ok()?
            {
                return Some(titles(&json!({ "view": view })));
            }
        }
    }
}

/// The call that adds a task.
pub(crate) fn create_task(title: &str) -> Call {
    let call = json!({ "type": "do", "command": { "type": "tasks", "command": {
        "type": "createTask", "title": title, "set": [], "labels": [], "place": null,
    } } });
    serde_json::from_value(call).unwrap()
}

pub(crate) fn inbox() -> Value {
    json!({ "type": "tasks", "query": {
        "type": "list", "scope": { "type": "inbox" }, "sorting": "manual", "grouping": "none",
        "limit": 500, "after": null,
    } })
}

pub(crate) fn titles(reply: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(reply, &mut found);
    found
}

/// Every `title` in document order.
fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| collect(one, found)),
        Value::Object(fields) => {
            if let (Some(Value::String(title)), true) =
                (fields.get("title"), fields.contains_key("status"))
            {
                found.push(title.clone());
            }
            fields.values().for_each(|one| collect(one, found));
        }
        _ => {}
    }
}

pub(crate) fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

fn secret_of(prf: Option<&String>) -> Option<SecretText> {
    prf.map(|prf| secret(prf))
}

/// Types the groups back that the sheet asks for.
pub(crate) fn asked_groups(sheet: &KitSheet) -> Vec<SecretText> {
    sheet
        .asked
        .iter()
        .map(|group| secret(&sheet.code[usize::from(*group)]))
        .collect()
}

/// Claims a box: passkey, kits, their proof. Returns what the person keeps.
pub(crate) fn claim(device: &Device, code: &str, has_prf: bool) -> (Passkey, Vec<KitSheet>) {
    device.wait(|status| status.phase == Phase::Unclaimed);
    let begin = Call::ClaimBegin {
        code: secret(code),
        name: "Ada".into(),
        device_name: "Laptop".into(),
    };
    come_in(device, begin, has_prf, if has_prf { 1 } else { 2 })
}

/// Makes an account, however it begins. Returns what the person keeps.
pub(crate) fn come_in(
    device: &Device,
    begin: Call,
    has_prf: bool,
    seed: u64,
) -> (Passkey, Vec<KitSheet>) {
    let begun = device.call(begin);
    let Reply::MakePasskey { options, prf_salt } = begun else {
        panic!("{begun:?}")
    };
    let mut chance = Chance::new(seed);
    let (mut passkey, made) =
        Passkey::make(&device.origin, &options, &prf_salt, has_prf, &mut chance);
    let PasskeyAnswer {
        credential, prf, ..
    } = made;
    let next = device.call(Call::ClaimPasskeyMade {
        credential,
        prf: secret_of(prf.as_ref()),
        prf_enabled: has_prf,
    });
    let kits = match next {
        Reply::UsePasskey { options, prf_salt } => {
            let again = passkey.get(&options, prf_salt.as_deref());
            device.call(Call::ClaimPasskeyConfirmed {
                prf: secret_of(again.prf.as_ref()),
            })
        }
        kits => kits,
    };
    let Reply::Kits { sheets } = kits else {
        panic!("{kits:?}")
    };
    for (number, sheet) in (0..).zip(&sheets) {
        device.call(Call::ClaimProveKit {
            sheet: number,
            groups: asked_groups(sheet),
        });
    }
    device.call(Call::ClaimFinish);
    device.wait_live();
    (passkey, sheets)
}

/// Unlocks by the passkey that is asked for.
pub(crate) fn unlock(device: &Device, passkey: &mut Passkey) {
    device.wait_locked();
    let answer = unlock_answer(device, passkey);
    match answer.prf {
        Some(prf) => device.call(Call::UnlockPasskey {
            credential_id: answer.credential_id,
            prf: secret(&prf),
        }),
        None => device.call(Call::UnlockHalf {
            credential: answer.credential,
        }),
    };
    device.wait(|status| status.phase == Phase::Open);
}

/// What a passkey answers that is asked to unlock a device.
pub(crate) fn unlock_answer(device: &Device, passkey: &mut Passkey) -> PasskeyAnswer {
    let begun = device.call(Call::UnlockBegin);
    let Reply::Unlock {
        options: Some(options),
        prf_salt,
        ..
    } = begun
    else {
        panic!("{begun:?}")
    };
    passkey.get(&options, prf_salt.as_deref())
}

/// Makes a passkey for an open device, whatever verified the person.
pub(crate) fn add_passkey(device: &Device, seed: u64) -> Result<Passkey, Problem> {
    let begun = device.call(Call::AddPasskeyBegin);
    let Reply::MakePasskey { options, prf_salt } = begun else {
        panic!("{begun:?}")
    };
    let mut chance = Chance::new(seed);
    let (mut passkey, made) = Passkey::make(&device.origin, &options, &prf_salt, true, &mut chance);
    let next = device.client().call(Call::AddPasskeyMade {
        credential: made.credential,
        prf: made.prf.as_deref().map(secret),
        prf_enabled: true,
    })?;
    if let Reply::UsePasskey { options, prf_salt } = next {
        let again = passkey.get(&options, prf_salt.as_deref());
        device.client().call(Call::AddPasskeyConfirmed {
            prf: again.prf.as_deref().map(secret),
        })?;
    }
    Ok(passkey)
}

/// Verifies the person afresh.
pub(crate) fn step_up(device: &Device, passkey: &mut Passkey) {
    let begun = device.call(Call::StepUpBegin);
    let Reply::UsePasskey { options, prf_salt } = begun else {
        panic!("{begun:?}")
    };
    let answer = passkey.get(&options, prf_salt.as_deref());
    device.call(Call::StepUp {
        credential: answer.credential,
    });
}

/// Joins by a kit, read from its file.
pub(crate) fn join_by_kit(device: &Device, sheet: &KitSheet) {
    device.wait(|status| status.phase == Phase::Fresh);
    device.call(Call::JoinKit {
        device_name: "Phone".into(),
        code: secret(&sheet.payload),
        account: None,
    });
    device.wait(|status| {
        matches!(
            &status.phase,
            Phase::Open
                | Phase::Joining {
                    step: JoinStep::ConfirmKit { .. }
                }
        )
    });
    if device.client().status().unwrap().phase != Phase::Open {
        device.call(Call::JoinConfirm);
    }
    device.wait_live();
}

pub(crate) fn examined(reply: Reply) -> Examined {
    match reply {
        Reply::Examined { examined } => examined,
        other => panic!("{other:?}"),
    }
}

/// Checks everything that a device holds, to the end.
pub(crate) fn examine(device: &Device) -> Examined {
    let mut run = None;
    loop {
        let found = examined(device.call(Call::Examine { run }));
        run = Some(found.run);
        if found.ended {
            return found;
        }
    }
}

/// The id of the task with a title.
fn id_of(value: &Value, title: &str) -> Option<Value> {
    match value {
        Value::Array(all) => all.iter().find_map(|one| id_of(one, title)),
        Value::Object(fields) if fields.get("title") == Some(&json!(title)) => {
            fields.get("id").cloned()
        }
        Value::Object(fields) => fields.values().find_map(|one| id_of(one, title)),
        _ => None,
    }
}

/// Puts a task into the trash and takes it out for good.
pub(crate) fn empty_out(device: &Device, title: &str) {
    let list = device.json(
        json!({ "type": "ask", "query": { "type": "tasks", "query": {
        "type": "list", "scope": { "type": "inbox" }, "sorting": "manual", "grouping": "none",
        "limit": 50, "after": null,
    } } }),
    );
    let task = id_of(&list, title).unwrap();
    let act = |command: Value| {
        device.json(json!({ "type": "do", "intent": null,
            "command": { "type": "tasks", "command": command } }));
    };
    act(json!({ "type": "editTasks", "tasks": [task], "edit": { "type": "trash" } }));
    act(json!({ "type": "emptyTrash", "records": null }));
}
